"""JSON as RFC 8259 has it, and as everybody who reads it understands it alike (RFC 7493, I-JSON)."""

import json
from typing import Any

import orjson

from rounds.i18n import N_
from rounds.problems import InvalidFields, Refusal, invalid, pointer_of

_REPEATED = Refusal("repeated_name", N_("This name stands twice in the same object. Send it once."))


class _Repeated:
    """Stands where an object has a name twice."""

    def __init__(self, name: str) -> None:
        self.name = name


def parse(body: bytes) -> Any:
    """The value in `body`: no NaN, no lone surrogates, no bottomless nesting, no name twice in one object.

    Of a name that stands twice one reader takes the first value and another the last; where they check and use a
    request, that is a way around the check.

    Raises:
        json.JSONDecodeError: when it is not JSON.
        InvalidFields: when an object has a name twice; it points to the first of them.
    """
    value = orjson.loads(body)  # its errors are json.JSONDecodeError
    if isinstance(value, dict | list):
        _expect_single_names(body)
    return value


def parse_fields(body: bytes) -> Any:
    """`parse`, for who reads a body without FastAPI.

    Raises:
        InvalidFields: also when it is not JSON.
    """
    try:
        return parse(body)
    except json.JSONDecodeError as error:
        raise InvalidFields.of(
            [{"loc": ("body", error.pos), "type": "json_invalid", "ctx": {"error": error.msg}}]
        ) from None


def _expect_single_names(body: bytes) -> None:
    found = False

    def check(pairs: list[tuple[str, Any]]) -> Any:
        nonlocal found
        names = dict(pairs)
        if len(names) == len(pairs):
            return names
        found = True
        seen: set[str] = set()
        # `add` answers None, so the first name that has been seen already is the one.
        return _Repeated(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]  # see above

    try:
        # Numbers are not read: only names count here, and a number of a million digits takes its time.
        tree = json.loads(body, object_pairs_hook=check, parse_int=len, parse_float=len)
    except RecursionError:  # deeper than Python goes, and not as deep as orjson does
        raise InvalidFields.of([{"loc": ("body", 0), "type": "json_invalid", "ctx": {"error": "nesting"}}]) from None
    if found:
        raise invalid(pointer_of(("body", *_path(tree))), _REPEATED())


def _path(tree: Any) -> list[str]:
    """The way to the first object that has a name twice, and that name."""
    waiting: list[tuple[Any, list[str]]] = [(tree, [])]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, _Repeated):
            return [*path, value.name]
        if isinstance(value, dict):
            waiting += [
                (each, [*path, name]) for name, each in value.items() if isinstance(each, dict | list | _Repeated)
            ]
        elif isinstance(value, list):
            waiting += [
                (each, [*path, str(place)])
                for place, each in enumerate(value)
                if isinstance(each, dict | list | _Repeated)
            ]
    return []
