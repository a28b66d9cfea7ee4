"""Hands an endpoint what already stands ready, without asking FastAPI to solve it."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import isclass, iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, ValidationError

from rounds.auth import Guard
from rounds.data import fresh_reads, fresh_reads_of, reads, reads_of
from rounds.http.strict_parameters import many_in, values_of
from rounds.problems import InvalidFields

_REQUEST = "rounds.request"  # no parameter can have this name


def _ready_value(dependency: Any) -> Callable[[Request], Any] | None:
    """How to come by what a dependency provides, if that stands ready before the endpoint runs."""
    if isinstance(dependency, Guard):
        return lambda request: request.scope["rounds.actor"]
    if dependency is reads:
        return reads_of
    if dependency is fresh_reads:
        return fresh_reads_of
    return None


def _query_model(dependant: Dependant) -> tuple[str, Callable[[Request], Any]] | None:
    """How to read the parameters of a list, when one model gathers them."""
    if len(dependant.query_params) != 1:
        return None
    (field,) = dependant.query_params
    model = field.field_info.annotation
    if not (isclass(model) and issubclass(model, BaseModel)):
        return None

    many = many_in(model.model_fields)

    def read(request: Request) -> Any:
        try:
            return model.model_validate(values_of(request, many))
        except ValidationError as error:
            raise InvalidFields.of_model(error, "query") from None

    return field.name, read


def with_ready_values(dependant: Dependant) -> Dependant:
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
