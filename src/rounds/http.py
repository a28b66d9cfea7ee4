"""The HTTP manners every endpoint shares: the guarded route, strict parameters and bodies, versions and ETags."""

import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import wraps
from inspect import isclass, iscoroutinefunction
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from rounds import bounded_json
from rounds.database import reads
from rounds.i18n import N_
from rounds.problems import MOST_ERRORS, InvalidFields, PreconditionFailed, Refusal, UnsupportedMedia, invalid
from rounds.security import Guard

PUBLIC = "x-public"

_BAD_ENTITY_TAG = Refusal("entity_tag", N_('Write entity tags as the ETag header shows them, for example "3".'))
_ENTITY_TAG = re.compile(r'"([^"]*)"')
_ENTITY_TAGS = r'[ \t]*(W/)?"[^"]*"([ \t]*,[ \t]*(W/)?"[^"]*")*[ \t]*'


class StrictRequest(Request):
    """Reads JSON as RFC 8259 has it, and in bounds (`rounds.bounded_json`)."""

    async def json(self) -> Any:
        """The body as JSON."""
        return bounded_json.loads(await self.body())  # its errors are json.JSONDecodeError, which FastAPI makes a 422


_REQUEST = "rounds.request"  # no parameter can have this name


class Route(APIRoute):
    """Checks, in this order: who calls, unknown parameters, the body's media type; only then FastAPI takes over."""

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
        solved, self.dependant = self.dependant, _with_ready_values(self.dependant)
        try:
            handle = super().get_route_handler()
        finally:
            self.dependant = solved  # OpenAPI is made from what was declared
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


def _ready_value(dependency: Any) -> Callable[[Request], Any] | None:
    """How to come by what a dependency provides, if that stands ready before the endpoint runs."""
    if isinstance(dependency, Guard):
        return lambda request: request.scope["rounds.actor"]
    if dependency is reads:
        return lambda request: request.app.state.database.reads
    return None


def _query_model(dependant: Dependant) -> tuple[str, Callable[[Request], Any]] | None:
    """How to read the parameters of a list, when one model gathers them and each stands for one value."""
    if len(dependant.query_params) != 1:
        return None
    (field,) = dependant.query_params
    model = field.field_info.annotation
    if not (isclass(model) and issubclass(model, BaseModel)):
        return None

    def read(request: Request) -> Any:
        try:
            return model.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise InvalidFields.of_model(error, "query") from None

    return field.name, read


def _with_ready_values(dependant: Dependant) -> Dependant:
    """The endpoint without those dependencies that need no solving; they are put in when it is called.

    Solving a dependency costs FastAPI as much as the database takes to read a row, and nearly every endpoint has two
    whose values are already there: the actor that the guard admitted, and the read side. Taking the parameters of a
    list apart, field by field, costs it as much as reading fifty rows; pydantic does the same in one call.
    """
    endpoint: Any = dependant.call
    if not iscoroutinefunction(endpoint):
        return dependant
    named = [(each.name, value) for each in dependant.dependencies if each.name and (value := _ready_value(each.call))]
    query = _query_model(dependant)
    if query is not None:
        named.append(query)
    asked = dependant.request_param_name

    @wraps(endpoint)
    async def call(**values: Any) -> Any:
        request = values[asked] if asked else values.pop(_REQUEST)
        for name, value in named:
            values[name] = value(request)
        return await endpoint(**values)

    return replace(
        dependant,
        call=call,
        dependencies=[each for each in dependant.dependencies if _ready_value(each.call) is None],
        query_params=[] if query else dependant.query_params,
        request_param_name=asked or _REQUEST,
    )


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


# RFC 9110, section 13: preconditions on the version a client has seen.
IfMatch = Annotated[
    str | None,
    Header(
        description="Change only this version, as ETag showed it.",
        json_schema_extra={"pattern": rf"^([ \t]*\*[ \t]*|{_ENTITY_TAGS})$"},
    ),
]
IfNoneMatch = Annotated[str | None, Header(description="Answer 304 when the version is still this one.")]


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def unchanged(if_none_match: str | None, version: int) -> bool:
    """Whether the client already has `version`."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag(version) in {f'"{tag}"' for tag in _tags(if_none_match)}


def not_modified(version: int) -> Response:
    """The empty answer to a client that already has `version`."""
    return Response(status_code=304, headers={"ETag": etag(version)})


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not modified"}}


def created(response: Response, location: str, version: int) -> None:
    """Say where the new resource is and which version it has."""
    response.headers["Location"] = location
    response.headers["ETag"] = etag(version)


def expect_version(if_match: str | None, version: int) -> None:
    """Refuse to change a resource the client has not seen in its current version.

    Raises:
        PreconditionFailed: when `if_match` names other versions only.
        InvalidFields: when it is not a list of entity tags.
    """
    if if_match is None or if_match.strip() == "*":
        return
    tags = _tags(if_match)
    if not tags:
        raise invalid("header:if-match", _BAD_ENTITY_TAG())
    if str(version) not in tags:
        raise PreconditionFailed(version=version)


def _tags(header: str) -> list[str]:
    return _ENTITY_TAG.findall(header) if re.fullmatch(_ENTITY_TAGS, header) else []


def merged(current: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """`patch` applied to `current` as a JSON merge patch (RFC 7396)."""
    result = dict(current)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


Model = TypeVar("Model", bound=BaseModel)


def patched(model: type[Model], resource: object, patch: dict[str, Any], **more: Any) -> Model:
    """The write model of `resource` after a merge patch.

    Args:
        model: The write model; its fields are read from `resource`.
        resource: The row to be changed.
        patch: The merge patch, as JSON values.
        more: Fields of the model that do not stand on the row itself.

    Raises:
        InvalidFields: when the result is not valid, e.g. because a required field was emptied.
    """
    current = {name: more.get(name, getattr(resource, name, None)) for name in model.model_fields}
    try:
        return model.model_validate(merged(current, patch))
    except ValidationError as error:
        raise InvalidFields.of_model(error, "body") from None
