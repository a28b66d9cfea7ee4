"""A table's row that names a drug: which columns tell what was taken before, what is taken now, and what is done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name, is_aside
from clinical.medications.governing import Governing
from clinical.medications.verdicts import Verdict, settled
from clinical.medications.parts import Parts, Reach, parts_of
from clinical.medications.passages import Passage, cell_at
from clinical.medications.places import fallback_of
from clinical.medications.statements import Statement, statement_of
from clinical.note import Note
from clinical.text.tables import Cell


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
    (Role.NOW, re.compile(r"discharge|\bnow\b|new|current|ward|chart|today|\bto\b")),
)
_TABLE_OF_DRUGS = re.compile(r"drug|medic|\bmeds?\b|\bname\b|preparation|prescri|\bitem\b|agent")
_TAKING = re.compile(r"taking|takes|adherent")
_YES = re.compile(r"\s*(?:yes|y|✓|✔|taken)\b", re.IGNORECASE)
_NO = re.compile(r"\s*(?:no|n|nil|not taking|✗)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Reading:
    """What the cells of a row say."""

    verdicts: list[Verdict] = field(default_factory=list)
    parts: dict[Role, list[Parts]] = field(default_factory=dict)
    changing: list[Parts] = field(default_factory=list)
    """The parts of the cells that say the dose is changed."""


def row_statements(
    note: Note, names: Sequence[Name], passage: Passage, doses: str
) -> list[tuple[int, Statement]] | None:
    """What a row says of its drug; None where the row is not about one, and is to be read as a sentence."""
    if passage.row is None or passage.table is None:
        return None
    main = passage.names[0]
    column = cell_at(passage.row, names[main].start)
    title = passage.table.title(note.text, column) if column is not None else ""
    if column is None or column > 1 or not (_TABLE_OF_DRUGS.search(title) or _roles(note, passage) - {Role.OTHER}):
        return None
    if is_aside(note, names[main]):
        return []
    inside = [number for number in passage.names if cell_at(passage.row, names[number].start) == column]
    if len(inside) > 1 and _roles(note, passage) <= {Role.OTHER}:
        return None
    reading = _read(note, names, passage, main, column, doses)
    return [
        (main, _statement(note, names, passage, main, reading, doses)),
        *_others(note, names, passage, column, doses),
    ]


def _others(
    note: Note, names: Sequence[Name], passage: Passage, column: int, doses: str
) -> list[tuple[int, Statement]]:
    """What the other cells of a row say of other drugs: "discuss zoledronate after surgery"."""
    assert passage.row is not None  # noqa: S101 (asked of rows only)
    found = []
    for number in passage.names[1:]:
        at = cell_at(passage.row, names[number].start)
        cell = passage.row.cells[at] if at is not None else None
        if at == column or cell is None or is_aside(note, names[number]):
            continue
        first, after = note.document.tokens_in(cell.start, cell.end)
        verdict = settled(
            Governing(note, names, [number]).read(first, after).get(number, []), MedicationStatus.MENTIONED
        )
        reach = Reach(cell.start, names[number].start, names[number].end, cell.end)
        parts = parts_of(note, names[number], reach, verdict, doses)
        found.append((number, statement_of(note, names[number], parts, verdict, MedicationStatus.MENTIONED, None)))
    return found


def _roles(note: Note, passage: Passage) -> set[Role]:
    assert passage.table is not None  # noqa: S101 (asked of rows only)
    header = passage.table.header
    return {_role(passage.table.title(note.text, number)) for number in range(len(header.cells))} if header else set()


def _role(title: str) -> Role:
    return next((role for role, pattern in _ROLES if pattern.search(title)), Role.OTHER)


def _read(note: Note, names: Sequence[Name], passage: Passage, main: int, column: int, doses: str) -> _Reading:
    assert passage.row is not None and passage.table is not None  # noqa: S101 (asked of rows only)
    reading = _Reading()
    name = names[main]
    for number, cell in enumerate(passage.row.cells):
        if cell is None or cell.end <= cell.start:
            continue
        start = name.end if number == column else cell.start
        title = passage.table.title(note.text, number)
        role = _role(title)
        verdicts = _verdicts(note, names, main, Cell(start, cell.end), title)
        if role is Role.ACTION:
            verdicts = [one._replace(overrides=True) for one in verdicts]
        reading.verdicts.extend(verdicts)
        done = next((one for one in verdicts if one.status is MedicationStatus.CHANGED), None)
        reach = Reach(start, start, start, cell.end)
        parts = parts_of(note, name, reach, done, doses)
        reading.parts.setdefault(role, []).append(parts)
        if done is not None:
            reading.changing.append(parts)
    return reading


def _verdicts(note: Note, names: Sequence[Name], main: int, cell: Cell, title: str) -> list[Verdict]:
    """What a cell says of the row's drug."""
    if cell.end <= cell.start:
        return []
    first, after = note.document.tokens_in(cell.start, cell.end)
    tokens = note.document.tokens
    if first >= len(tokens) or tokens[first].start >= cell.end:
        return []
    own = [n for n in range(main, min(main + 6, len(names))) if cell.start <= names[n].start < cell.end and n != main]
    found = Governing(note, names, own, main).read(first, after).get(main, [])
    if not found and _TAKING.search(title):
        text = note.text[cell.start : cell.end]
        status = (
            MedicationStatus.CONTINUED if _YES.match(text) else MedicationStatus.STOPPED if _NO.match(text) else None
        )
        if status is not None:
            return [Verdict.of(status, cell.start, cell.end)]
    return found


