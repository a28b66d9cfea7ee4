"""The SQL of appointments."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.appointments.durations import LONGEST
from features.appointments.schema import AppointmentSort, AppointmentStatus
from features.appointments.tables import Appointment, AppointmentChange
from features.patients import latest_of_each, visible
from features.rota import ABSENCE_ROWS
from features.staff import CLINICIAN_ROWS, DEPARTMENT_ROWS
from rounds.data import Query, Read, Row, metadata
from rounds.listings import Listing

LIVE = col(Appointment.deleted_at).is_(None)
SHOWN = (
    "id",
    "patient_id",
    "clinician_id",
    "department_id",
    "start_at",
    "end_at",
    "duration_minutes",
    "time_zone",
    "reason",
    "location",
    "allow_overlap",
    "cancelled_at",
    "cancel_reason",
    "attended_at",
    "rebooked_from",
    "version",
    "created_at",
    "updated_at",
)
_TABLE = metadata.tables["appointment"]
_COLUMNS = tuple(_TABLE.c[name] for name in SHOWN)
_SEEN = visible(col(Appointment.patient_id))
_ROWS = select(*_COLUMNS).where(LIVE, _SEEN)
_BY_ID = Query(_ROWS.where(col(Appointment.id) == bindparam("id")))
MOST_INCLUDED = 100

_OF_PATIENTS = latest_of_each(
    _ROWS,
    of=col(Appointment.patient_id),
    by=col(Appointment.start_at),
    key=col(Appointment.id),
    most=MOST_INCLUDED,
)

LISTING = Listing(
    "appointments",
    _ROWS,
    sorts={
        AppointmentSort.START_AT: col(Appointment.start_at),
        AppointmentSort.CREATED_AT: col(Appointment.created_at),
    },
    default="start_at",
    key=col(Appointment.id),
)

_now: Any = bindparam("now", type_=DateTime(timezone=True))
_OPEN = col(Appointment.cancelled_at).is_(None) & col(Appointment.attended_at).is_(None)
# The second half follows from how long an appointment may be, and lets an index by the start do the work.
_ACTIVE = _OPEN & (col(Appointment.end_at) > _now) & (col(Appointment.start_at) > _now - LONGEST)
STATUSES: dict[AppointmentStatus, Any] = {
    AppointmentStatus.ACTIVE: _ACTIVE,
    AppointmentStatus.ATTENDED: col(Appointment.attended_at).is_not(None),
    AppointmentStatus.MISSED: _OPEN & (col(Appointment.end_at) <= _now) & (col(Appointment.start_at) < _now),
    AppointmentStatus.CANCELLED: col(Appointment.cancelled_at).is_not(None),
}
_ahead = select(col(Appointment.id)).where(LIVE, _ACTIVE)
# From the few causes to the appointments, each by an index, and not the other way round.
_TO_REBOOK = union(
    _ahead.join(CLINICIAN_ROWS, CLINICIAN_ROWS.c.id == col(Appointment.clinician_id)).where(~CLINICIAN_ROWS.c.active),
    _ahead.join(DEPARTMENT_ROWS, DEPARTMENT_ROWS.c.id == col(Appointment.department_id)).where(
        ~DEPARTMENT_ROWS.c.active
    ),
    _ahead.join(ABSENCE_ROWS, ABSENCE_ROWS.c.clinician_id == col(Appointment.clinician_id)).where(
        ABSENCE_ROWS.c.end_at > _now,
        ABSENCE_ROWS.c.start_at < col(Appointment.end_at),
        ABSENCE_ROWS.c.end_at > col(Appointment.start_at),
    ),
)
FILTERS: dict[str, Any] = {
    "patient_id": col(Appointment.patient_id) == bindparam("patient_id"),
    "clinician_id": col(Appointment.clinician_id) == bindparam("clinician_id"),
    "department_id": col(Appointment.department_id) == bindparam("department_id"),
    "since": col(Appointment.start_at) >= bindparam("since"),
    "until": col(Appointment.start_at) < bindparam("until"),
}
MUST_REBOOK = {
    True: _ACTIVE & col(Appointment.id).in_(_TO_REBOOK),
    False: col(Appointment.id).not_in(_TO_REBOOK),
}


async def find(appointment_id: UUID, db: Read) -> Row | None:
    """The appointment's row."""
    return await db.one(_BY_ID, id=appointment_id)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The latest appointments of each of these patients, the latest first."""
    return await db.all(_OF_PATIENTS, ids=list(ids))


_HISTORY = Query(
    select(
        col(AppointmentChange.version),
        col(AppointmentChange.at),
        col(AppointmentChange.actor_id),
        col(AppointmentChange.action),
        col(AppointmentChange.start_at),
        col(AppointmentChange.end_at),
        col(AppointmentChange.clinician_id),
        col(AppointmentChange.department_id),
        col(AppointmentChange.location),
        col(AppointmentChange.allow_overlap),
        col(Appointment.patient_id),
    )
    .join(Appointment, col(Appointment.id) == col(AppointmentChange.appointment_id))
    .where(LIVE, _SEEN, col(AppointmentChange.appointment_id) == bindparam("id"))
    .order_by(col(AppointmentChange.version))
)


async def history_of(appointment_id: UUID, db: Read) -> list[Row]:
    """What happened to an appointment, the oldest first; nothing when there is none."""
    return await db.all(_HISTORY, id=appointment_id)


async def look_up(appointment_id: UUID, db: AsyncSession) -> Mapping[str, Any] | None:
    """The appointment's row, within a transaction."""
    row = (await db.execute(_ROWS.where(col(Appointment.id) == appointment_id))).mappings().one_or_none()
    return None if row is None else dict(row)


async def lock(appointment_id: UUID, db: AsyncSession) -> Mapping[str, Any] | None:
    """The appointment's row, held until the end of the transaction."""
    found = await db.execute(_ROWS.where(col(Appointment.id) == appointment_id).with_for_update())
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)
