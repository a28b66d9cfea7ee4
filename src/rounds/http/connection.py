"""One HTTP connection, within bounds, for a server that stands in nobody's shadow.

uvicorn reads request heads of any size for any time, closes on clients that still send, which makes their systems throw
the answer away, and answers what it cannot read in plain text. Here a head has a size and a time, a body has a time,
who is answered early may go on sending for a while, and every refusal is a problem document, which the application
itself makes: it finds the refusal in the scope and dresses it as it does all its answers.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from rounds.http.last_resort import REFUSAL
from rounds.problems import HeadersTooLarge, Malformed, Problem, RequestTimeout, UriTooLong


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much, and for how long, a connection may send."""

    head_bytes: int = 64 * 1024  # request line and all headers
    headers: int = 200
    target_bytes: int = 8 * 1024  # RFC 9110, section 4.1, asks for 8,000 at least
    head_seconds: float = 10.0
    # A body has so long, and a second more for each so many bytes that have come.
    body_seconds: float = 20.0
    body_bytes_per_second: int = 500
    # Who is answered before the body has come to its end may go on sending for so long.
    lingering_seconds: float = 30.0
    lingering_bytes: int = 256 * 1024**2
    # When the server stops, a connection without a request stays open for so long: one may be on its way.
    parting_seconds: float = 1.0


