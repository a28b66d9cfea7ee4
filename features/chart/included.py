"""What `?include=flags` shows of many patients: what they must not be given, as their charts have it.

A chart that was made of the notes as they are is taken as it is, whatever the day, for neither allergies nor warnings
depend on it. The others are made here and not kept, while they are few enough to be made while somebody waits.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, cast, func, select
from sqlalchemy import literal_column as sql
from sqlmodel import col

from features.chart.chart_making import NoteRow, make_chart
from features.chart.reconciling import VERSION
from features.chart.tables import ChartRow
from features.notes import CHART_NOTES, chart_stamp
from features.patients import PATIENTS
from rounds import clock
from rounds.data import Query, Read

# So many characters of facts are gone through in about a tenth of a second.
_AT_ONCE_CHARACTERS = 600_000

_whose = PATIENTS.c.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
_KEPT = Query(
    select(PATIENTS.c.id, col(ChartRow.body))
    .select_from(
        PATIENTS.outerjoin(
            ChartRow,
            and_(
                col(ChartRow.patient_id) == PATIENTS.c.id,
                col(ChartRow.moment) == sql("''"),
                # The day stands between the rules' version and the stamp of the notes.
                col(ChartRow.stamp).like(
                    func.concat(bindparam("version", type_=Text), sql("'|__________|'"), chart_stamp(PATIENTS.c.id))
                ),
            ),
        )
    )
    .where(_whose)
)
_FACTS = Query(
    select(
        CHART_NOTES.c.patient_id,
        CHART_NOTES.c.id.label("note_id"),
        CHART_NOTES.c.taken_at,
        CHART_NOTES.c.type,
        cast(CHART_NOTES.c.facts, Text).label("facts"),
    )
    .select_from(PATIENTS.join(CHART_NOTES, CHART_NOTES.c.patient_id == PATIENTS.c.id))
    .where(_whose)
    .order_by(CHART_NOTES.c.patient_id)
)


async def load_flags(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The allergies that stand, and what is to be avoided, by patient id."""
    kept = {row["id"]: row["body"] for row in await reads.all(_KEPT, ids=list(ids), version=str(VERSION))}
    found = {patient_id: _flags(body) for patient_id, body in kept.items() if body is not None}
    missing = [patient_id for patient_id, body in kept.items() if body is None]
    if missing:
        found |= _made(await reads.all(_FACTS, ids=missing))
    return found


def no_flags() -> dict[str, Any]:
    """What is known of a patient without notes."""
    return {"allergies": [], "avoid": [], "complete": True}


def _made(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, Any]:
    """The flags of patients whose charts are not there; once it would take too long, only that there may be some."""
    found: dict[UUID, Any] = {}
    left, now = _AT_ONCE_CHARACTERS, clock.now()
    for patient_id, theirs in groupby(rows, key=lambda row: row["patient_id"]):
        notes = [
            NoteRow(UUID(bytes=row["note_id"].bytes), row["taken_at"], row["type"], row["facts"]) for row in theirs
        ]
        left -= sum(len(note.facts) for note in notes)
        if left < 0:
            found[patient_id] = {**no_flags(), "complete": False}
        else:
            found[patient_id] = _flags(make_chart(UUID(bytes=patient_id.bytes), notes, now))
    return found


def _flags(body: bytes) -> dict[str, Any]:
    chart = orjson.loads(body)
    return {
        "allergies": [
            {"substance": line["substance"], "reaction": line["reaction"]}
            for line in chart["allergies"]
            if line["status"] == "present"
        ],
        "avoid": [{"substance": line["substance"], "reason": line["reason"]} for line in chart["avoid"]],
        "complete": True,
    }
