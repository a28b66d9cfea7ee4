"""Brings in appointments that were booked elsewhere, with their ids and with what became of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.appointments import booking_persistence
from features.appointments.booking_rules import about, around, settled
from features.appointments.events import AppointmentBooked
from features.appointments.problems import DifferentAppointment
from features.appointments.schema import AppointmentWrite
from features.appointments.tables import Appointment, AppointmentChange
from rounds import clock
from rounds.events import publish


async def is_known(
    appointment_id: UUID, *, patient_id: UUID, start_at: datetime, end_at: datetime, db: AsyncSession
) -> bool:
    """Whether this appointment is there already, whatever became of it since, and also if it was deleted.

    Raises:
        DifferentAppointment: when the id belongs to one that was booked for another patient or time.
    """
    statement = (
        select(col(Appointment.patient_id), col(AppointmentChange.start_at), col(AppointmentChange.end_at))
        .join(AppointmentChange, col(AppointmentChange.appointment_id) == col(Appointment.id))
        .where(col(Appointment.id) == appointment_id, col(AppointmentChange.version) == 1)
    )
    row = (await db.execute(statement)).one_or_none()
    if row is not None and tuple(row) != (patient_id, start_at, end_at):
        raise DifferentAppointment
    return row is not None


async def bring_in(
    appointment_id: UUID,
    new: AppointmentWrite,
    *,
    attended_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    db: AsyncSession,
) -> None:
    """Store an appointment under its own id. The patient is not told: whoever booked it has done so.

    Raises:
        InvalidFields: when there is no such patient, clinician or department, or they take no appointments.
        IntegrityError: when clinician or patient are booked already.
    """
    at = clock.now()
    row = await booking_persistence.insert(
        {
            **settled(new, await around(new, db=db)),
            "id": appointment_id,
            "cancelled_at": cancelled_at,
            "attended_at": attended_at,
            "rebooked_from": None,
            "version": 1,
            "created_at": at,
            "updated_at": at,
        },
        actor_id=None,
        db=db,
    )
    await publish(AppointmentBooked(imported=True, **about(row)), db)
