"""The route of every endpoint: who calls, unknown parameters and the media type come before anything else.

What it shows or changes of patients is noted for the audit trail (`audited_route`).
"""

import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rounds.audit import Audited, audited
from rounds.auth import Actor, Guard
from rounds.data import Transaction, begin, plain_transaction, transaction
from rounds.http.audited_route import Handle, audited_handler, telling
from rounds.http.idempotency import is_creation, once
from rounds.http.operation_names import operation_id
from rounds.http.ready_values import with_ready_values
from rounds.http.restricted import BODY, protected
from rounds.http.strict_json import parse
from rounds.http.strict_parameters import QueryParameters
from rounds.http.without_fastapi import Arguments, answer_of, answers_itself
from rounds.problems import InvalidFields, UnsupportedEncoding, UnsupportedMedia
from rounds.versions import ruling_out
from rounds.viewer import NOBODY, look_as

PUBLIC = "x-public"
AUDITED = "x-audited"  # in OpenAPI: what the audit trail records of a call
# The dependencies that give an endpoint its transaction, whether or not it finds something to write.
_AT_ONCE = frozenset({transaction, plain_transaction})
_FORM = "application/x-www-form-urlencoded"


class StrictRequest(Request):
    """Reads bodies strictly; see `strict_json`."""

    _value: Any = None
    _read = False

    async def json(self) -> Any:
        """The body as JSON."""
        if not self._read:
            self._value = parse(await self.body())  # its JSONDecodeError is what FastAPI makes a 422 of
            self._read = True
        return self._value

    async def read(self, media: str) -> None:
        """Read the body now: of what is refused meanwhile FastAPI would make a plain 400.

        Raises:
            InvalidFields: when a name stands twice.
        """
        if media == _FORM:
            names = Counter(name for name, _ in (await self.form()).multi_items())
            twice = [name for name, times in names.items() if times > 1]
            if twice:
                raise InvalidFields.of([{"loc": ("body", name[:100]), "type": "repeated_name"} for name in twice])
        elif media != "multipart/form-data":
            with suppress(json.JSONDecodeError):  # FastAPI meets it again
                self.scope[BODY] = await self.json()


class Route(APIRoute):
    """Checks, in this order: who calls, unknown parameters, the body's media type; only then FastAPI takes over."""

    is_direct = False  # whether it needs nothing of FastAPI's when it is called

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        declared = audited(endpoint)
        if declared is not None and declared.resource is not None:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), AUDITED: declared.described()}
        options["operation_id"] = options.get("operation_id") or operation_id(
            options.get("name") or endpoint.__name__, path
        )
        super().__init__(path, endpoint, **options)
        if self.is_direct:
            self.app = _answering(
                self.get_route_handler(), writes=not {*_AT_ONCE, begin}.isdisjoint(_calls(self.dependant))
            )

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
        if self.is_direct and scope["method"] in (self.methods or ()):
            return self.app(scope, receive, send)  # type: ignore[return-value]  # the same
        return super().handle(scope, receive, send)

    def get_route_handler(self) -> Handle:
        """FastAPI's handler behind our checks."""
        guard = next(_guards(self.dependant), None)
        if guard is None and not (self.openapi_extra or {}).get(PUBLIC):
            raise TypeError(f"{self.path} has no guard; give it an actor or mark it public")
        declared = audited(self.endpoint)
        if declared is None:
            raise TypeError(f"{self.path} does not declare what it shows or changes of patients (rounds.audit)")
        handle = self._handle(declared)
        repeatable = guard is not None and is_creation(self.methods, self.status_code, self.openapi_extra)
        if repeatable and _AT_ONCE.isdisjoint(_calls(self.dependant)):
            raise TypeError(f"{self.path} creates, so its change has to be in the request's transaction (Tx)")
        run = self._checked(handle, is_public=guard is None)

        async def admit(request: Request) -> Actor:
            actor = await (guard or Guard(None)).admit(request)
            look_as(actor.id)
            return actor

        async def repeatably(request: Request) -> Response:
            return await once(request, run)

        return audited_handler(
            declared, repeatably if repeatable else run, admit if guard is not None else None, self.path
        )

    def _checked(self, handle: Handle, *, is_public: bool) -> Handle:
        """`handle` for requests that have the parameters and the body that the call takes."""
        parameters = QueryParameters(self.dependant)
        accepted = _accepted_media(self)
        changes = bool({"PUT", "PATCH", "DELETE"} & set(self.methods or ()))

        async def run(request: Request) -> Response:
            if is_public:
                look_as(NOBODY)
            if request.scope["query_string"]:
                parameters.check(request)
            _expect_plain(request)
            if accepted is not None:
                request = await _with_body(request, accepted)
            if not changes:
                return await (handle(request) if is_public else protected(request, handle))
            with ruling_out(request.headers.get("if-none-match")):
                return await (handle(request) if is_public else protected(request, handle))

        return run

    def _handle(self, audited_as: Audited) -> Handle:
        """What answers once the checks have passed: the endpoint itself where it can, else FastAPI."""
        declared, ready = self.dependant, with_ready_values(self.dependant)
        if ready.call is not None:
            ready = replace(ready, call=telling(ready.call, audited_as, self.path))
        if answers_itself(self, ready):
            self.is_direct = True
            endpoint: Any = ready.call
            arguments, answer = Arguments(ready), answer_of(self)

            async def direct(request: Request) -> Response:
                values, response = await arguments.of(request)
                return answer(await endpoint(**values), response)

            return direct
        self.dependant = ready
        try:
            return super().get_route_handler()
        finally:
            self.dependant = declared  # OpenAPI is made from what was declared


def _answering(handle: Handle, *, writes: bool) -> ASGIApp:
    """The application of a route that is direct; what it raises is answered by the application around it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        if writes:
            async with Transaction(request):  # around everything, for the answer is kept in it, too (`idempotency`)
                response = await handle(request)
        else:
            response = await handle(request)
        await response(scope, receive, send)

    return app


async def _with_body(request: Request, accepted: tuple[str, ...]) -> Request:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in accepted and not (media == "" and not await request.body()):
        raise UnsupportedMedia(supported=", ".join(accepted))
    if not media:
        return request
    strict = StrictRequest(request.scope, request.receive)
    await strict.read(media)
    return strict


def _expect_plain(request: Request) -> None:
    """Refuse bodies that are encoded, or are said to be: what nobody decodes nobody may take for what it says."""
    for name, coding in request.scope["headers"]:
        if name == b"content-encoding" and {each.strip().lower() for each in coding.split(b",")} - {b"identity", b""}:
            raise UnsupportedEncoding


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


def _calls(dependant: Dependant) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


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
