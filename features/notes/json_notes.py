"""A note that came as JSON, taken apart: in a child process if it is long, as that holds the interpreter."""

import json
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from rounds.characters import composed, crowded_at, harmful_at, is_blank
from rounds.repeated_names import first_repeated

# Also the bound of a file.
LARGEST_BYTES = 10 * 1024 * 1024
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """What is in the body.

    `content` is ready to be stored; where it is None, it is in `rest` as it came, for the model to say what is wrong.
    """

    rest: Any = None
    content: str | None = None
    json_error: tuple[int, str] | None = None
    refused: Literal["too_large", "too_many_fields"] | None = None
    repeated: tuple[str, ...] | None = None  # where a name stands twice


def open_note(body: bytes) -> OpenedNote:
    """Take a body apart, and make its text ready to be stored."""
    try:
        rest = orjson.loads(body)
        repeated = first_repeated(body) if isinstance(rest, dict | list) else None
    except json.JSONDecodeError as error:  # orjson's own is one of them
        return OpenedNote(json_error=(error.pos, error.msg))
    if repeated is not None:
        return OpenedNote(repeated=repeated)
    if not isinstance(rest, dict):
        # A model says of each of them that it is no object, and needs not be shown a million.
        return OpenedNote([] if isinstance(rest, list) else rest)
    if len(rest) > _MOST_FIELDS:
        return OpenedNote(refused="too_many_fields")
    if not isinstance(rest.get("content"), str):
        # Only what kind of thing it is matters, and not how much of it there is.
        return OpenedNote({**rest, "content": None} if "content" in rest else rest)
    return _with_text(rest, rest.pop("content"))


def _with_text(rest: dict[str, Any], content: str) -> OpenedNote:
    if len(content) > LARGEST_BYTES or len(content.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        return OpenedNote(refused="too_large")
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    at = harmful_at(text, multiline=True)
    if at is None:
        at = crowded_at(text)
    if at is not None:
        # Only as much as shows what is wrong, and where.
        return OpenedNote({**rest, "content": text[: at + 100]})
    text = composed(text)
    return OpenedNote({**rest, "content": ""}) if is_blank(text) else OpenedNote(rest, text)
