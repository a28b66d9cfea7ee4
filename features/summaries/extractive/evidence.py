"""The notes as evidence: where a sentence stands, what is quoted of it, and what a statement rests on."""

import calendar
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from features.notes import assertion, sentences
from features.summaries.grounding import planted, without_planted
from features.summaries.shape import Audience, ChartNote, Citation, Statement

Fact = Mapping[str, Any]

LONGEST_QUOTE = 300
# Below this, what the recognition of a scan found has to be compared with the scan.
SURE = 0.9
FROM_A_SCAN = " (from a scan, check)"
_SHORT_QUOTE = 25
_LONGEST_HEADING = 50
_SPACE = re.compile(r"\s+")


class Place(NamedTuple):
    """A stretch of a note."""

    source: "Source"
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there, on one line."""
        return squeezed(self.source.content[self.start : self.end])

    @property
    def sentence(self) -> str:
        """The sentence it stands in, on one line."""
        return squeezed(self.source.content[slice(*self.source.sentence_at(self.start))])


class Source:
    """A note, with its sentences found when somebody asks for them."""

    def __init__(self, note: ChartNote) -> None:
        self.note = note
        # Instructions to the reader are no evidence of anything.
        self.content = without_planted(note.content)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where its sentences stand."""
        return sentences(self.content)

    @cached_property
    def lowered(self) -> str:
        """Its text in lower case, of the same length or else unchanged."""
        lowered = self.content.lower()
        return lowered if len(lowered) == len(self.content) else self.content

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def facts(self, kind: str) -> Sequence[Fact]:
        """What was understood of one kind, as far as it fits the text."""
        size = len(self.content)
        found = [fact for fact in self.note.facts.get(kind, ()) if 0 <= fact["start"] < fact["end"] <= size]
        if not self.has_planted:
            return found
        return [fact for fact in found if self.content[fact["start"] : fact["end"]] == fact.get("original")]

    @property
    def has_planted(self) -> bool:
        """Whether the note gives instructions to its reader."""
        return bool(planted(self.note.content))

    def place(self, fact: Fact) -> Place:
        """Where a fact stands."""
        return Place(self, fact["start"], fact["end"])

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """The sentence at an offset; its line, where there is none."""
        number = bisect_right(self._starts, offset) - 1
        if number >= 0 and offset < self.sentences[number][1]:
            return self.sentences[number]
        start = self.content.rfind("\n", 0, offset) + 1
        end = self.content.find("\n", offset)
        return start, len(self.content) if end < 0 else end

    def is_current(self, start: int, end: int) -> bool:
        """Whether a mention is meant of the patient, now, and as a fact."""
        return assertion(self.content, start, end).current

    def is_denied(self, start: int, end: int) -> bool:
        """Whether a mention is denied."""
        return assertion(self.content, start, end).negated

    def is_possible(self, start: int, end: int) -> bool:
        """Whether a mention is only held for possible."""
        return assertion(self.content, start, end).possible

    def section(self, name: str) -> list[tuple[int, int]]:
        """The sentences of one of the four sections, where they stand in the note."""
        text = (self.note.sections or {}).get(name)
        if not text:
            return []
        found: list[tuple[int, int]] = []
        for piece in text.split("\n\n"):
            start = self.note.content.find(piece) if piece.strip() else -1
            if start >= 0:
                end = start + len(piece)
                found.extend(
                    (max(first, start), last) for first, last in self.sentences if first < end and last > start
                )
        return [span for span in dict.fromkeys(found) if not self._is_heading(*span)]

    def _is_heading(self, start: int, end: int) -> bool:
        text = self.content[start:end]
        return text.isupper() and end - start < _LONGEST_HEADING and not any(letter.isdigit() for letter in text)

    @property
    def day(self) -> date:
        """The day it was taken."""
        return self.note.taken_at.date()

    @property
    def unsure(self) -> bool:
        """Whether it is a scan that was hard to read."""
        return self.note.confidence is not None and self.note.confidence < SURE


@dataclass(frozen=True, slots=True)
class Line:
    """A statement in the making, with how the running text puts it and how much it weighs."""

    section: str
    text: str
    places: tuple[Place, ...]
    short: str = ""
    weight: float = 0.0
    as_of: str = ""
    """The day that `short` is to be read with."""

    def statement(self) -> Statement:
        """As it is handed on: with its quotes, and a warning where a scan was hard to read."""
        unsure = any(place.source.unsure for place in self.places)
        return Statement(f"{self.text}{FROM_A_SCAN}" if unsure else self.text, cited(self.places))


def cited(places: Sequence[Place]) -> tuple[Citation, ...]:
    """What a statement rests on, each quote once."""
    found: dict[tuple[Any, str], Citation] = {}
    for place in places:
        quote = quoted(place)
        note = place.source.note
        if quote:
            found.setdefault((note.id, quote), Citation(note.id, note.taken_at, quote))
    return tuple(found.values())


def quoted(place: Place) -> str:
    """The sentence around a place, word for word; of one beyond `LONGEST_QUOTE` the part around it, in whole words."""
    content = place.source.content
    start, end = place.source.sentence_at(place.start)
    start, end = min(start, place.start), max(end, min(place.end, start + LONGEST_QUOTE))
    if end - start < _SHORT_QUOTE:
        start, end = _whole_line(content, start, end)
    if end - start > LONGEST_QUOTE:
        if place.end - start > LONGEST_QUOTE:
            start = _word_start(content, max(start, place.end - LONGEST_QUOTE + 60), place.start)
        end = _word_end(content, start, min(end, start + LONGEST_QUOTE), place.end)
    return content[start:end].strip()


def _whole_line(content: str, start: int, end: int) -> tuple[int, int]:
    """The line of something very short, so that a number or a label before it is quoted too."""
    first = content.rfind("\n", 0, start) + 1
    last = content.find("\n", end)
    last = len(content) if last < 0 else last
    return (first, last) if last - first <= LONGEST_QUOTE else (start, end)


def _word_start(content: str, start: int, bound: int) -> int:
    while start < bound and start > 0 and not content[start - 1].isspace():
        start += 1
    return start


def _word_end(content: str, start: int, end: int, least: int) -> int:
    if end >= len(content) or content[end].isspace():
        return end
    space = max(content.rfind(" ", start, end), content.rfind("\n", start, end))
    return space if space >= min(least, end) and space > start else end


def squeezed(text: str) -> str:
    """A text on one line."""
    return _SPACE.sub(" ", text).strip()


def day_in(moment: datetime | date, audience: Audience = "clinician") -> str:
    """A day as it is read: 15 Mar 2024."""
    names = calendar.month_abbr if audience == "clinician" else calendar.month_name
    return f"{moment.day} {names[moment.month]} {moment.year}"


def capital(text: str) -> str:
    """With a capital at the beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def dated(lines: Sequence[Line], most: int) -> list[str]:
    """What the running text says of the first lines: those of one day together, with the day behind them."""
    found: list[str] = []
    names: list[str] = []
    shown = lines[:most]
    for number, line in enumerate(shown):
        names.append(line.short)
        if number + 1 == len(shown) or shown[number + 1].as_of != line.as_of:
            together = listed(names)
            found.append(f"{together} ({line.as_of})" if line.as_of else together)
            names = []
    return found


def listed(items: Sequence[str], most: int = 99) -> str:
    """Several things in a row, and that there are more, if so."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append("others")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
