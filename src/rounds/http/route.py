"""The route of every endpoint: who calls, unknown parameters and the media type come before anything else."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.auth import Guard
from rounds.http import bounded_json
from rounds.http.direct import answers_itself, arguments_of
from rounds.http.ready_values import with_ready_values
from rounds.problems import MOST_ERRORS, InvalidFields, UnsupportedMedia

PUBLIC = "x-public"


class StrictRequest(Request):
    """Reads JSON as RFC 8259 has it, and in bounds (`rounds.http.bounded_json`)."""

    async def json(self) -> Any:
        """The body as JSON."""
        return bounded_json.loads(await self.body())  # its errors are json.JSONDecodeError, which FastAPI makes a 422


class Route(APIRoute):
    """Checks, in this order: who calls, unknown parameters, the body's media type; only then FastAPI takes over."""

    _is_direct = False

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self._is_direct:
            self.app = _answering(self.get_route_handler())

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is the route; nearly all of the others are told apart by how their paths begin."""
        # Contained in, not at the start of: the scope's path has the prefix of whatever the app is mounted under.
        if self.path.partition("{")[0] not in scope["path"]:
            return Match.NONE, {}
        if scope["method"] == "HEAD" and "GET" in (self.methods or ()):
            return super().matches({**scope, "method": "GET"})
        return super().matches(scope)

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Answer; HEAD like GET without the body (RFC 9110, section 9.3.2), and not a call of its own in OpenAPI."""
        if scope["method"] == "HEAD" and "GET" in (self.methods or ()):
            return self.app(scope, receive, _bodiless(send))  # type: ignore[return-value]  # APIRoute's app is a coroutine function
        return super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind our checks."""
        handle = self._handle()
        guard = next(_guards(self.dependant), None)
        if guard is None and not (self.openapi_extra or {}).get(PUBLIC):
            raise TypeError(f"{self.path} has no guard; give it an actor or mark it public")
        known = frozenset(_query_names(self.dependant))
        accepted = _accepted_media(self)

        async def handler(request: Request) -> Response:
            if guard is not None:
                await guard.admit(request)
            if request.scope["query_string"] and not known.issuperset(request.query_params):
                unknown = sorted(set(request.query_params) - known)[:MOST_ERRORS]
                raise InvalidFields(
                    [{"pointer": f"?{name[:100]}", "type": "unknown_parameter", "ctx": {}} for name in unknown]
                )
            if accepted is not None:
                media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                if media not in accepted and not (media == "" and not await request.body()):
                    raise UnsupportedMedia(supported=", ".join(accepted))
                request = StrictRequest(request.scope, request.receive) if media else request
            return await handle(request)

        return handler

    def _handle(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers once the checks have passed: the endpoint itself where it can, else FastAPI."""
        declared, ready = self.dependant, with_ready_values(self.dependant)
        if answers_itself(ready):
            endpoint: Any = ready.call
            arguments = arguments_of(ready)
            self._is_direct = True

            async def direct(request: Request) -> Response:
                return await endpoint(**arguments(request))  # type: ignore[no-any-return]  # so it declares

            return direct
        self.dependant = ready
        try:
            return super().get_route_handler()
        finally:
            self.dependant = declared  # OpenAPI is made from what was declared


def _answering(handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> ASGIApp:
    """The application of a route that opens nothing; what it raises is answered by the application around it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def _bodiless(send: Send) -> Send:
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:  # at the first part of the body, lest the answer last as long as a stream
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head


def _guards(dependant: Dependant) -> Iterator[Guard]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Guard):
            yield dependency.call
        yield from _guards(dependency)


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        model_fields = getattr(field.field_info.annotation, "model_fields", None)
        if model_fields is None:
            yield field.alias
        else:  # a pydantic model that gathers parameters
            for name, model_field in model_fields.items():
                yield model_field.alias or name
    for dependency in dependant.dependencies:
        yield from _query_names(dependency)


def _accepted_media(route: APIRoute) -> tuple[str, ...] | None:
    if route.body_field is None:
        return None
    media: str = getattr(route.body_field.field_info, "media_type", "application/json")
    if media == "application/json" and "PATCH" in (route.methods or ()):
        return (media, "application/merge-patch+json")
    return (media,)


def router(tag: str) -> APIRouter:
    """The router of a slice; `tag` groups its calls in the documentation."""
    return APIRouter(tags=[tag], route_class=Route)


def public() -> dict[str, Any]:
    """The `openapi_extra=` of a call that needs no token."""
    return {PUBLIC: True, "security": []}
