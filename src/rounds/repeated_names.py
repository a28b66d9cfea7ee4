"""Finds a name that stands twice in one object of a JSON text.

Of such a name one reader takes the first value and another the last; where they check and use a request, that is a way
around the check.
"""

import json
from typing import Any


class _Repeated:
    """Stands where an object has a name twice."""

    def __init__(self, name: str) -> None:
        self.name = name


def first_repeated(body: bytes) -> tuple[str, ...] | None:
    """The way to the first object that has a name twice, and that name; None when there is none.

    Raises:
        json.JSONDecodeError: when it is no JSON, or is nested deeper than Python goes.
    """
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
    except RecursionError:  # not as deep as orjson goes
        raise json.JSONDecodeError("nesting", "", 0) from None
    return _path(tree) if found else None


def _path(tree: Any) -> tuple[str, ...]:
    waiting: list[tuple[Any, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, _Repeated):
            return (*path, value.name)
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [(each, (*path, str(name))) for name, each in parts if isinstance(each, dict | list | _Repeated)]
    return ()
