"""A note as the extractors see it: the document, its outline, and how its mentions are meant."""

from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from clinical.context.context import Context
from clinical.procedures.naming import Name as ProcedureName
from clinical.procedures.naming import names_in
from clinical.sections.outline import Outline, Segment
from clinical.text.document import Document
from clinical.values.dates import only_day_in

Fact = dict[str, Any]


class Condition(NamedTuple):
    """A condition of the lexicon at `text[start:end]`."""

    start: int
    end: int
    name: str
    stays: bool


class Note:
    """What every extractor needs."""

    def __init__(self, text: str) -> None:
        self.document = Document(text)
        self.text = self.document.text
        self.outline = Outline(self.document, text)
        self.context = Context(self.document, self.outline)
        self._days: dict[tuple[int, int], date | None] = {}

    @cached_property
    def procedure_names(self) -> list[ProcedureName]:
        """The procedures that are named, in order."""
        return names_in(self.document)

    @cached_property
    def conditions(self) -> list[Condition]:
        """The conditions that the lexicon finds, in order."""
        found: list[Condition] = []
        for match in self.document.matches:
            for term in match.found:
                if term.kind == "condition":
                    found.append(Condition(*self.document.span(match), term.name, term.flag))
                    break
        return found

    def segment_at(self, offset: int) -> Segment | None:
        """The segment at an offset."""
        return self.outline.segment_at(offset)

    def kind_at(self, offset: int) -> str:
        """The kind of the heading that governs an offset; "header" before the first one, "" without any."""
        return self.outline.kind_at(offset)

    def part_at(self, offset: int, *, diagnosis: bool = False) -> str | None:
        """The part of the note at an offset. What is assessment and plan at once is the one or the other."""
        segment = self.segment_at(offset)
        if segment is None or not segment.parts:
            return None
        return segment.parts[0] if diagnosis else segment.parts[-1]

    def in_heading(self, offset: int) -> bool:
        """Whether an offset is in a heading rather than under it."""
        return self.outline.in_heading(offset)

    def fact(self, start: int, end: int, *, diagnosis: bool = False, **values: Any) -> Fact:
        """A fact with its place."""
        return {
            **values,
            "original": self.text[start:end],
            "section": self.part_at(start, diagnosis=diagnosis),
            "start": start,
            "end": end,
        }

    def day_of(self, start: int) -> str | None:
        """The day that the text gives for what stands at `start`.

        It stands in the same sentence, or in the line that introduces a block of lines: "Labs (drawn on 2023-10-26):".
        """
        span = self.document.sentence_span(start)
        if span not in self._days:
            self._days[span] = only_day_in(self.text, *span)
        day = self._days[span]
        if day is None:
            day = self._introduced(start)
        return day.isoformat() if day else None

    def _introduced(self, start: int) -> date | None:
        lines = self.document.lines
        at = self.document.line_number(start) - 1
        gap = False
        for number in range(at, max(at - 40, -1), -1):
            line = lines[number]
            if line.blank:
                if gap:
                    return None
                gap = number != at and not self._introduces(number - 1)
                continue
            if self._introduces(number):
                return only_day_in(self.text, line.start, line.end)
        return None

    def _introduces(self, number: int) -> bool:
        line = self.document.lines[number] if number >= 0 else None
        return line is not None and not line.blank and self.text[line.end - 1] == ":"
