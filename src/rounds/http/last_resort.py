"""Answers what no endpoint can: requests that the server has refused already, and crashes.

It stands within the layer that lets browsers read answers across origins, so that they can read these too.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.observability.logging import origin_of
from rounds.problems import Crash, Problem, respond

Handler = Callable[[Request, Any], Awaitable[Response]]
_log = structlog.get_logger("rounds.access")
REFUSAL = "rounds.refusal"  # in the scope: the problem that the server found before there was anything to route


class LastResort:
    """Wraps the router.

    Args:
        app: The router.
        handlers: What answers exceptions of which type, as Starlette has them; everything else is a crash.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[type[Exception], Handler] | None = None) -> None:
        self._app = app
        self._handlers = dict(handlers or {})
        self._for_starlette: tuple[dict[type[Exception], Handler], dict[int, Handler]] = (self._handlers, {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request, or answer in its place."""
        refusal: type[Problem] | None = scope.get(REFUSAL)
        if refusal is not None:
            await respond(Request(scope), refusal())(scope, receive, send)
            return
        answered = False

        async def watch(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        scope["starlette.exception_handlers"] = self._for_starlette  # FastAPI asks them first, within its own routes
        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if answered or scope["type"] != "http":
                raise
            request = Request(scope, receive)
            response = await self._answer(request, error)
            await response(scope, receive, send)

    async def _answer(self, request: Request, error: Exception) -> Response:
        try:
            for kind in type(error).__mro__:
                if kind in self._handlers:
                    return await self._handlers[kind](request, error)
        except Exception as another:  # noqa: BLE001 - what was to answer has failed as well
            error = another
        log_crash(request.scope, error)
        return respond(request, Crash())


def log_crash(scope: Scope, error: BaseException) -> None:
    """Log where `error` came from, without its message: a database's message may quote a patient's data."""
    _log.error(
        "crash",
        request_id=scope.get("rounds.request_id"),
        route=getattr(scope.get("route"), "path", None),
        **origin_of(error),
    )
