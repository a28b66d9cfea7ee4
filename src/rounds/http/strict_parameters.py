"""Query parameters, strictly: none unknown, none twice that takes one value, numbers and truths as JSON has them.

What a parser forgives hides mistakes: `limit=1_0` is 10 to Python, `total=off` is false to pydantic, and of
`status=a&status=b` nearly everybody drops one without a word.
"""

import re
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic.fields import FieldInfo

from rounds.i18n import N_
from rounds.problems import InvalidFields, Refusal

_UNKNOWN, _REPEATED = "unknown_parameter", "repeated_parameter"
Refusal(_REPEATED, N_("This parameter takes one value. Send it once."))
# The errors are pydantic's own: they say what it would say of a spelling that it does not know.
_SPELLINGS: Mapping[type, tuple[re.Pattern[str], str]] = {
    bool: (re.compile(r"true|false", re.ASCII | re.IGNORECASE), "bool_parsing"),
    int: (re.compile(r"-?[0-9]+", re.ASCII), "int_parsing"),
    float: (re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII), "float_parsing"),
}
_MANY = (list, set, tuple, frozenset)


class QueryParameters:
    """The parameters that one call has."""

    def __init__(self, dependant: Dependant) -> None:
        self._known: set[str] = set()
        self._many: set[str] = set()
        self._spelled: dict[str, tuple[re.Pattern[str], str]] = {}
        for name, annotation in _parameters(dependant):
            self._known.add(name)
            kinds = set(_kinds(annotation))
            if kinds & set(_MANY):
                self._many.add(name)
            for kind, spelling in _SPELLINGS.items():
                if kinds == {kind}:
                    self._spelled[name] = spelling

    def check(self, request: Request) -> None:
        """Refuse what nobody could have meant.

        Raises:
            InvalidFields: naming each parameter that is unknown, there twice, or not spelled as its kind is.
        """
        given = request.query_params.multi_items()
        wrong: dict[str, str] = {}
        seen: set[str] = set()
        for name, value in given:
            if name not in self._known:
                wrong[name] = _UNKNOWN
            elif name in seen and name not in self._many:
                wrong[name] = _REPEATED
            elif name in self._spelled and not self._spelled[name][0].fullmatch(value):
                wrong.setdefault(name, self._spelled[name][1])
            seen.add(name)
        if wrong:
            raise InvalidFields(
                [{"pointer": f"?{name[:100]}", "type": kind, "ctx": {}} for name, kind in sorted(wrong.items())]
            )


def values_of(request: Request, many: frozenset[str]) -> dict[str, Any]:
    """What was sent, by name; lists for the parameters named in `many`."""
    given = request.query_params
    return {name: given.getlist(name) if name in many else value for name, value in given.items()}


def many_in(fields: Mapping[str, FieldInfo]) -> frozenset[str]:
    """Those fields of a model of parameters that take several values, by the name under which they are sent."""
    return frozenset(
        field.alias or name for name, field in fields.items() if set(_kinds(field.annotation)) & set(_MANY)
    )


def _parameters(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    for field in dependant.query_params:
        model_fields = getattr(field.field_info.annotation, "model_fields", None)
        if model_fields is None:
            yield field.alias, field.field_info.annotation
        else:  # a pydantic model that gathers parameters
            for name, model_field in model_fields.items():
                yield model_field.alias or name, model_field.annotation
    for dependency in dependant.dependencies:
        yield from _parameters(dependency)


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types that a value may have, None left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for each in get_args(annotation):
            yield from _kinds(each)
    elif annotation is not NoneType:
        yield origin or annotation
