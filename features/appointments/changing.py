"""The rules of changing appointments: booked, booked anew, moved, cancelled, attended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import booking_persistence, persistence
from features.appointments.booking_rules import about, around, settled
from features.appointments.documents import CLINICAL, shown_to
from features.appointments.events import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
)
from features.appointments.integrity_errors import in_the_way
from features.appointments.problems import (
    OTHER_PATIENT,
    AppointmentNotActive,
    AppointmentNotFound,
    AttendanceOutsideWindow,
    CannotBeAttended,
    CannotBeCancelled,
    NothingToRebook,
)
from features.appointments.schema import AppointmentRead, AppointmentStatus, AppointmentWrite, RebookWrite
from features.appointments.status import status_of
from rounds import clock
from rounds.audit import differences, note_shown, record
from rounds.auth import Actor
from rounds.data import new_id
from rounds.events import moment, publish
from rounds.fields import GRACE
from rounds.problems import Forbidden, invalid
from rounds.versions import expect_version

EARLY = timedelta(minutes=60)  # how long before the start a patient may arrive
OVERRIDE = "appointments:override"

_RECORDED = frozenset(
    {
        "start_at",
        "end_at",
        "clinician_id",
        "department_id",
        "location",
        "reason",
        "cancelled_at",
        "cancel_reason",
        "attended_at",
    }
)


async def book_appointment(new: AppointmentWrite, *, actor: Actor, db: AsyncSession) -> AppointmentRead:
    """Book an appointment.

    Raises:
        Forbidden: when it may overlap others and the actor may not book over them.
        InvalidFields: when there is no such patient, clinician or department, or they take no appointments.
        ClinicianDoubleBooked, PatientDoubleBooked: naming what is in the way.
    """
    _may_overlap(new.allow_overlap, actor)
    row = await _book(new, rebooked_from=None, actor=actor, db=db)
    return shown_to(actor, [row])[0]


async def rebook_appointment(
    appointment_id: UUID, new: RebookWrite, *, actor: Actor, db: AsyncSession
) -> AppointmentRead:
    """Book a missed or cancelled appointment anew; the old one stays what it was.

    Raises:
        AppointmentNotFound: when there is none.
        NothingToRebook: when it is active or was attended.
        AlreadyRebooked: when that was done already.
    """
    _may_overlap(new.allow_overlap, actor)
    # Not held: what allows a rebooking is not taken back, and that there is one only, the database sees to.
    old = await persistence.look_up(appointment_id, db)
    if old is None:
        raise AppointmentNotFound
    status = status_of(old, clock.now())
    if status not in {AppointmentStatus.MISSED, AppointmentStatus.CANCELLED}:
        raise NothingToRebook(current=status)
    elsewhere = new.clinician_id is not None and new.clinician_id != old["clinician_id"]
    wanted = AppointmentWrite(
        start_at=new.start_at,
        end_at=new.ends,
        patient_id=old["patient_id"],
        clinician_id=new.clinician_id or old["clinician_id"],
        department_id=new.department_id or (None if elsewhere else old["department_id"]),
        time_zone=new.time_zone or old["time_zone"],
        reason=old["reason"],
        location=new.location or (None if elsewhere else old["location"]),
        allow_overlap=new.allow_overlap,
    )
    return shown_to(actor, [await _book(wanted, rebooked_from=appointment_id, actor=actor, db=db)])[0]


def _may_overlap(wanted: bool, actor: Actor) -> None:
    if wanted and not actor.may(OVERRIDE):
        raise Forbidden(scope=OVERRIDE)


async def _book(
    new: AppointmentWrite, *, rebooked_from: UUID | None, actor: Actor, db: AsyncSession
) -> Mapping[str, Any]:
    at = clock.now()
    values = {
        **settled(new, await around(new, db=db)),
        "id": new_id(),
        "cancelled_at": None,
        "attended_at": None,
        "rebooked_from": rebooked_from,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }
    try:
        row = await booking_persistence.insert(values, actor_id=actor.id, db=db)
    except IntegrityError as error:
        await db.rollback()
        raise await in_the_way(error, values, db=db) or error from None
    await publish(AppointmentBooked(rebooked_from=rebooked_from, **about(row)), db)
    await _record("create", row, db, before=None)
    return row


async def _record(action: str, row: Mapping[str, Any], db: AsyncSession, *, before: Mapping[str, Any] | None) -> None:
    changes = {name: change for name, change in differences(before, row).items() if name in _RECORDED}
    detail = "overlap allowed" if row["allow_overlap"] and action in {"create", "update"} else None
    await record(
        action,
        "appointment",
        db,
        resource_id=row["id"],
        patient_id=row["patient_id"],
        changes=changes,
        detail=detail,
    )


async def _locked(appointment_id: UUID, db: AsyncSession) -> Mapping[str, Any]:
    row = await persistence.lock(appointment_id, db)
    if row is None:
        raise AppointmentNotFound
    return row


async def replace_appointment(
    appointment_id: UUID, new: AppointmentWrite, *, if_match: str | None, actor: Actor, db: AsyncSession
) -> AppointmentRead:
    """Move an active appointment, or change what else a client may write of it.

    Raises:
        AppointmentNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        AppointmentNotActive: when it was attended, missed or cancelled.
        InvalidFields: when it is for another patient, or something is unknown.
        ClinicianDoubleBooked, PatientDoubleBooked: naming what is in the way.
    """
    _may_overlap(new.allow_overlap, actor)
    found = await around(new, db=db)
    row, now = await _locked(appointment_id, db), clock.now()
    expect_version(if_match, row["version"])
    status = status_of(row, now)
    if status is not AppointmentStatus.ACTIVE:
        raise AppointmentNotActive(current=status, appointment_id=appointment_id)
    values = settled(new, found, before=row)
    if new.patient_id != row["patient_id"]:
        raise invalid("/patient_id", OTHER_PATIENT())
    if "reason" not in new.model_fields_set and not actor.may(CLINICAL):
        values["reason"] = row["reason"]  # who does not see it cannot mean to empty it
    told = ("start_at", "end_at", "clinician_id", "department_id", "location")
    moved = any(values[name] != row[name] for name in told)
    try:
        written = await booking_persistence.move(
            appointment_id, values, action="moved" if moved else "changed", actor_id=actor.id, now=now, db=db
        )
    except IntegrityError as error:
        await db.rollback()
        raise await in_the_way(error, {**values, "id": appointment_id}, db=db) or error from None
    if moved:
        await publish(AppointmentMoved(**about(written)), db)
    await _record("update", written, db, before=row)
    return shown_to(actor, [written])[0]


async def cancel_appointment(
    appointment_id: UUID, reason: str | None, *, actor: Actor, db: AsyncSession
) -> AppointmentRead:
    """Cancel an appointment for good; one that is cancelled stays as it is.

    Raises:
        AppointmentNotFound: when there is none.
        CannotBeCancelled: when it was attended.
    """
    row, now = await _locked(appointment_id, db), clock.now()
    status = status_of(row, now)
    if status is AppointmentStatus.ATTENDED:
        raise CannotBeCancelled(current=status)
    if status is not AppointmentStatus.CANCELLED:
        before, row = row, await booking_persistence.cancel(appointment_id, reason, actor_id=actor.id, now=now, db=db)
        await publish(AppointmentCancelled(**about(row)), db)
        await _record("cancel", row, db, before=before)
    else:
        note_shown([row["patient_id"]], resource_id=appointment_id)
    return shown_to(actor, [row])[0]


async def attend_appointment(
    appointment_id: UUID, attended_at: datetime | None, *, actor: Actor, db: AsyncSession
) -> AppointmentRead:
    """Note that the patient was there. Noting another moment corrects it.

    Raises:
        AppointmentNotFound: when there is none.
        CannotBeAttended: when it was cancelled.
        AttendanceOutsideWindow: for a moment outside an hour before the start to the end, or in the future.
    """
    row, now = await _locked(appointment_id, db), clock.now()
    status = status_of(row, now)
    if status is AppointmentStatus.CANCELLED:
        raise CannotBeAttended(current=status)
    if status is AppointmentStatus.ATTENDED and attended_at in {None, row["attended_at"]}:
        note_shown([row["patient_id"]], resource_id=appointment_id)
        return shown_to(actor, [row])[0]
    arrived = attended_at or now
    earliest, latest = row["start_at"] - EARLY, row["end_at"]
    if not earliest <= arrived <= latest or arrived > now + GRACE:
        raise AttendanceOutsideWindow(earliest=moment(earliest), latest=moment(latest))
    before, row = row, await booking_persistence.attend(appointment_id, arrived, actor_id=actor.id, now=now, db=db)
    await _record("attend", row, db, before=before)
    if status is not AppointmentStatus.ATTENDED:
        await publish(AppointmentAttended(**about(row)), db)
    return shown_to(actor, [row])[0]


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """A deleted patient's appointments leave with the patient."""
    await booking_persistence.remove_of_patient(patient_id, clock.now(), db)
