"""A table's row that names a drug: which columns tell what was taken before, what is taken now, and what is done."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from clinical.facts import MedicationStatus, Reality
from clinical.medications.aside import is_aside
from clinical.medications.drug_names import Name
from clinical.medications.governing import Governing
from clinical.medications.parts import Parts, parts_of
from clinical.medications.passages import Passage, cell_at
from clinical.medications.places import fallback_of
from clinical.medications.reach import Reach
from clinical.medications.statements import Statement, further_statements, is_dosed, statement_of
from clinical.medications.verdicts import Verdict, further, settled
from clinical.note import Note
from clinical.text.tables import Cell, Row, Table


class Role(Enum):
    """What a column holds."""

    BEFORE = "before"
    NOW = "now"
    ACTION = "action"
    OTHER = "other"


_ROLES = (
    (
        Role.ACTION,
        re.compile(
            r"action|plan|status|chang|outcome|decision|comment|remark|notes?\b|taking|recommend|verdict|continue|advice"
        ),
    ),
    (
        Role.BEFORE,
        re.compile(
            r"before|previous|prior|pre-?admission|on admission|at home|home|gp record|\bwas\b|\bold\b|\bfrom\b"
        ),
    ),
    (Role.NOW, re.compile(r"discharge|\bnow\b|new|current|ward|chart|today|\bto\b|after")),
)
_TABLE_OF_DRUGS = re.compile(r"drug|medic|\bmeds?\b|\bname\b|preparation|prescri|\bitem\b|agent")
_TAKING = re.compile(r"taking|takes|adherent")
_YES = re.compile(r"(?:yes|y|✓|✔|taken)\b", re.IGNORECASE)
_NO = re.compile(r"(?:no|n|nil|not taking|✗)\b", re.IGNORECASE)
# Columns whose dose takes the place of an earlier column's, and cells that tell that it is not taken.
_AT_LAST = re.compile(r"discharge|\bnow\b|new|current|today|\bto\b|after")
_NOTHING = re.compile(r"(?:[-–—✗]|nil|none|not taken|not taking|n/a|no|0)?", re.IGNORECASE)
# A drug stands in one of the first columns, and a cell names no more others.
_FIRST_COLUMNS, _MOST_OTHERS = 2, 6


class _DrugRow(NamedTuple):
    """A row, the drug it is about, and where that stands."""

    note: Note
    names: Sequence[Name]
    row: Row
    table: Table
    main: int
    column: int
    text: str
    """The text with blanks where results and amounts dispensed stand."""

    @property
    def name(self) -> Name:
        """The drug."""
        return self.names[self.main]

    def title(self, column: int) -> str:
        """The name of a column."""
        return self.table.title(self.note.text, column)

    def roles(self) -> set[Role]:
        """What its columns hold, as far as they have names."""
        return {_role(self.title(number)) for number in range(len(self.row.cells))}


@dataclass(slots=True)
class _Reading:
    """What the cells of a row say."""

    verdicts: list[Verdict] = field(default_factory=list)
    parts: dict[Role, list[Parts]] = field(default_factory=dict)
    changing: list[Parts] = field(default_factory=list)
    """The parts of the cells that say the dose is changed."""
    settled: Verdict | None = None
    """What is finally said of the drug."""

    @property
    def dosed(self) -> bool:
        """Whether a dose stands anywhere in the row."""
        return any(one.dose for each in self.parts.values() for one in each)


def row_statements(note: Note, names: Sequence[Name], passage: Passage, text: str) -> list[Statement] | None:
    """What a row says of its drug, and of others; None where it is not about one, and is to be read as a sentence."""
    if passage.row is None or passage.table is None:
        return None
    main = passage.names[0]
    column = cell_at(passage.row, names[main].start)
    if column is None or column >= _FIRST_COLUMNS:
        return None
    drug = _DrugRow(note, names, passage.row, passage.table, main, column, text)
    told = drug.roles() - {Role.OTHER}
    beside = [number for number in passage.names[1:] if cell_at(passage.row, names[number].start) == column]
    if not (told or _TABLE_OF_DRUGS.search(drug.title(column))) or (beside and not told):
        return None
    if is_aside(note, drug.name):
        return []
    reading = _read(drug)
    told_of = _statement(drug, reading)
    reach = Reach(drug.name.end, drug.name.end, drug.name.end, passage.row.end)
    later = further_statements(note, drug.name, told_of, further(reading.verdicts, reading.settled), reach, text)
    return [told_of, *later, *_others(drug, passage)]


def _role(title: str) -> Role:
    return next((role for role, pattern in _ROLES if pattern.search(title)), Role.OTHER)


def _read(drug: _DrugRow) -> _Reading:
    """The row, cell by cell."""
    reading = _Reading()
    for number, cell in enumerate(drug.row.cells):
        if cell is None or cell.end <= cell.start:
            continue
        start = drug.name.end if number == drug.column else cell.start
        role = _role(drug.title(number))
        verdicts = _verdicts(drug, Cell(start, cell.end), drug.title(number))
        if role is Role.ACTION:
            verdicts = [one._replace(overrides=True) for one in verdicts]
        reading.verdicts.extend(verdicts)
        changed = next((one for one in verdicts if one.status is MedicationStatus.CHANGED), None)
        others = (drug.names[n].start for n in range(drug.main + 1, min(drug.main + _MOST_OTHERS, len(drug.names))))
        until = next((at for at in others if start < at < cell.end and role is Role.ACTION), cell.end)
        parts = parts_of(drug.note, drug.name, Reach(start, start, start, until), changed, drug.text)
        reading.parts.setdefault(role, []).append(parts)
        if changed is not None:
            reading.changing.append(parts)
    return reading


def _verdicts(drug: _DrugRow, cell: Cell, title: str) -> list[Verdict]:
    """What a cell says of the row's drug."""
    if cell.end <= cell.start:
        return []
    document = drug.note.document
    first, after = document.tokens_in(cell.start, cell.end)
    if first >= len(document.tokens) or document.tokens[first].start >= cell.end:
        return []
    near = range(drug.main + 1, min(drug.main + _MOST_OTHERS, len(drug.names)))
    own = [number for number in near if cell.start <= drug.names[number].start < cell.end]
    found = Governing(drug.note, drug.names, own, drug.main).read(first, after).get(drug.main, [])
    if found or not _TAKING.search(title):
        return found
    answer = drug.note.text[cell.start : cell.end].lstrip()
    for pattern, status in ((_YES, MedicationStatus.CONTINUED), (_NO, MedicationStatus.STOPPED)):
        if pattern.match(answer):
            return [Verdict.of(status, cell.start, cell.end)]
    return []


