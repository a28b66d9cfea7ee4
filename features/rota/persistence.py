"""The SQL of the rota."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.rota.schema import AbsenceSort
from features.rota.tables import Absence, WorkingHours
from features.staff import CLINICIAN_ROWS
from rounds.data import Query, Read, Row
from rounds.listings import Listing

# For other slices to join with.
WORKING_HOURS_ROWS = select(
    col(WorkingHours.clinician_id), col(WorkingHours.time_zone), col(WorkingHours.hours)
).subquery("working_hours")
ABSENCE_ROWS = select(col(Absence.clinician_id), col(Absence.start_at), col(Absence.end_at)).subquery("absences")

_HOURS = Query(
    select(
        CLINICIAN_ROWS.c.id.label("clinician_id"),
        col(WorkingHours.time_zone),
        col(WorkingHours.hours),
        col(WorkingHours.version),
    )
    .select_from(CLINICIAN_ROWS)
    .join(WorkingHours, col(WorkingHours.clinician_id) == CLINICIAN_ROWS.c.id, isouter=True)
    .where(CLINICIAN_ROWS.c.id == bindparam("id"))
)
_ABSENCE_COLUMNS = (
    col(Absence.id),
    col(Absence.clinician_id),
    col(Absence.start_at),
    col(Absence.end_at),
    col(Absence.kind),
    col(Absence.created_at),
)
ABSENCES = Listing(
    "absences",
    select(*_ABSENCE_COLUMNS).where(col(Absence.clinician_id) == bindparam("clinician_id")),
    sorts={AbsenceSort.START_AT: col(Absence.start_at)},
    default="start_at",
    key=col(Absence.id),
)
ABSENCE_FILTERS: dict[str, Any] = {"ends_after": col(Absence.end_at) > bindparam("ends_after")}


async def find_hours(clinician_id: UUID, db: Read) -> Row | None:
    """The clinician's week, with nulls where none is set; None when there is no such clinician."""
    return await db.one(_HOURS, id=clinician_id)


async def lock_hours(clinician_id: UUID, db: AsyncSession) -> WorkingHours | None:
    """The clinician's week, held until the end of the transaction."""
    return await db.get(WorkingHours, clinician_id, with_for_update=True)


async def delete_absence(clinician_id: UUID, absence_id: UUID, db: AsyncSession) -> bool:
    """Remove an absence; answers whether there was one."""
    statement = (
        delete(Absence)
        .where(col(Absence.id) == absence_id, col(Absence.clinician_id) == clinician_id)
        .returning(col(Absence.id))
    )
    return (await db.scalar(statement)) is not None
