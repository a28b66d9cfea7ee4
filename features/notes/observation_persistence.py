"""The SQL of what notes report."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, delete, func, insert, select, true
from sqlalchemy import literal_column as sql
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.notes.schema import ObservationSort
from features.notes.tables import Observation
from features.patients import PATIENTS, visible
from rounds.data import Query, Read, Row
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


def _last(column: Any) -> Any:
    """The latest of a column's values, within a group."""
    ordered = aggregate_order_by(column, col(Observation.at).desc(), col(Observation.id).desc())
    return func.array_agg(ordered)[sql("1")]


# Each patient's vital signs by name, the latest of each, for other slices to join with.
LATEST_VITALS = (
    select(col(Observation.patient_id), col(Observation.name), col(Observation.value))
    .ext(distinct_on(col(Observation.patient_id), col(Observation.name)))
    .where(col(Observation.kind) == sql("'vital'"))
    .order_by(
        col(Observation.patient_id), col(Observation.name), col(Observation.at).desc(), col(Observation.id).desc()
    )
)

_series = (
    select(
        col(Observation.kind),
        col(Observation.name),
        func.count().label("count"),
        func.min(col(Observation.at)).label("first_at"),
        func.max(col(Observation.at)).label("last_at"),
        func.min(col(Observation.value)).label("lowest"),
        func.max(col(Observation.value)).label("highest"),
        _last(col(Observation.value)).label("latest"),
        _last(col(Observation.unit)).label("unit"),
    )
    .where(col(Observation.patient_id) == bindparam("patient_id"))
    .group_by(col(Observation.kind), col(Observation.name))
    .subquery("series")
)
# With nulls in place of a series where there is none, so that a patient without measurements is not taken for nobody.
_CATALOGUE = Query(
    select(PATIENTS.c.date_of_birth, *_series.c)
    .select_from(PATIENTS.outerjoin(_series, true()))
    .where(PATIENTS.c.id == bindparam("patient_id"))
    .order_by(_series.c.kind.desc(), _series.c.name)
)


async def catalogue(patient_id: UUID, db: Read) -> list[Row]:
    """Each series of a patient's measurements, beside the date of birth; no row when there is no such patient."""
    return await db.all(_CATALOGUE, patient_id=patient_id)


async def put(note_id: UUID, rows: Sequence[Mapping[str, Any]], db: AsyncSession, *, anew: bool) -> None:
    """Keep what a note reports; `anew` in place of what is kept of it."""
    if anew:
        await db.execute(delete(Observation).where(col(Observation.note_id) == note_id))
    if rows:
        await db.execute(insert(Observation), list(rows))
