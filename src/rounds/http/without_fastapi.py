"""Answers without FastAPI's machinery: a request is taken apart here, and what the endpoint answers made into bytes.

FastAPI solves a dependency as slowly as the database reads a row, opens three exit stacks for each request, and looks
at what it was told of a route again each time. A call that has nothing but simple parameters, one JSON body, and a
transaction needs none of that. It is validated and serialised by the same fields of FastAPI, so what is refused, and
how, is the same; and what OpenAPI shows is made from what was declared, as everywhere.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import isclass, iscoroutinefunction, signature
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import params
from fastapi._compat import ModelField
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from rounds.data import TRANSACTION, Transaction, begin, plain_transaction, transaction
from rounds.problems import InvalidFields

_Source = Callable[[Request], Mapping[str, str]]
Answer = Callable[[Any, Response | None], Response]
_NOT_SET = 0
# What of the request's transaction each of these dependencies provides.
_SESSIONS: Mapping[Any, Callable[[Transaction], Any]] = {
    transaction: Transaction.session,
    plain_transaction: Transaction.plain,
    begin: lambda found: found.session,
}


def answers_itself(route: APIRoute, dependant: Dependant) -> bool:
    """Whether this endpoint can be called so; `dependant` is without what stands ready (`rounds.http.ready_values`)."""
    return (
        iscoroutinefunction(dependant.call)
        and all(each.call in _SESSIONS for each in dependant.dependencies)
        and len(dependant.dependencies) <= 1
        and not dependant.cookie_params
        and not dependant.background_tasks_param_name
        and all(map(_is_simple, (*dependant.path_params, *dependant.query_params, *dependant.header_params)))
        and _has_plain_body(route, dependant)
        and (_answers_bytes(dependant) or _answers_model(route))
    )


def _has_plain_body(route: APIRoute, dependant: Dependant) -> bool:
    """Whether there is no body, or a single one that is JSON."""
    fields = dependant.body_params
    if not fields:
        return True
    return (
        len(fields) == 1
        and type(fields[0].field_info) is params.Body
        and not getattr(fields[0].field_info, "embed", None)
        and not route._embed_body_fields  # noqa: SLF001 - FastAPI keeps it nowhere else
    )


def _answers_bytes(dependant: Dependant) -> bool:
    endpoint: Any = dependant.call
    return signature(endpoint).return_annotation is Response


def _answers_model(route: APIRoute) -> bool:
    return (
        route.response_field is not None
        and route.stream_item_field is None
        and isinstance(route.response_class, DefaultPlaceholder)
    )


def _is_simple(field: ModelField) -> bool:
    """Whether the parameter is one value, which stands in the request once."""
    return not any(
        isclass(kind) and issubclass(kind, BaseModel | list | set | frozenset | tuple | dict)
        for kind in _kinds(field.field_info.annotation)
    )


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types that an annotation is made of, as far as they say what a value looks like from outside."""
    origin = get_origin(annotation)
    if origin in {Union, UnionType, Annotated}:
        for part in get_args(annotation):
            yield from _kinds(part)
    else:
        yield origin or annotation


class Arguments:
    """Takes an endpoint's arguments from a request."""

    def __init__(self, dependant: Dependant) -> None:
        sources: Sequence[tuple[str, Sequence[ModelField], _Source]] = (
            ("path", dependant.path_params, lambda request: request.path_params),
            ("query", dependant.query_params, _query),
            ("header", dependant.header_params, lambda request: request.headers),
        )
        self._fields = [
            (field, field.name, field.alias, (source, field.alias), read, _default(field))
            for source, fields, read in sources
            for field in fields
        ]
        self._body = next(iter(dependant.body_params), None)
        self._request_as = dependant.request_param_name
        self._response_as = dependant.response_param_name
        self._session_as = next(((str(each.name), _SESSIONS[each.call]) for each in dependant.dependencies), None)

    async def of(self, request: Request) -> tuple[dict[str, Any], Response | None]:
        """The arguments, and the response among them whose headers the answer is to have.

        Raises:
            InvalidFields: with everything that is not acceptable.
        """
        values: dict[str, Any] = {}
        refused: list[Any] = []
        errors: Sequence[Any]
        for field, name, alias, place, read, default in self._fields:
            given = read(request).get(alias)
            if given is not None:
                values[name], errors = field.validate(given, values, loc=place)
                refused += errors or ()
            elif default is None:
                refused.append({"type": "missing", "loc": place})
            else:
                values[name] = default()
        if self._body is not None:
            values[self._body.name], errors = await _validated_body(self._body, request)
            refused += errors
        if refused:
            raise InvalidFields.of(refused)
        response = None
        if self._request_as:
            values[self._request_as] = request
        if self._response_as:
            response = values[self._response_as] = Response()
            del response.headers["content-length"]
            response.status_code = _NOT_SET
        if self._session_as:
            session_as, of_transaction = self._session_as
            values[session_as] = of_transaction(request.scope[TRANSACTION])
        return values, response


def _default(field: ModelField) -> Callable[[], Any] | None:
    return None if field.field_info.is_required() else field.get_default


_NOTHING: Mapping[str, str] = {}


def _query(request: Request) -> Mapping[str, str]:
    return request.query_params if request.scope["query_string"] else _NOTHING


async def _validated_body(field: ModelField, request: Request) -> tuple[Any, Sequence[Any]]:
    """The body as the endpoint takes it, and what is wrong with it. Its media type has been looked at before."""
    if not await request.body():
        if field.field_info.is_required():
            return None, [{"type": "missing", "loc": ("body",)}]
        return field.get_default(), ()
    try:
        given = await request.json()
    except json.JSONDecodeError as error:
        raise InvalidFields.of(
            [{"type": "json_invalid", "loc": ("body", error.pos), "ctx": {"error": error.msg}}]
        ) from None
    return field.validate(given, {}, loc=("body",))


def answer_of(route: APIRoute) -> Answer:
    """How an answer is made of what the endpoint of `route` returns."""
    field, status = route.response_field, route.status_code or 200
    options: Any = {
        "include": route.response_model_include,
        "exclude": route.response_model_exclude,
        "by_alias": route.response_model_by_alias,
        "exclude_unset": route.response_model_exclude_unset,
        "exclude_defaults": route.response_model_exclude_defaults,
        "exclude_none": route.response_model_exclude_none,
    }

    def answer(found: Any, given: Response | None) -> Response:
        if isinstance(found, Response):
            return found
        if field is None:
            raise TypeError(f"{route.path} is to answer a Response")
        value, errors = field.validate(found, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=found)
        response = Response(field.serialize_json(value, **options), status, media_type="application/json")
        if given is not None:
            response.status_code = given.status_code or status
            response.headers.raw.extend(given.headers.raw)
        return response

    return answer