def _others(drug: _DrugRow, passage: Passage) -> Iterator[Statement]:
    """What the other cells of a row say of other drugs: "discuss zoledronate after surgery"."""
    for number in passage.names[1:]:
        at = cell_at(drug.row, drug.names[number].start)
        cell = drug.row.cells[at] if at is not None else None
        name = drug.names[number]
        if at == drug.column or cell is None or name.term.kind == "class" or is_aside(drug.note, name):
            continue
        first, after = drug.note.document.tokens_in(cell.start, cell.end)
        said = Governing(drug.note, drug.names, [number]).read(first, after).get(number, [])
        verdict = settled(said, MedicationStatus.MENTIONED)
        parts = parts_of(drug.note, name, Reach(cell.start, name.start, name.end, cell.end), verdict, drug.text)
        yield statement_of(drug.note, name, parts, verdict, MedicationStatus.MENTIONED, None)


def _statement(drug: _DrugRow, reading: _Reading) -> Statement:
    fallback = fallback_of(drug.note, drug.name, dosed=True)
    if fallback is MedicationStatus.MENTIONED and reading.dosed:
        fallback = MedicationStatus.CONTINUED
    verdict = settled(
        reading.verdicts,
        fallback if reading.dosed else MedicationStatus.MENTIONED,
        lambda at: is_dosed(drug.text, drug.name.end, at),
    )
    if verdict is not None and verdict.told and verdict.reality is Reality.ACTUAL and reading.dosed:
        verdict = None  # "self-administering": a table of what is taken says more
    reading.settled = verdict = verdict or _change_of_dose(drug, reading)
    changed = verdict is not None and verdict.status is MedicationStatus.CHANGED
    if changed or not {Role.BEFORE, Role.NOW}.isdisjoint(reading.parts):
        parts = _joined(drug.name, reading, changed=changed)
    else:
        reach = Reach(drug.name.start, drug.name.start, drug.name.end, drug.row.end)
        parts = parts_of(drug.note, drug.name, reach, verdict, drug.text)
    return statement_of(drug.note, drug.name, parts, verdict, fallback, None)


