"""Answers a read without FastAPI's machinery: its parameters are taken apart here, and its answer is already bytes.

FastAPI solves a dependency as slowly as the database reads a row, and opens two exit stacks for each request. A read
that has nothing but simple parameters, and whose endpoint answers a `Response`, needs neither. What OpenAPI shows is
made from what was declared, as everywhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import isclass, iscoroutinefunction, signature
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from rounds.problems import InvalidFields

Arguments = Callable[[Request], dict[str, Any]]


def answers_itself(dependant: Dependant) -> bool:
    """Whether this endpoint is such a read; its dependencies have to stand ready (`rounds.http.ready_values`)."""
    endpoint: Any = dependant.call
    return (
        iscoroutinefunction(endpoint)
        and signature(endpoint).return_annotation is Response
        and not dependant.dependencies
        and not dependant.body_params
        and not dependant.cookie_params
        and not dependant.response_param_name
        and not dependant.background_tasks_param_name
        and all(map(_is_simple, (*dependant.path_params, *dependant.query_params, *dependant.header_params)))
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


def arguments_of(dependant: Dependant) -> Arguments:
    """How to take an endpoint's arguments from a request.

    The function raises `InvalidFields` with every parameter that is not acceptable.
    """
    sources: Sequence[tuple[str, Sequence[ModelField], Callable[[Request], Mapping[str, Any]]]] = (
        ("path", dependant.path_params, lambda request: request.path_params),
        ("query", dependant.query_params, lambda request: request.query_params),
        ("header", dependant.header_params, lambda request: request.headers),
    )
    fields = [(field, field.alias, source, read) for source, all_of_it, read in sources for field in all_of_it]
    asked = dependant.request_param_name

    def arguments(request: Request) -> dict[str, Any]:
        values: dict[str, Any] = {}
        refused: list[Any] = []
        for field, alias, source, read in fields:
            given = read(request).get(alias)
            if given is None and not field.field_info.is_required():
                values[field.name] = field.get_default()
                continue
            if given is None:
                refused.append({"type": "missing", "loc": (source, alias)})
                continue
            values[field.name], errors = field.validate(given, values, loc=(source, alias))
            refused += errors or ()
        if refused:
            raise InvalidFields.of(refused)
        if asked:
            values[asked] = request
        return values

    return arguments
