"""What reading leads to: a text with its circumstances, or a reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from features.notes.reading.pieces import Piece

Reason = Literal[
    "empty",
    "encrypted",
    "broken",
    "too_many_pages",
    "too_large",
    "control_characters",
    "combining_marks",
    "no_text",
    "undecodable",
]


class Unreadable(Exception):  # noqa: N818 - a state of the file, not a mistake
    """A file that cannot be read. It carries a code and nothing of the file's content.

    Codes: `empty` holds nothing but space; `encrypted` needs a password; `broken` is damaged or cut off;
    `too_many_pages` and `too_large` pass the bounds; `control_characters`, `combining_marks` (heaps of them on one
    character) and `undecodable` are texts that are none;
    `no_text` is a scan on which no text was found, or a PDF of empty pages.
    """

    def __init__(self, code: Reason) -> None:
        super().__init__(code)
        self.code: Reason = code


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's text."""

    text: str
    method: Literal["text", "pdf", "ocr"]
    confidence: float  # 0 to 1: about the share of characters that are right
    pages: int
    pages_without_text: int
    pieces: Sequence[Piece] = ()
    """Its words where they stand on the pages, in the order of the text."""


_MOST_CHARACTERS = 5_000_000


def bounded(text: str) -> str:
    """The text, if it is not longer than any note can be.

    Raises:
        Unreadable: `too_large`.
    """
    if len(text) > _MOST_CHARACTERS:
        raise Unreadable("too_large")
    return text
