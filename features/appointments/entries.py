"""What calendars show of appointments, for those who make calendars of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.appointments.persistence import LIVE
from features.appointments.tables import Appointment
from features.patients import visible
from features.staff import CLINICIAN_ROWS, DEPARTMENT_ROWS

_ROWS = (
    select(
        col(Appointment.id),
        col(Appointment.patient_id),
        col(Appointment.clinician_id),
        col(Appointment.start_at),
        col(Appointment.end_at),
        col(Appointment.time_zone),
        col(Appointment.location),
        col(Appointment.cancelled_at),
        col(Appointment.attended_at),
        col(Appointment.version),
        col(Appointment.created_at),
        col(Appointment.updated_at),
        CLINICIAN_ROWS.c.name.label("clinician"),
        DEPARTMENT_ROWS.c.name.label("department"),
    )
    .join(CLINICIAN_ROWS, CLINICIAN_ROWS.c.id == col(Appointment.clinician_id))
    .join(DEPARTMENT_ROWS, DEPARTMENT_ROWS.c.id == col(Appointment.department_id))
    .where(LIVE, visible(col(Appointment.patient_id)))
)
CALENDAR_ROWS = _ROWS.subquery("entries")
_BY_IDS = _ROWS.where(col(Appointment.id) == any_(bindparam("ids", type_=ARRAY(Uuid))))


async def calendar_rows(ids: Sequence[UUID], db: AsyncSession) -> dict[UUID, Mapping[str, Any]]:
    """Those of these appointments that there are, by id."""
    found = await db.execute(_BY_IDS, {"ids": list(ids)})
    return {row["id"]: dict(row) for row in found.mappings()}
