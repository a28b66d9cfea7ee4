"""The SQL of what notes report."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, delete, func, insert, select
from sqlalchemy import literal_column as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.notes.schema import ObservationSort
from features.notes.tables import Observation
from features.patients import visible
from rounds.listings import Listing

_columns = (
    col(Observation.name),
    col(Observation.kind),
    col(Observation.value),
    col(Observation.unit),
    col(Observation.at),
    col(Observation.original),
    col(Observation.note_id),
)
LISTING = Listing(
    "observations",
    select(*_columns).where(
        col(Observation.patient_id) == bindparam("patient_id"), visible(col(Observation.patient_id))
    ),
    sorts={ObservationSort.AT: col(Observation.at)},
    default="at",
    key=col(Observation.id),
)
FILTERS = {
    "name": col(Observation.name) == func.any(bindparam("name", type_=ARRAY(Text))),
    "kind": col(Observation.kind) == bindparam("kind"),
    "at_from": col(Observation.at) >= bindparam("at_from"),
    "at_to": col(Observation.at) <= bindparam("at_to"),
}

# Each patient's vital signs by name, the latest of each, for other slices to join with.
LATEST_VITALS = (
    select(col(Observation.patient_id), col(Observation.name), col(Observation.value))
    .ext(distinct_on(col(Observation.patient_id), col(Observation.name)))
    .where(col(Observation.kind) == sql("'vital'"))
    .order_by(
        col(Observation.patient_id), col(Observation.name), col(Observation.at).desc(), col(Observation.id).desc()
    )
)


async def put(note_id: UUID, rows: Sequence[Mapping[str, Any]], db: AsyncSession, *, anew: bool) -> None:
    """Keep what a note reports; `anew` in place of what is kept of it."""
    if anew:
        await db.execute(delete(Observation).where(col(Observation.note_id) == note_id))
    if rows:
        await db.execute(insert(Observation), list(rows))
