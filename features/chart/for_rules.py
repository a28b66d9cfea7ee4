"""The facts of charts for rules: kept, and made anew for patients whose notes have changed since."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from features.chart import condensing, persistence
from features.chart.chart_making import NoteRow
from features.chart.reconciling import NoteFacts
from features.notes import hold_chart
from rounds.data import Begin, Read

NO_CHART_FACTS: Mapping[str, list[dict[str, Any]]] = {"problems": [], "medications": [], "allergies": []}
# Facts of so many characters are gone through in a few milliseconds; more are left to a thread.
_AT_ONCE_CHARACTERS = 60_000
# The notes of so many patients are held in memory at a time.
_TOGETHER = 50


class Made(NamedTuple):
    """What was made of a patient's notes."""

    stamp: str
    facts: Mapping[str, list[dict[str, Any]]]


async def make_facts(ids: Sequence[UUID], reads: Read) -> dict[UUID, Made]:
    """The facts of these patients' charts, made of their notes as they are; without those who are no patients."""
    made: dict[UUID, Made] = {}
    for first in range(0, len(ids), _TOGETHER):
        read = await persistence.read_facts_of_many(ids[first : first + _TOGETHER], reads)
        size = sum(len(note.facts) for _, notes in read.values() for note in notes)
        made |= _condensed(read) if size <= _AT_ONCE_CHARACTERS else await asyncio.to_thread(_condensed, read)
    return made


def _condensed(read: Mapping[UUID, tuple[str, list[NoteRow]]]) -> dict[UUID, Made]:
    return {patient_id: Made(stamp, _of(notes)) for patient_id, (stamp, notes) in read.items()}


def _of(rows: Sequence[NoteRow]) -> Mapping[str, list[dict[str, Any]]]:
    if not rows:
        return NO_CHART_FACTS
    return condensing.condense([NoteFacts(row.id, row.taken_at, row.type, orjson.loads(row.facts)) for row in rows])


async def keep_facts(made: Mapping[UUID, Made], begin: Begin) -> None:
    """Keep them, so that the next one who asks finds them; where notes have changed meanwhile, not."""
    if not made:
        return
    db = begin()
    # In one order everywhere, so that those who race wait for each other and never in a circle.
    for patient_id in sorted(made):
        await hold_chart(patient_id, db)
        await persistence.store_facts(patient_id, made[patient_id].stamp, made[patient_id].facts, db)
