"""The sentences of a note that say something by themselves, without the heading, bullet or label before them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from clinical.facts import Place

if TYPE_CHECKING:
    from clinical.note import Note

# Nobody reads more at a glance.
LONGEST = 240
_LEAST_WORDS = 2
_LEAD = re.compile(r"(?:[-–—*•·]|\(?\d{1,2}[.)])\s+")
_LABEL = re.compile(
    r"(?:(?:[SOAP]|A/P)\s?:|(?:findings?|conclusion|impression|plan|assessment|examination|objective|subjective|"
    r"instructions?|recommendations?|(?:medical )?treatment|results?|medical reasoning|additional testing|"
    r"patient (?:education(?: and counsell?ing)?|agreements?|instructions?))\s?[:.])\s+", re.IGNORECASE
)  # fmt: skip
_SPACE = re.compile(r"\s+")


class Passage(NamedTuple):
    """A sentence, from its first word to its last."""

    number: int
    """Which sentence of the document it is."""
    start: int
    end: int
    text: str
    """On one line."""
    kind: str
    """The kind of the heading that it stands under."""


def passages_of(note: "Note") -> Iterator[Passage]:
    """The sentences that are whole and not too long, in order."""
    for number, (first, last) in enumerate(note.document.sentences):
        segment = note.segment_at(first)
        start = max(first, segment.body) if segment and segment.start <= first < segment.body <= last else first
        start, end = _trimmed(note.text, start, last)
        if not 0 < end - start <= LONGEST or note.in_heading(end - 1):
            continue
        text = _SPACE.sub(" ", note.text[start:end])
        if len(text.split()) >= _LEAST_WORDS and is_whole(text):
            yield Passage(number, start, end, text, segment.kind if segment else "")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space, bullet, label and full stop at its ends."""
    while end > start and text[end - 1] in " \t\n.,;:":
        end -= 1
    moved = True
    while moved:
        moved = False
        while start < end and text[start] in " \t\n":
            start += 1
        for pattern in (_LEAD, _LABEL):
            match = pattern.match(text, start, end)
            if match:
                start, moved = match.end(), True
    return start, end


def is_whole(text: str) -> bool:
    """Whether brackets are closed, and it is no heading."""
    return text.count("(") == text.count(")") and not text.endswith((":", ",")) and not text.isupper()


def standing_at(note: "Note", start: int, end: int) -> dict[str, Any]:
    """What every fact has that is `text[start:end]` as a whole: where it stands, its words, its part of the note."""
    return {
        "start": start,
        "end": end,
        "original": note.text[start:end],
        "section": note.part_at(start),
        "places": {"text": Place(start, end)},
    }
