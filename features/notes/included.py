"""What `?include=` shows of many patients' notes at a glance: the newest of each vital sign, and the last note."""

from collections.abc import Sequence
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, func, select, true
from sqlalchemy import literal_column as sql
from sqlmodel import col

from features.notes.fact_schema import Vital
from features.notes.persistence import LIVE
from features.notes.tables import Note, Observation
from features.patients import latest_of_each, visible
from rounds.data import Query, Read

_NAMES = list(get_args(Vital))


def _newest_vitals() -> Query:
    """For each patient and each vital sign one look into the index, however many values there are."""
    whose = func.unnest(bindparam("ids", type_=ARRAY(Uuid))).table_valued("id", name="whose").render_derived()
    which = func.unnest(bindparam("names", type_=ARRAY(Text))).table_valued("name", name="which").render_derived()
    newest = (
        select(
            col(Observation.patient_id),
            col(Observation.name),
            col(Observation.value),
            col(Observation.unit),
            col(Observation.at),
            col(Observation.note_id),
        )
        .where(
            col(Observation.patient_id) == whose.c.id,
            col(Observation.name) == which.c.name,
            col(Observation.kind) == sql("'vital'"),
            visible(col(Observation.patient_id)),
        )
        .order_by(col(Observation.at).desc(), col(Observation.id).desc())
        .limit(sql("1"))
        .lateral("newest")
    )
    return Query(select(*newest.c).select_from(whose.join(which, true()).join(newest, true())))


_NEWEST_VITALS = _newest_vitals()
_LAST_NOTES = latest_of_each(
    select(col(Note.patient_id), col(Note.id), col(Note.taken_at), col(Note.type), col(Note.author)).where(
        LIVE, visible(col(Note.patient_id))
    ),
    of=col(Note.patient_id),
    by=col(Note.taken_at),
    key=col(Note.id),
    most=1,
)


# Whose notes there are.
OWNERS = select(col(Note.patient_id)).where(LIVE, visible(col(Note.patient_id)))


async def load_latest_vitals(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The newest value of each vital sign, by patient id, in the order in which vital signs are named."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await reads.all(_NEWEST_VITALS, ids=list(ids), names=_NAMES):
        found.setdefault(row["patient_id"], []).append(
            {name: row[name] for name in ("name", "value", "unit", "at", "note_id")}
        )
    for vitals in found.values():
        vitals.sort(key=lambda vital: _NAMES.index(vital["name"]))
    return found


async def load_last_notes(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The note that was taken last, by patient id, without its text."""
    rows = await reads.all(_LAST_NOTES, ids=list(ids))
    return {row["patient_id"]: {name: row[name] for name in ("id", "taken_at", "type", "author")} for row in rows}
