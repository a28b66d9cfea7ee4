"""Which pages in browsers may call the API and read its answers (the Fetch standard's CORS protocol)."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.settings import Settings

# A frontend that is being developed is served by its own tools, on this machine, at whatever port is free.
_LOCAL = r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
_READABLE = (
    "ETag",
    "Location",
    "Link",
    "X-Request-ID",
    "Retry-After",
    "Content-Disposition",
    "Idempotency-Replayed",
)
_VARY = (b"vary", b"Origin")


class Cors(CORSMiddleware):
    """Starlette's, for the origins of the settings; it tells other origins nothing at all."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_origins=settings.cors_origins,
            allow_origin_regex=None if settings.production else _LOCAL,
            allow_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            # Whatever header a page asks for: tokens are sent by hand, so a header gives no page rights it lacks.
            allow_headers=("*",),
            expose_headers=_READABLE,
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mind origins, if there is one: most callers are programs, and have none."""
        if scope["type"] != "http" or any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _VARY]
            await send(message)

        await self.app(scope, receive, varying)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Let the page read the answer if it may."""
        if message["type"] == "http.response.start" and not self.is_allowed_origin(request_headers.get("origin", "")):
            message["headers"] = [*message["headers"], _VARY]
            await send(message)
            return
        await super().send(message, send, request_headers)


def answers_browsers(settings: Settings) -> bool:
    """Whether there is any origin to answer."""
    return bool(settings.cors_origins) or not settings.production
