"""Reads a model's answer while it is being written: each statement as soon as its object is complete.

What comes out early is what the whole text, read as JSON, says in the end, wherever the pieces of it were cut.
"""

from collections.abc import Generator
from typing import Any

import ijson

LARGEST = 1_000_000
# What may come in pieces without anything being complete: the parser looks at an unfinished string from its beginning
# again with each piece, and no statement or title is nearly as long.
LONGEST_UNFINISHED = 50_000
# A statement's citations are seven levels down; deeper is none of ours.
_DEEPEST = 16
_OPENS = {"start_map": dict, "start_array": list}
_PATH = ("sections", None, "statements", None)


class Unreadable(Exception):  # noqa: N818 - it reads as what happened
    """The text is no JSON, too long or too deep."""


class PartialAnswer:
    """An answer so far."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._keys: list[str | None] = []
        self._ready: list[tuple[str, dict[str, Any]]] = []
        self._untitled: list[dict[str, Any]] = []
        self._half = ""
        self._length = 0
        self._unfinished = 0
        self._last = b""
        self.complete = False
        """Whether the whole document has been read."""
        self._parser = ijson.basic_parse_coro(self._reader(), use_float=True)

    def feed(self, delta: str) -> list[tuple[str, dict[str, Any]]]:
        """The statements that `delta` completes, each with the title of its section.

        A section whose title comes after its statements gives them with the title.

        Raises:
            Unreadable: when this becomes no answer.
        """
        text = self._half + delta
        # The halves of a character may come one after the other.
        self._half = text[-1] if text and "\ud800" <= text[-1] <= "\udbff" else ""
        raw = text[: len(text) - len(self._half)].encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        self._length += len(raw)
        if self._length > LARGEST:
            raise Unreadable("too long")
        self._unfinished += len(raw)
        try:
            if raw:
                self._parser.send(raw)
        except (ijson.JSONError, StopIteration, UnicodeError):
            raise Unreadable("no JSON") from None
        if self._unfinished > max(LONGEST_UNFINISHED, len(raw)):
            raise Unreadable("too long")
        self._last = raw.rstrip()[-1:] or self._last
        if self.complete and self._last not in {b"}", b"]"}:
            raise Unreadable("no JSON")  # a number behind the end, which the parser waits for the rest of
        ready, self._ready = self._ready, []
        return ready

    def _reader(self) -> Any:
        def read() -> Generator[None, tuple[str, Any], None]:
            while True:
                event, value = yield
                self._take(event, value)

        reader = read()
        next(reader)
        return reader

    def _take(self, event: str, value: Any) -> None:
        self._unfinished = 0
        if event == "map_key":
            self._keys[-1] = value
        elif event in _OPENS:
            if len(self._stack) >= _DEEPEST:
                raise Unreadable("too deep")
            opened: Any = _OPENS[event]()
            self._put(opened)
            self._stack.append(opened)
            self._keys.append(None)
        elif event in {"end_map", "end_array"}:
            self._closed(self._stack[-1])
        else:
            self._put(value)

    def _put(self, value: Any) -> None:
        if not self._stack:
            return
        if isinstance(self._stack[-1], dict):
            self._stack[-1][self._keys[-1]] = value
        else:
            self._stack[-1].append(value)

    def _closed(self, value: Any) -> None:
        self._stack.pop()
        self._keys.pop()
        path = tuple(self._keys)
        self.complete = not self._stack
        if not isinstance(value, dict):
            return
        if path == _PATH:
            section = self._stack[-2]
            if isinstance(section.get("title"), str):
                self._ready.append((section["title"], value))
            else:
                self._untitled.append(value)
        elif path == _PATH[:2]:
            title = value.get("title")
            if isinstance(title, str):
                self._ready += [(title, each) for each in self._untitled]
            self._untitled = []
