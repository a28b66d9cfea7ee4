"""What an uploaded file turns out to be, found out in one visit to the child process."""

from dataclasses import dataclass
from typing import Literal

from features.notes.reading.decoding import decode
from features.notes.reading.entrances import check_image, read_pdf
from features.notes.reading.kinds import kind_of
from features.notes.reading.unreadable import Unreadable
from rounds.characters import composed, crowded_at, harmful_at, is_blank

Method = Literal["text", "pdf", "ocr"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of a kind that notes may have. Without a text it is a scan, which takes recognition to read."""

    media_type: str
    method: Method
    text: str | None


def arrive(data: bytes) -> Arrival | None:
    """What a file is, and its text where that takes no recognition; None when it is of no kind that notes may have.

    Raises:
        Unreadable: when it is of such a kind, but empty, broken, locked or beyond the limits.
    """
    kind = kind_of(data)
    if kind is None:
        return None
    if kind == "text/plain":
        return Arrival(kind, "text", settled(decode(data)))
    if kind == "application/pdf":
        found = read_pdf(data)
        return Arrival(kind, "ocr", None) if found.pages_without_text else Arrival(kind, "pdf", settled(found.text))
    check_image(data)
    return Arrival(kind, "ocr", None)


def settled(text: str) -> str:
    """The text as it is stored.

    Raises:
        Unreadable: `control_characters`, `combining_marks` or `empty`.
    """
    if harmful_at(text, multiline=True) is not None:
        raise Unreadable("control_characters")
    if crowded_at(text) is not None:
        raise Unreadable("combining_marks")
    text = composed(text)
    if is_blank(text):
        raise Unreadable("empty")
    return text
