"""A note as the extractors see it: the document, its outline, and how its mentions are meant."""

import re
from bisect import bisect_right
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from clinical.allergies.tabled import tabled
from clinical.allergies.warned import Warned, Warns
from clinical.allergies.warnings import substances_of, warnings_in
from clinical.context.assertion import Context
from clinical.context.when import Dating as DatesBeside
from clinical.measurements.dating import Dating
from clinical.measurements.grids import Grid
from clinical.measurements.names import Measured, measured_names
from clinical.passages import Passage, passages_of
from clinical.procedures.naming import Name as ProcedureName
from clinical.procedures.naming import names_in
from clinical.sections.header import encounter_of
from clinical.sections.outline import Outline, Segment
from clinical.text.document import Document
from clinical.text.tables import Table, tables_in
from clinical.values.dates import day_first_in
from clinical.weighing.surroundings import Surroundings

# What is written below a note later on, and corrects it where both tell of the same.
_ADDITION = re.compile(
    r"(?:^|(?<=[.\n] ))[ \t]*(?:late |later )?(?:addendum|correction|corrigendum|erratum|amendment|update|"
    r"entry|postscript|"
    r"p\.?s\.?)\b[^:\n]{0,40}:",
    re.IGNORECASE | re.MULTILINE,
)


class Condition(NamedTuple):
    """A condition of the lexicon at `text[start:end]`."""

    start: int
    end: int
    name: str
    stays: bool


class Note:
    """What every extractor needs."""

    def __init__(self, text: str) -> None:
        self.document = Document(text, run_on=True)
        self.text = self.document.text
        self.outline = Outline(self.document, text)
        self.context = Context(self.document, self.outline)

    @cached_property
    def dates(self) -> DatesBeside:
        """The dates beside the things that the note names."""
        return DatesBeside(self.text, day_first=self.day_first)

    @cached_property
    def day_first(self) -> bool | None:
        """Whether the note writes the day before the month, where its dates tell."""
        return day_first_in(self.text)

    @cached_property
    def procedure_names(self) -> list[ProcedureName]:
        """The procedures that are named, in order."""
        return names_in(self.document)

    def procedures_in(self, start: int, end: int) -> list[ProcedureName]:
        """The procedures whose names cover some of `text[start:end]`."""
        number = max(bisect_right(self._procedure_starts, start) - 1, 0)
        found = []
        while number < len(self.procedure_names) and self.procedure_names[number].start < end:
            if self.procedure_names[number].end > start:
                found.append(self.procedure_names[number])
            number += 1
        return found

    @cached_property
    def _procedure_starts(self) -> list[int]:
        return [name.start for name in self.procedure_names]

    @cached_property
    def passages(self) -> list[Passage]:
        """The sentences that say something by themselves, in order."""
        return list(passages_of(self))

    @cached_property
    def surroundings(self) -> Surroundings:
        """The words of the note, as a weighing of its mentions sees them."""
        return Surroundings(self)

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

    @cached_property
    def day(self) -> date | None:
        """The day of the encounter, where the note says so without doubt."""
        at = encounter_of(self.text)
        return at.date() if isinstance(at, datetime) else at

    @cached_property
    def dating(self) -> Dating:
        """When what the note measures was measured."""
        return Dating(self)

    @cached_property
    def measured(self) -> list[Measured]:
        """Where the note names what can be measured."""
        return measured_names(self)

    @cached_property
    def grid(self) -> Grid:
        """What is measured in the note's tables."""
        return Grid(self)

    @cached_property
    def _additions(self) -> list[int]:
        return [match.start() for match in _ADDITION.finditer(self.text)]

    def additions_before(self, offset: int) -> int:
        """How many times something was added to the note before an offset: "Addendum 3 May: …"."""
        return bisect_right(self._additions, offset)

    @cached_property
    def _substances(self) -> dict[int, list[tuple[int, int]]]:
        return {}

    def substances(self, number: int) -> list[tuple[int, int]]:
        """Where a sentence names what people may be allergic to."""
        if number not in self._substances:
            self._substances[number] = substances_of(self, number)
        return self._substances[number]

    @cached_property
    def allergy_rows(self) -> list[tuple[int, int]]:
        """Where the rows of its tables of allergies stand."""
        return [(start, end) for start, end, _ in tabled(self)]

    @cached_property
    def warnings(self) -> list[Warns]:
        """What the note warns against."""
        return warnings_in(self)

    @cached_property
    def warned(self) -> dict[int, Warned]:
        """The same, by where the substance stands."""
        return {warning.start: warning.warned for warning in self.warnings}

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the note."""
        return tables_in(self.text, self.document.lines)

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
