"""The SQL of charts: the facts they are made of, and those that were made."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, cast, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.chart.chart_making import NoteRow
from features.chart.reconciling import VERSION
from features.chart.tables import ChartFacts, ChartRow
from features.notes import CHART_NOTES, chart_stamp
from features.patients import PATIENTS
from rounds.data import Query, Read, Row

_whose = PATIENTS.c.id == bindparam("patient_id", type_=Uuid)
# What a chart is made of besides the notes: the rules' version and the day, `made_by`.
_stamp = func.concat(bindparam("made_by", type_=Text), chart_stamp(PATIENTS.c.id))

# Whether there is such a patient, what the notes are at this moment, and the chart that was made of just that.
_STANDING = Query(
    select(_stamp.label("stamp"), col(ChartRow.body))
    .select_from(
        PATIENTS.outerjoin(
            ChartRow,
            and_(
                col(ChartRow.patient_id) == PATIENTS.c.id,
                col(ChartRow.moment) == bindparam("moment", type_=Text),
                col(ChartRow.stamp) == _stamp,
            ),
        )
    )
    .where(_whose)
)
# One statement: the stamp stands on every row, and on the only one when there are no notes.
_FACTS = Query(
    select(
        _stamp.label("stamp"),
        CHART_NOTES.c.id.label("note_id"),
        CHART_NOTES.c.taken_at,
        CHART_NOTES.c.type,
        cast(CHART_NOTES.c.facts, Text).label("facts"),
    )
    .select_from(PATIENTS.outerjoin(CHART_NOTES, CHART_NOTES.c.patient_id == PATIENTS.c.id))
    .where(_whose)
)


async def find_standing(patient_id: UUID, moment: str, made_by: str, db: Read) -> Row | None:
    """The `stamp` of the notes, and the `body` of the chart that was made of them, or null; None without a patient."""
    return await db.one(_STANDING, patient_id=patient_id, moment=moment, made_by=made_by)


async def read_facts(patient_id: UUID, made_by: str, db: Read) -> tuple[str, list[NoteRow]] | None:
    """The stamp, and the facts of all notes that have been read; None without such a patient."""
    rows = await db.all(_FACTS, patient_id=patient_id, made_by=made_by)
    if not rows:
        return None
    notes = [
        NoteRow(UUID(bytes=row["note_id"].bytes), row["taken_at"], row["type"], row["facts"])
        for row in rows
        if row["note_id"]
    ]
    return rows[0]["stamp"], notes


_AS_IT_IS = select(PATIENTS.c.id).where(_whose, _stamp == bindparam("as_made", type_=Text))
_GONE = delete(ChartRow).where(
    col(ChartRow.patient_id) == bindparam("patient"), col(ChartRow.made_at) < bindparam("long_ago")
)


async def store(values: Mapping[str, Any], made_by: str, db: AsyncSession) -> None:
    """Keep a chart, if the notes still have its `stamp`.

    Args:
        values: `patient_id`, `moment`, `stamp`, `body` and `made_at`.
        made_by: See `find_standing`.
        db: A transaction that holds the notes (`features.notes.hold_chart`).
    """
    as_made = {"patient_id": values["patient_id"], "made_by": made_by, "as_made": values["stamp"]}
    if (await db.scalar(_AS_IT_IS, as_made)) is None:
        return
    await db.execute(_GONE, {"patient": values["patient_id"], "long_ago": values["made_at"] - timedelta(days=2)})
    new = insert(ChartRow).values(**values)
    changed = {name: new.excluded[name] for name in ("stamp", "body", "made_at")}
    await db.execute(new.on_conflict_do_update(index_elements=["patient_id", "moment"], set_=changed))


async def forget(patient_id: UUID, db: AsyncSession) -> None:
    """Delete every chart of a patient, and what was made of it."""
    await db.execute(delete(ChartRow).where(col(ChartRow.patient_id) == patient_id))
    await db.execute(delete(ChartFacts).where(col(ChartFacts.patient_id) == patient_id))


# What condensed facts are made of: the notes, and the rules of the chart.
_facts_stamp = func.concat(literal_column(f"'{VERSION}|'"), chart_stamp(PATIENTS.c.id))
# For statements on PATIENTS: whether there are, or ever were, notes, and the facts that were made of those there are.
HAS_NOTES = chart_stamp(PATIENTS.c.id) != literal_column("''")
KEPT_FACTS = (
    select(cast(col(ChartFacts.facts), Text))
    .where(col(ChartFacts.patient_id) == PATIENTS.c.id, col(ChartFacts.stamp) == _facts_stamp)
    .correlate(PATIENTS)
    .scalar_subquery()
)
_FACTS_OF_MANY = Query(
    select(
        PATIENTS.c.id.label("patient_id"),
        _facts_stamp.label("stamp"),
        CHART_NOTES.c.id.label("note_id"),
        CHART_NOTES.c.taken_at,
        CHART_NOTES.c.type,
        cast(CHART_NOTES.c.facts, Text).label("facts"),
    )
    .select_from(PATIENTS.outerjoin(CHART_NOTES, CHART_NOTES.c.patient_id == PATIENTS.c.id))
    .where(PATIENTS.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)


async def read_facts_of_many(ids: Sequence[UUID], db: Read) -> dict[UUID, tuple[str, list[NoteRow]]]:
    """The stamp and the facts of all notes that have been read, of each of these patients."""
    found: dict[UUID, tuple[str, list[NoteRow]]] = {}
    for row in await db.all(_FACTS_OF_MANY, ids=list(ids)):
        _, notes = found.setdefault(row["patient_id"], (row["stamp"], []))
        if row["note_id"]:
            notes.append(NoteRow(UUID(bytes=row["note_id"].bytes), row["taken_at"], row["type"], row["facts"]))
    return found


_STILL = select(PATIENTS.c.id).where(_whose, _facts_stamp == bindparam("as_made", type_=Text))


async def store_facts(patient_id: UUID, stamp: str, facts: Mapping[str, Any], db: AsyncSession) -> None:
    """Keep what was made of the notes, if they still have this stamp.

    Args:
        patient_id: Whose.
        stamp: What the notes were when it was made.
        facts: What was made.
        db: A transaction that holds the notes (`features.notes.hold_chart`).
    """
    if (await db.scalar(_STILL, {"patient_id": patient_id, "as_made": stamp})) is None:
        return
    new = insert(ChartFacts).values(patient_id=patient_id, stamp=stamp, facts=facts)
    changed = {name: new.excluded[name] for name in ("stamp", "facts")}
    await db.execute(new.on_conflict_do_update(index_elements=["patient_id"], set_=changed))