def _statement(
    note: Note, names: Sequence[Name], passage: Passage, main: int, reading: _Reading, doses: str
) -> Statement:
    assert passage.row is not None  # noqa: S101 (asked of rows only)
    name = names[main]
    fallback = fallback_of(note, name, dosed=True)
    if fallback is MedicationStatus.MENTIONED and any(parts.dose for each in reading.parts.values() for parts in each):
        fallback = MedicationStatus.CONTINUED
    dosed = any(parts.dose for each in reading.parts.values() for parts in each)
    verdict = settled(reading.verdicts, fallback if dosed else MedicationStatus.MENTIONED)
    if (
        Role.BEFORE in reading.parts
        or Role.NOW in reading.parts
        or (verdict and verdict.status is MedicationStatus.CHANGED)
    ):
        parts = _joined(name, reading, verdict)
    else:
        parts = parts_of(note, name, Reach(name.start, name.start, name.end, passage.row.end), verdict, doses)
    return statement_of(note, name, parts, verdict, fallback, None)


def _joined(name: Name, reading: _Reading, verdict: Verdict | None) -> Parts:
    """The parts that hold now: those beside what is done, where it changes the dose; else those of the column for now."""
    changed = verdict is not None and verdict.status is MedicationStatus.CHANGED
    acts = reading.parts.get(Role.ACTION, [])
    before = reading.parts.get(Role.BEFORE, [])
    order = [*reading.parts.get(Role.NOW, []), *reading.parts.get(Role.OTHER, []), *before]
    doing = [one for one in (reading.changing if changed else acts) if one.dose]
    order = [*doing, *order] if changed else [*order, *(doing if not any(one.dose for one in order) else [])]
    joined = Parts(
        end=name.end, until=max((one.until for each in reading.parts.values() for one in each), default=name.end)
    )
    for one in order:
        for part in ("dose", "strength", "route", "frequency", "reason"):
            if getattr(joined, part) is None and getattr(one, part) is not None:
                setattr(joined, part, getattr(one, part))
                if part in one.places:
                    joined.places[part] = one.places[part]
        if not joined.regimen and one.regimen and joined.dose == one.dose:
            joined.regimen = one.regimen
            joined.places["regimen"] = one.places["regimen"]
    told = next((one for one in reading.changing if one.previous), None)
    if told is not None:
        joined.previous, joined.places["previous_dose"] = told.previous, told.places["previous_dose"]
    elif changed:
        old = next((one for one in (*before, *order) if one.dose and one.dose != joined.dose), None)
        if old is not None:
            joined.previous, joined.places["previous_dose"] = old.dose, old.places["dose"]
    ends = [place.end for place in joined.places.values()]
    joined.end = max([name.end, *ends]) if ends else name.end
    return joined
