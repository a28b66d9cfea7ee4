"""Answers what no endpoint can: requests that the server has refused already, and crashes.

It stands within the layer that lets browsers read answers across origins, so that they can read these too.
"""

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.observability.logging import origin_of
from rounds.problems import Crash, Problem, respond

_log = structlog.get_logger("rounds.access")
REFUSAL = "rounds.refusal"  # in the scope: the problem that the server found before there was anything to route


class LastResort:
    """Wraps the router, with all its handlers of exceptions."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if answered or scope["type"] != "http":
                raise
            log_crash(scope, error)
            await respond(Request(scope), Crash())(scope, receive, send)


def log_crash(scope: Scope, error: BaseException) -> None:
    """Log where `error` came from, without its message: a database's message may quote a patient's data."""
    _log.error(
        "crash",
        request_id=scope.get("rounds.request_id"),
        route=getattr(scope.get("route"), "path", None),
        **origin_of(error),
    )