class _Answering:
    """What an answer is written to. Closing it does not cut off a client that is still sending."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing

    def close(self) -> None:
        """See `Connection.leave`."""
        self._connection.leave()


class Connection(HttpToolsProtocol):
    """uvicorn's connection, bounded."""

    def __init__(self, *args: Any, bounds: Bounds | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._bounds = bounds or Bounds()
        self._in_head = self._in_body = False
        self._head_bytes = 0
        self._fruitless_bytes = 0  # since the parser last made something of what came
        self._refused: type[Problem] | None = None
        self._leaving = False
        self._parting = False
        self._clock: asyncio.TimerHandle | None = None
        self._clock_of: Callable[[], None] | None = None
        self._body_began = 0.0
        self._body_bytes = 0  # those that have come, or while they are thrown away, those

    # What the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for a request, not for ever."""
        super().connection_made(transport)
        self._answering: Any = _Answering(self)
        self._wind(self._bounds.head_seconds, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what is beyond the bounds is refused."""
        if self._leaving or (self._in_body and self.cycle.response_complete):
            self._body_bytes += len(data)
            if self._body_bytes > self._bounds.lingering_bytes:
                self.transport.abort()
                return
            if self._leaving:
                return
        self._fruitless_bytes += len(data)
        super().data_received(data)
        if self._refused is None and self._fruitless_bytes > self._bounds.head_bytes:
            self._refused = HeadersTooLarge if self._in_head else Malformed
        if self._refused is not None and not self._leaving:
            self._refuse(self._refused)
        elif not self._leaving:
            self._mind_the_time()

    # What the parser tells

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        if len(self.url) + len(url) > self._bounds.target_bytes:
            self._refused = UriTooLong
        if self._refused is None:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header; those behind a body (trailers) say nothing that anybody asked for."""
        if not self._in_head or self._refused is not None:
            return
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > self._bounds.head_bytes or len(self.headers) >= self._bounds.headers:
            self._refused = HeadersTooLarge
            return
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request begins to be answered."""
        if self._refused is not None:
            return
        super().on_headers_complete()
        self.cycle.transport = self._answering
        if self._parting:
            self.cycle.keep_alive = False
        self._in_head, self._in_body = False, True
        self._fruitless_bytes = 0
        self._body_began, self._body_bytes = self.loop.time(), 0

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._refused is not None:
            return
        self._fruitless_bytes = 0
        self._body_bytes += len(body) if not self.cycle.response_complete else 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has been sent to its end."""
        if self._refused is not None:
            return
        super().on_message_complete()
        self._in_body, self._fruitless_bytes = False, 0
        if self.cycle.response_complete:  # its answer came earlier; now the connection is free for the next one
            self._wind(self.timeout_keep_alive, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """What cannot be read is refused."""
        del msg
        self._refused = self._refused or Malformed

    # What an answer tells

    def on_response_complete(self) -> None:
        """An answer has been written."""
        if self._leaving:
            self.server_state.total_requests += 1
            return
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._body_bytes = 0
            self._wind(self._bounds.lingering_seconds, self.transport.abort)

    def leave(self) -> None:
        """Close; but first, for a while, let the client send on, or its system would throw our answer away.

        RFC 9112, section 9.6.
        """
        if self._leaving or self.transport.is_closing():
            return
        if self._refused is None and not self._in_body:
            self.transport.close()
            return
        self._leaving, self._body_bytes = True, 0
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            with suppress(OSError):
                self.transport.write_eof()
        self._wind(self._bounds.lingering_seconds, self.transport.abort)

    def shutdown(self) -> None:
        """Answer what is asked, and what has been sent already, and say with the answer that it is the last one.

        A connection that is closed at once takes with it the request that its client has just sent: whether that was
        read nobody knows, so that nobody may send it again unless it is harmless.
        """
        self._parting = True
        current: RequestResponseCycle | None = self.cycle
        if current is not None and not current.response_complete:
            current.keep_alive = False
        elif not (self._in_head or self._leaving):
            self._unset_keepalive_if_required()
            self._wind(self._bounds.parting_seconds, self.transport.close)

    # Refusals

    def _refuse(self, problem: type[Problem]) -> None:
        self._refused = problem
        self._stop_clock()
        if self._in_body and not self._in_head:
            self._refuse_body(problem)
            return
        if not self._in_head:
            self.on_message_begin()
        self._in_head = False
        before: RequestResponseCycle | None = self.cycle
        busy = before is not None and not before.response_complete
        self.cycle = self._cycle_of(self._scope_of(problem))
        if busy:
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def _refuse_body(self, problem: type[Problem]) -> None:
        """Whoever reads the body finds the refusal; an answer that has begun can only break off."""
        if self.cycle.response_started:
            self.transport.close()
            return
        scope: Any = self.cycle.scope  # its type has no room for what others add
        scope[REFUSAL] = problem
        self.cycle.keep_alive = False
        self.cycle.message_event.set()

    def _scope_of(self, problem: type[Problem]) -> Any:
        """What is known of a request whose head is not complete, or is not to be read."""
        scope: Any = self.scope
        path, method = "/", "GET"
        if self.url:
            with suppress(Exception):  # whatever the target is, it is no reason not to answer
                method = self.parser.get_method().decode("ascii")
                path = unquote(httptools.parse_url(self.url).path.decode("ascii"))
        scope.update(method=method, path=path, raw_path=path.encode("utf-8", "replace"), query_string=b"")
        scope[REFUSAL] = problem
        return scope

    def _cycle_of(self, scope: Any) -> RequestResponseCycle:
        event = asyncio.Event()
        event.set()
        cycle = RequestResponseCycle(
            scope=scope,
            transport=self._answering,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=event,
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        return cycle

    # Time

    def _mind_the_time(self) -> None:
        if self._in_head:
            if self._clock_of != self._head_is_late:
                self._wind(self._bounds.head_seconds, self._head_is_late)
        elif not self._in_body:
            if not self.cycle.response_complete:  # else it is the time until the next request that runs
                self._stop_clock()
        elif not self.cycle.response_complete and self._clock_of != self._body_is_late:
            self._wind(self._bounds.body_seconds, self._body_is_late)

    def _wind(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_clock()
        self._clock, self._clock_of = self.loop.call_later(seconds, then), then

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = self._clock_of = None

    def _head_is_late(self) -> None:
        self._refuse(RequestTimeout)

    def _body_is_late(self) -> None:
        self._clock = self._clock_of = None
        now = self.loop.time()
        if self.flow.read_paused or self.cycle.waiting_for_100_continue:  # it is we who keep the client waiting
            self._body_began, self._body_bytes = now, 0
        due = self._body_began + self._bounds.body_seconds + self._body_bytes / self._bounds.body_bytes_per_second
        if due > now:
            self._wind(due - now, self._body_is_late)
        else:
            self._refuse(RequestTimeout)
