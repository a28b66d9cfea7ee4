"""The outermost layer, in plain ASGI: request ids, body limit, security headers, metrics and access log in one pass."""

import re
from time import perf_counter

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.data import new_id
from rounds.http.last_resort import REFUSAL, log_crash
from rounds.observability.metrics import CLIENT_CLOSED, VANISHED, RequestMetrics
from rounds.problems import Crash, Problem, TooLarge, respond

_SANE_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_log = structlog.get_logger("rounds.access")

# An API that serves personal data to programs: nothing is kept in caches, framed, sniffed or sent onward.
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
]
_NO_STORE = (b"cache-control", b"no-store")
_LIMIT = "rounds.max_body_bytes"  # a route that takes more or less says so in the scope before it reads
_NO_CONTENT = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Outermost:
    """Wraps the whole application.

    Args:
        app: What is within.
        metrics: Count every request.
        max_body_bytes: How long a body may be, unless its route says otherwise.
    """

    def __init__(self, app: ASGIApp, *, metrics: RequestMetrics, max_body_bytes: int) -> None:
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request; whatever happens, it is answered, counted and logged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        request_id, announced = _look_at_headers(scope)
        scope["rounds.request_id"] = request_id.decode("ascii")
        scope.setdefault(_LIMIT, self._max_body_bytes)
        received, status, length, is_stream, answered = 0, 500, 0, False, False

        async def within_limit() -> Message:
            """The next part of the body; Starlette's own limit answers in plain text, from outside this layer."""
            nonlocal received
            _expect_readable(scope, announced)
            message = await receive()
            if message["type"] == "http.disconnect" and not answered:
                scope[VANISHED] = True
            received += len(message.get("body", b""))
            _expect_readable(scope, received)
            return message

        async def decorate(message: Message) -> None:
            nonlocal status, length, is_stream, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                message["headers"], length, is_stream = _decorated(message["headers"], request_id)
            await send(message)

        try:
            await self._app(scope, within_limit, decorate)
        except Exception as error:  # noqa: BLE001 - this is the last place that can still answer
            log_crash(scope, error)
            if not answered:
                await respond(Request(scope), Crash())(scope, receive, decorate)
        finally:
            self._note(scope, status, length, is_stream=is_stream, seconds=perf_counter() - started, received=announced)

    def _note(self, scope: Scope, status: int, length: int, *, is_stream: bool, seconds: float, received: int) -> None:
        """Count and log a request."""
        status = CLIENT_CLOSED if scope.get(VANISHED) else status
        # The template, never the path: a path may hold an NHS number, a query a name.
        route = getattr(scope.get("route"), "path", None)
        self._metrics.count(
            scope["method"], status, route, received=received, sent=length, seconds=None if is_stream else seconds
        )
        actor = scope.get("rounds.actor")
        _log.info(
            "request",
            request_id=scope["rounds.request_id"],
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            actor=str(actor.id) if actor else None,
        )


def _expect_readable(scope: Scope, length: int) -> None:
    """Stop at a body that is too long, or that the server has refused while it was on its way."""
    refusal: type[Problem] | None = scope.get(REFUSAL)
    if refusal is not None:
        raise HTTPException(refusal.status)
    if length > scope[_LIMIT]:
        raise HTTPException(TooLarge.status)


def _decorated(given: list[tuple[bytes, bytes]], request_id: bytes) -> tuple[list[tuple[bytes, bytes]], int, bool]:
    """The headers of an answer with those that all have; how long it is said to be, and whether it is a stream."""
    headers = [*given, (b"x-request-id", request_id), *_HEADERS]
    length, is_stream, may_be_stored, has_policy = 0, False, False, False
    for name, value in given:
        if name == b"content-length":
            length = int(value)
        elif name == b"content-type":
            is_stream = value.startswith(b"text/event-stream")
        elif name == b"cache-control":
            may_be_stored = True
        elif name == b"content-security-policy":
            has_policy = True
    if not may_be_stored:
        headers.append(_NO_STORE)
    if not has_policy:
        headers.append(_NO_CONTENT)
    return headers, length, is_stream


def _look_at_headers(scope: Scope) -> tuple[bytes, int]:
    """The request's id, the caller's if it is sane, and the length that its body is said to have."""
    request_id, announced = b"", 0
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            request_id = value
        elif name == b"content-length" and value.isdigit():
            announced = int(value[:20])
    return request_id or str(new_id()).encode(), announced


def allow_body(request: Request, largest: int) -> None:
    """Let this request have a body of up to `largest` bytes, whatever the setting says; call it before reading."""
    request.scope[_LIMIT] = largest
