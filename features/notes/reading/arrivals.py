"""What an uploaded file turns out to be, found out in one visit to the child process."""

from dataclasses import dataclass
from typing import Literal

from features.notes.reading.broken_words import unwrapped
from features.notes.reading.decoding import decoded
from features.notes.reading.entrances import check_image, read_pdf, read_scan
from features.notes.reading.kinds import kind_of
from features.notes.reading.pieces import laid_out
from features.notes.reading.unreadable import Reading, Unreadable
from rounds.characters import composed, crowded_at, harmful_at, is_blank

Method = Literal["text", "pdf", "ocr"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What has come in. Without a text it is a scan, which takes recognition to read."""

    media_type: str | None
    """Of a file."""
    method: Method
    text: str | None
    confidence: float | None = None
    """0 to 1: how sure it is that the characters are right."""
    pages: int | None = None
    """Of a PDF or an image."""
    layout: list[int] | None = None
    """Where its words stand on the pages (`features.notes.reading.pieces.laid_out`)."""


def arrive(data: bytes) -> Arrival | None:
    """What a file is, and its text where that takes no recognition; None when it is of no kind that notes may have.

    Raises:
        Unreadable: when it is of such a kind, but empty, broken, locked or beyond the limits.
    """
    kind = kind_of(data)
    if kind is None:
        return None
    if kind == "text/plain":
        text, confidence = decoded(data)
        return Arrival(kind, "text", settled(unwrapped(text)), confidence)
    if kind == "application/pdf":
        found = read_pdf(data)
        if found.pages_without_text:
            return Arrival(kind, "ocr", None, pages=found.pages)
        return _read(kind, found)
    return Arrival(kind, "ocr", None, pages=check_image(data))


def recognise(data: bytes) -> Arrival:
    """The text of a scan, or of a PDF with pages that are pictures. It takes seconds for each page.

    Raises:
        Unreadable: as `arrive`; `no_text` when there is none on any page.
    """
    return _read(kind_of(data), read_scan(data))


def lay_out(data: bytes, text: str) -> Arrival:
    """A file that was read before anybody kept where its words stand, with where they stand in that text.

    Raises:
        Unreadable: as `arrive` and `recognise`.
    """
    kind = kind_of(data)
    found = read_pdf(data) if kind == "application/pdf" else None
    if found is None or found.pages_without_text:
        found = read_scan(data)
    return Arrival(kind, found.method, text, pages=found.pages, layout=laid_out(found.pieces, text))


def _read(kind: str | None, found: Reading) -> Arrival:
    text = settled(found.text)
    return Arrival(kind, found.method, text, found.confidence, found.pages, laid_out(found.pieces, text))


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
