"""The outermost layer, in plain ASGI: request ids, security headers and the access log, all in one pass."""

import re
from time import perf_counter
from traceback import extract_tb

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.database import new_id
from rounds.problems import Crash, respond

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
        request_id = b""
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _SANE_ID.fullmatch(value):
                request_id = value
        request_id = request_id or str(new_id()).encode()
        scope["rounds.request_id"] = request_id.decode("ascii")
        status, answered = 500, False

        async def decorate(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                headers = message["headers"] = [*message["headers"], (b"x-request-id", request_id), *_HEADERS]
                names = {name for name, _ in headers}
                headers += [default for default in (_NO_STORE, _NO_CONTENT) if default[0] not in names]
            await send(message)

        try:
            await self._app(scope, receive, decorate)
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
                status=status,
                ms=round((perf_counter() - started) * 1000, 2),
                actor=str(actor.id) if actor else None,
            )


def log_crash(scope: Scope, error: BaseException) -> None:
    """Log where `error` came from, without its message: a database's message may quote a patient's data."""
    _log.error(
        "crash",
        request_id=scope.get("rounds.request_id"),
        route=getattr(scope.get("route"), "path", None),
        error=type(error).__qualname__,
        cause=type(error.__cause__).__qualname__ if error.__cause__ else None,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)[-12:]],
    )
