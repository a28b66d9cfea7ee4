"""What is read together about medications: a sentence with what goes on about its drug, or a row of a table."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from clinical.medications.drug_names import Name
from clinical.medications.signals import BEHIND_VERB, signals_in
from clinical.note import Note
from clinical.text.tables import Row, Table, tables_in

# Lines of a prescription below its drug: "Sig: …".
_BELOW = re.compile(
    r"[ \t]*(?:sig|directions?|take|dose|dispense|disp|quantity|qty|refills?|route|frequency|form)\b", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"(?:(?:and|then|this|it|the dose|dose|which|now|last|so)\b|to\b|now\b|until\b|\d|max\b)",
    re.IGNORECASE,
)
# "Metalwork out -> stop."
_ARROW_ORDER = re.compile(r"(?:-{1,2}>|=>|→)\s?(?:stop|continue|hold|withhold|restart)\W*$", re.IGNORECASE)
# "HR 46, halve to 25 mg.": an order that names a dose and no drug.
_TO_DOSE = re.compile(
    r"[^.;\n]{0,60}?\b(?:halve|reduce|increase|decrease|cut|raise|lower|double|drop|go (?:up|down)|step (?:up|down)|"
    r"halved|reduced|increased|decreased|raised|lowered|doubled)\s(?:it\s|this\s|the dose\s|dose\s)?"
    r"(?:back\s|down\s|up\s)?to \d+(?:\.\d+)?\s?(?:mg|mcg|micrograms?|g|units?|u|mls?|puffs?|tablets?)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(?:when|if|once|gp|consider|will|may|should|in \d+|next|tomorrow)\b", re.IGNORECASE)
_IF = re.compile(r"if\b|unless\b|once\b|when\b", re.IGNORECASE)
_DOINGS = frozenset({"changed", "exchanged", "stopped", "started", "held", "completed", "continued"})
_ORDERS = frozenset({"changed", "stopped", "started", "held", "continued"})
_MOST_LINES_BELOW = 6
# So many sentences may go on about the drugs of the one before.
_MOST_AFTER = 2


@dataclass(slots=True)
class Passage:
    """`text[start:end]`, which is read together."""

    start: int
    end: int
    names: list[int] = field(default_factory=list)
    """Which of the note's names stand in it, by number."""
    head: int = 0
    """Where its own sentence ends; what follows goes on about it."""
    row: Row | None = None
    table: Table | None = None
    lead: tuple[int, int] | None = None
    """The line that introduces it: "Stopped:"."""


def passages_of(note: Note, names: Sequence[Name]) -> list[Passage]:
    """The passages in which drugs are named, in order."""
    rows = _Rows(note)
    found: list[Passage] = []
    for number, name in enumerate(names):
        if found and name.start < found[-1].end:
            found[-1].names.append(number)
            continue
        row = rows.at(name.start)
        passage = _of_row(*row) if row else _of_sentence(note, names, number)
        passage.names.append(number)
        found.append(passage)
    return found


class _Rows:
    """The rows of a note's tables, by place."""

    def __init__(self, note: Note) -> None:
        found = [(row, table) for table in tables_in(note.text, note.document.lines) for row in table.rows]
        self._rows = sorted(found, key=lambda pair: pair[0].start)
        self._starts = [row.start for row, _ in self._rows]

    def at(self, offset: int) -> tuple[Row, Table] | None:
        """The row at an offset."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0 or offset >= self._rows[number][0].end:
            return None
        return self._rows[number]


def _of_row(row: Row, table: Table) -> Passage:
    return Passage(row.start, row.end, head=row.end, row=row, table=table)


def cell_at(row: Row, offset: int) -> int | None:
    """The column in which an offset stands."""
    for number, cell in enumerate(row.cells):
        if cell is not None and cell.start <= offset < max(cell.end, cell.start + 1):
            return number
    return None


def _of_sentence(note: Note, names: Sequence[Name], number: int) -> Passage:
    name = names[number]
    document = note.document
    start, end = document.sentence_span(name.start)
    segment = note.segment_at(name.start)
    if segment is not None and segment.body <= name.start and start < segment.body:
        start = min(segment.body, name.start)
    passage = Passage(start, end, head=end)
    sentence = document.sentence_at(name.start)
    if sentence is not None:
        lead = document.lead_of(sentence)
        passage.lead = document.sentences[lead] if lead is not None else None
    _extend(note, names, passage, sentence)
    return passage


def _extend(note: Note, names: Sequence[Name], passage: Passage, sentence: int | None) -> None:
    """Take in what goes on about the drug: a prescription's lines below, and sentences with no drug of their own."""
    document = note.document
    following = _next_name(names, passage.end)
    number = document.line_number(max(passage.start, passage.end - 1))
    extended = False
    for line in document.lines[number + 1 : number + 1 + _MOST_LINES_BELOW]:
        if line.blank or line.body >= following or not _BELOW.match(note.text, line.body, line.end):
            break
        if note.in_heading(line.body) and not re.match(r"(?i)sig|take|disp", note.text[line.body : line.body + 4]):
            break
        passage.end = max(passage.end, min(line.end, following))
        extended = True
    if extended or sentence is None:
        return
    last = document.line_at(passage.end - 1 if passage.end > passage.start else passage.end).end
    for start, end in document.sentences[sentence + 1 : sentence + 1 + _MOST_AFTER]:
        if start >= last or start >= following or end > following or not _goes_on(note, start, end):
            return
        passage.end = end


def _goes_on(note: Note, start: int, end: int) -> bool:
    """Whether a sentence goes on about something named before it: "Increased to 40 mg.", "If better, stop."."""
    first, after = note.document.tokens_in(start, end)
    if _TO_DOSE.match(note.text, start, end) and not _LATER.search(note.text, start, end):
        return True
    if _GOES_ON.match(note.text, start, end) or _ARROW_ORDER.search(note.text, start, end):
        return True
    if _IF.match(note.text, start, end):
        orders = [one for one in signals_in(note, first, after) if one.commands and one.says in _ORDERS]
        return any(_has_no_object(note, one.after, after) for one in orders)
    found = signals_in(note, first, min(after, first + 6))
    if not found or found[0].first != first or found[0].says not in _DOINGS:
        return False
    return _has_no_object(note, found[0].after, after)


def _has_no_object(note: Note, at: int, after: int) -> bool:
    """Whether a verb that ends before a token has no object of its own, and so is about the drug named before."""
    following = note.document.tokens[at].word if at < after else ""
    return following in BEHIND_VERB or following[:1].isdigit()


def _next_name(names: Sequence[Name], offset: int) -> int:
    place = bisect_left(names, offset, key=lambda name: name.start)
    return names[place].start if place < len(names) else 10**9
