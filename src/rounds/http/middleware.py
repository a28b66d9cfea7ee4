"""The outermost layer, in plain ASGI: request ids, the body limit, security headers and the access log, in one pass."""

import re
from time import perf_counter

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.data import new_id
from rounds.http.last_resort import REFUSAL, log_crash
from rounds.observability.metrics import CLIENT_CLOSED, VANISHED
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
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request; whatever happens, it is answered and logged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        request_id, announced = _look_at_headers(scope)
        scope["rounds.request_id"] = request_id.decode("ascii")
        status, answered = 500, False

        async def watch() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and not answered:
                scope[VANISHED] = True
            return message

        async def decorate(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                headers = message["headers"] = [*message["headers"], (b"x-request-id", request_id), *_HEADERS]
                names = {name for name, _ in headers}
                headers += [default for default in (_NO_STORE, _NO_CONTENT) if default[0] not in names]
            await send(message)

        try:
            await self._app(scope, _within_limit(scope, watch, announced), decorate)
        except Exception as error:  # noqa: BLE001 - this is the last place that can still answer
            log_crash(scope, error)
            if not answered:
                await respond(Request(scope), Crash())(scope, receive, decorate)
        finally:
            actor = scope.get("rounds.actor")
            _log.info(
                "request",
                request_id=scope["rounds.request_id"],
                method=scope["method"],
                # The template, never the path: a path may hold an NHS number, a query a name.
                route=getattr(scope.get("route"), "path", None),
                status=CLIENT_CLOSED if scope.get(VANISHED) else status,
                ms=round((perf_counter() - started) * 1000, 2),
                actor=str(actor.id) if actor else None,
            )


def _look_at_headers(scope: Scope) -> tuple[bytes, int]:
    """The request's id, the caller's if it is sane, and the length that its body is said to have."""
    request_id, announced = b"", 0
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            request_id = value
        elif name == b"content-length" and value.isdigit():
            announced = int(value[:20])
    return request_id or str(new_id()).encode(), announced


def _within_limit(scope: Scope, receive: Receive, announced: int) -> Receive:
    """Stop reading at the limit; Starlette's own one answers in plain text, from outside this layer."""
    scope.setdefault(_LIMIT, scope["app"].state.settings.max_body_bytes)
    received = 0

    async def within() -> Message:
        nonlocal received
        if announced > scope[_LIMIT]:
            raise HTTPException(TooLarge.status)
        message = await receive()
        refusal: type[Problem] | None = scope.get(REFUSAL)
        if refusal is not None:  # found by the server while the body was on its way
            raise HTTPException(refusal.status)
        received += len(message.get("body", b""))
        if received > scope[_LIMIT]:
            raise HTTPException(TooLarge.status)
        return message

    return within


def allow_body(request: Request, largest: int) -> None:
    """Let this request have a body of up to `largest` bytes, whatever the setting says; call it before reading."""
    request.scope[_LIMIT] = largest
