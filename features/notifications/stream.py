"""An event stream: what a client is sent, when, and what ends it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import orjson
import structlog
from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from features.notifications import outbox
from features.notifications.hub import Hub, Listener
from features.notifications.problems import TooManyStreams
from rounds import clock
from rounds.audit import Circumstances
from rounds.auth import Actor, Tokens
from rounds.i18n import N_, translate
from rounds.observability.logging import origin_of
from rounds.problems import Unauthenticated

# At a stop of the server streams have so long to end by themselves; uvicorn gives up after three seconds.
_CLOSING_SECONDS = 1.0
SLOW_SECONDS = 10.0  # who takes longer to accept one event is dropped, and may resume
_FULL_SECONDS = 5
_RECONNECT_MILLISECONDS = 2_000
_log = structlog.get_logger("features.notifications")

GAP = "rounds.gap"
_GONE = N_("Events after the one named in Last-Event-ID are no longer kept. What is still kept follows.")


@dataclass(frozen=True, slots=True)
class Leave:
    """The right to listen: a sign-in whose access token is neither expired nor revoked."""

    actor: Actor
    tokens: Tokens

    def seconds_left(self) -> float:
        """Until the token expires."""
        return self.actor.expires - clock.now().timestamp()

    async def is_good(self) -> bool:
        """Whether the token would still be accepted."""
        try:
            await self.tokens.confirm(self.actor)
        except Unauthenticated:
            return False
        except Exception as error:  # noqa: BLE001 - the database is away; then there are no events either
            _log.warning("stream.unverified", **origin_of(error))
        return True


@dataclass(frozen=True, slots=True)
class Opening:
    """How a stream begins: its listener, and the first block."""

    listener: Listener
    block: bytes


async def open_stream(
    hub: Hub,
    *,
    last_event_id: UUID | None,
    types: frozenset[str],
    patient_id: UUID | None,
    most: int,
    language: str,
) -> Opening:
    """Find out where a stream begins.

    Args:
        hub: Whence the events come.
        last_event_id: The last event the client has; None: from now on.
        types: The types wanted; empty: all.
        patient_id: Only events about this patient.
        most: How many streams this process may keep open.
        language: The language of what a gap says.

    Raises:
        TooManyStreams: when there is no room for another one.
    """
    reads = hub.database.reads
    lines = [f"retry: {_RECONNECT_MILLISECONDS}"]
    if last_event_id is None:
        place, newest = await outbox.newest(reads)
        if newest is not None:  # a place to resume from, even if the connection breaks before the first event
            lines.append(f"id: {newest}")
    else:
        found = await outbox.place_of(last_event_id, reads)
        if found is None:
            lines += [f"event: {GAP}", f"data: {_gap(last_event_id, language)}"]
            found = await outbox.place_before_all_since(last_event_id, reads)
        place = found if found is not None else (await outbox.newest(reads))[0]
    if hub.listeners >= most:
        raise TooManyStreams(seconds=_FULL_SECONDS)
    listener = Listener(hub, place, types=types, patient_id=patient_id)
    return Opening(listener, ("\n".join([*lines, ": listening"]) + "\n\n").encode())


def _gap(last_event_id: UUID, language: str) -> str:
    document = {
        "code": "events_no_longer_kept",
        "detail": translate(_GONE, language),
        "last_event_id": str(last_event_id),
    }
    return orjson.dumps(document).decode()


async def blocks(
    hub: Hub, opening: Opening, leave: Leave, *, heartbeat: float, listening: Circumstances
) -> AsyncIterator[bytes]:
    """What the client is sent, until its token is no longer good or the server stops.

    Whom the events are about is noted as a view, under the circumstances of who listens.
    """
    listener = opening.listener
    told = None  # the id in the last heartbeat
    checked = time.monotonic()
    yield opening.block
    while leave.seconds_left() > 0 and not hub.closing.is_set():
        news = hub.news  # before looking: what comes after the look rings this one
        found, more = await listener.take()
        if found:
            whose = [entry.subject for entry in found if entry.subject is not None]
            if whose:
                listening.view("event", whose)
                await listening.settled()
        for entry in found:
            yield entry.block
            if leave.seconds_left() <= 0:
                return
        until_heartbeat = checked + heartbeat - time.monotonic()
        if until_heartbeat > 0:
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(min(until_heartbeat, leave.seconds_left()), 0)):
                        await news.wait()
            continue
        checked = time.monotonic()
        if not await leave.is_good():
            return
        # Who filters moves on too, so that resuming need not look again at what was passed over.
        moved = listener.passed is not None and listener.passed != told
        told = listener.passed
        yield (f"id: {told}\n: still here\n\n" if moved else ": still here\n\n").encode()


async def _ending(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """`source`, which ends when it fails; the client comes back and is told then what is wrong."""
    try:
        async for block in source:
            yield block
    except Exception as error:  # noqa: BLE001 - the answer has begun, so nothing else can be said
        _log.warning("stream.broken", **origin_of(error))


class EventStream(EventSourceResponse):
    """Sends the blocks; counted by the hub while it lasts. Heartbeats are among the blocks."""

    def __init__(self, hub: Hub, content: AsyncIterator[bytes]) -> None:
        super().__init__(
            _ending(content),
            ping=0,
            sep="\n",
            send_timeout=SLOW_SECONDS,
            shutdown_event=hub.closing,
            shutdown_grace_period=_CLOSING_SECONDS,
        )
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client or the server leaves, or the client does not keep up."""
        with self._hub.listening():
            try:
                await super().__call__(scope, receive, send)
            except SendTimeoutError:
                _log.info("stream.dropped", request_id=scope.get("rounds.request_id"))
