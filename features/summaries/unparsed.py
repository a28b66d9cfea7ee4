"""A JSON object that is parsed when somebody looks into it, so that it can be handed on for the price of its text."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson


class Unparsed(Mapping[str, Any]):
    """The members of a JSON object."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, Any] | None = None

    def _members(self) -> dict[str, Any]:
        if self._found is None:
            self._found = orjson.loads(self._text)
        return self._found

    def __getitem__(self, name: str) -> Any:
        return self._members()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members())

    def __len__(self) -> int:
        return len(self._members())

    def __reduce__(self) -> tuple[type["Unparsed"], tuple[str]]:
        return Unparsed, (self._text,)
