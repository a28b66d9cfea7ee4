"""The SQL of feedback on facts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, delete, func, select
from sqlalchemy import literal_column as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.fact_feedback.tables import FactFeedback
from features.notes import CHART_NOTES
from features.patients import visible
from rounds.data import Query, Read, Row, metadata

MOST_SHOWN = 500
SHOWN = ("id", "patient_id", "note_id", "kind", "start", "end", "original", "comment", "created_by", "created_at")
_TABLE = metadata.tables["fact_feedback"]
_COLUMNS = [_TABLE.c[name] for name in SHOWN]

_which = (
    CHART_NOTES.c.id == bindparam("note_id", type_=Uuid),
    CHART_NOTES.c.patient_id == bindparam("patient_id", type_=Uuid),
    visible(CHART_NOTES.c.patient_id),
)
_OF_NOTE = Query(
    select(CHART_NOTES.c.id.label("of"), *_COLUMNS)
    .select_from(CHART_NOTES.outerjoin(_TABLE, _TABLE.c.note_id == CHART_NOTES.c.id))
    .where(*_which)
    .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
    .limit(sql(str(MOST_SHOWN)))
)
_fact: Any = func.jsonb_array_elements(CHART_NOTES.c.facts[bindparam("kind", type_=Text)]).column_valued("fact")
# The note, and the words of its fact at this place; null without such a fact.
_WORDS = select(
    CHART_NOTES.c.id,
    select(cast(_fact.op("->>")(sql("'original'")), Text))
    .where(
        _fact.op("->>")(sql("'start'")) == bindparam("start_text", type_=Text),
        _fact.op("->>")(sql("'end'")) == bindparam("end_text", type_=Text),
    )
    .limit(1)
    .correlate(CHART_NOTES)
    .scalar_subquery()
    .label("original"),
).where(*_which)


async def of_note(patient_id: UUID, note_id: UUID, db: Read) -> list[Row] | None:
    """What is said of the facts of a note, the newest first; None without such a note."""
    rows = await db.all(_OF_NOTE, patient_id=patient_id, note_id=note_id)
    return [row for row in rows if row["id"] is not None] if rows else None


async def words_of(patient_id: UUID, note_id: UUID, kind: str, place: tuple[int, int], db: AsyncSession) -> Any:
    """The note's `id` and the `original` words of its fact of this kind at this place; None without such a note."""
    values = {"patient_id": patient_id, "note_id": note_id, "kind": kind}
    texts = {"start_text": str(place[0]), "end_text": str(place[1])}
    return (await db.execute(_WORDS, {**values, **texts})).one_or_none()


async def drop(patient_id: UUID, note_id: UUID, fact_feedback_id: UUID, by: UUID, db: AsyncSession) -> bool:
    """Take back what somebody said; False when they said no such thing of this note."""
    theirs = delete(FactFeedback).where(
        col(FactFeedback.id) == fact_feedback_id,
        col(FactFeedback.note_id) == note_id,
        col(FactFeedback.patient_id) == patient_id,
        col(FactFeedback.created_by) == by,
        visible(col(FactFeedback.patient_id)),
    )
    return (await db.execute(theirs.returning(col(FactFeedback.id)))).one_or_none() is not None


async def put(values: Mapping[str, Any], db: AsyncSession) -> dict[str, Any]:
    """Keep what somebody says; of one fact everybody says one thing, the last."""
    new = insert(FactFeedback).values(**values)
    said = new.on_conflict_do_update(
        index_elements=["note_id", "kind", "start", "end", "created_by"], set_={"comment": new.excluded.comment}
    )
    row = (await db.execute(said.returning(*(col(getattr(FactFeedback, name)) for name in SHOWN)))).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