def _change_of_dose(drug: _DrugRow, reading: _Reading) -> Verdict | None:
    """What the columns tell without a verb: another dose now than before, none before, none now."""
    before = next((one for one in reading.parts.get(Role.BEFORE, []) if one.dose), None)
    doing = next((one for one in reading.parts.get(Role.ACTION, []) if one.dose), None)
    at_last = _cell_of(drug, Role.NOW, _AT_LAST)
    now = next((one for one in reading.parts.get(Role.NOW, []) if one.dose), None) if at_last else None
    doing = doing or now
    if before is not None and doing is not None:
        same_way = doing.frequency is None or before.frequency == doing.frequency
        if before.dose == doing.dose and same_way:
            return None
        reading.changing.append(doing)
        return Verdict.of(MedicationStatus.CHANGED, *doing.places["dose"])
    first = _cell_of(drug, Role.BEFORE)
    if before is None and now is not None and first is not None and _is_nothing(drug, first):
        return Verdict.of(MedicationStatus.STARTED, *now.places["dose"])
    if before is not None and at_last is not None and _is_nothing(drug, at_last):
        return Verdict.of(MedicationStatus.STOPPED, at_last.start, at_last.end)
    return None


def _cell_of(drug: _DrugRow, role: Role, title: re.Pattern[str] | None = None) -> Cell | None:
    """The cell of the only column that holds such a thing, behind the drug's own."""
    found = [
        cell
        for number, cell in enumerate(drug.row.cells)
        if number > drug.column
        and _role(drug.title(number)) is role
        and (not title or title.search(drug.title(number)))
    ]
    return found[0] if len(found) == 1 else None


def _is_nothing(drug: _DrugRow, cell: Cell) -> bool:
    return _NOTHING.fullmatch(drug.note.text[cell.start : cell.end].strip(" |*_")) is not None


def _joined(name: Name, reading: _Reading, *, changed: bool) -> Parts:
    """The parts that hold now: those beside what is done, where it changes the dose; else those of the column."""
    before = reading.parts.get(Role.BEFORE, [])
    order = [*reading.parts.get(Role.NOW, []), *reading.parts.get(Role.OTHER, []), *before]
    doing = [one for one in (reading.changing if changed else reading.parts.get(Role.ACTION, [])) if one.dose]
    if changed:
        order = [*doing, *order]
    elif not any(one.dose for one in order):
        order = [*order, *doing]
    order.sort(key=lambda one: (one.dose or "").endswith("%"))  # "0.3% | 1 drop": what is taken, not what it holds
    ends = [one.until for each in reading.parts.values() for one in each]
    joined = Parts(end=name.end, until=max([name.end, *ends]))
    for one in order:
        for part in ("dose", "strength", "route", "frequency", "reason"):
            _adopt(joined, one, part)
        if not joined.regimen and one.regimen and joined.dose == one.dose:
            joined.regimen, joined.places["regimen"] = one.regimen, one.places["regimen"]
    told = next((one for one in reading.changing if one.previous), None)
    old = next((one for one in (*before, *order) if one.dose and one.dose != joined.dose), None)
    if told is not None:
        joined.previous, joined.places["previous_dose"] = told.previous, told.places["previous_dose"]
    elif changed and old is not None:
        joined.previous, joined.places["previous_dose"] = old.dose, old.places["dose"]
    joined.end = max([name.end, *(place.end for place in joined.places.values())])
    return joined


def _adopt(joined: Parts, one: Parts, part: str) -> None:
    """Take over a part that is not known yet."""
    if getattr(joined, part) is None and getattr(one, part) is not None:
        setattr(joined, part, getattr(one, part))
        joined.places[part] = one.places[part]
