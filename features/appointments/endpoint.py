"""Appointments over HTTP."""

import csv
import io
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from features.appointments import changing, handler, statistics
from features.appointments.availability import find_slots
from features.appointments.problems import (
    AlreadyRebooked,
    AppointmentNotActive,
    AppointmentNotFound,
    AttendanceOutsideWindow,
    CannotBeAttended,
    CannotBeCancelled,
    ClinicianDoubleBooked,
    NothingToRebook,
    PatientDoubleBooked,
)
from features.appointments.schema import (
    AppointmentHistory,
    AppointmentQuery,
    AppointmentRead,
    AppointmentStatus,
    AppointmentWrite,
    AttendedWrite,
    Availability,
    AvailabilityQuery,
    CancelWrite,
    RebookWrite,
)
from features.appointments.statistics import AppointmentStatistics, AppointmentStatisticsQuery
from features.staff import ClinicianNotFound
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created, preferred
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("appointments")

CanRead = Annotated[Actor, require("appointments:read")]
CanWrite = Annotated[Actor, require("appointments:write")]

JSON, CSV = "application/json", "text/csv"
_BOOKED = (ClinicianDoubleBooked, PatientDoubleBooked)


@router.get("/appointments", response_model=Page[AppointmentRead])
@shows("appointment")
async def list_appointments(
    query: Annotated[AppointmentQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List appointments, the earliest first.

    `must_rebook=true` lists what cannot take place as it is booked: with a clinician who is not active any more, or
    away, or in a department that is not active.
    """
    found = await handler.list_appointments(query, actor=actor, reads=reads, cursors=request.app.state.cursors)
    note_shown(appointment.patient_id for appointment in found.data)
    return found.answer(request)


@router.post("/appointments", status_code=201, responses=documents(*_BOOKED), response_model=AppointmentRead)
@changes("appointment")
async def book(body: AppointmentWrite, actor: CanWrite, db: Tx) -> Response:
    """Book an appointment.

    Neither the clinician nor the patient can have two at a time; one may end when the next begins. What is in the way
    is named in `clash`. With `allow_overlap` the booking stands beside others, and is noted as such in its history.
    """
    appointment = await changing.book_appointment(body, actor=actor, db=db)
    return created(appointment, f"/appointments/{appointment.id}", version=appointment.version)


_TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As JSON, or as CSV where `Accept` prefers it",
        "content": {
            CSV: {
                "schema": {"type": "string"},
                "example": "department,department_id,scheduled,attended,missed,cancelled,missed_minutes,missed_rate\r\n"
                "orthopaedics,0197a3c2-7d8e-7aaa-bbbb-000000000000,12,7,3,1,135,0.3\r\ntotal,,12,7,3,1,135,0.3\r\n",
            }
        },
    }
}


@router.get("/appointments/statistics", response_model=AppointmentStatistics, responses=_TABLE)
@shows_no_patient
async def count_appointments(
    query: Annotated[AppointmentStatisticsQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> AppointmentStatistics | Response:
    """Count appointments and what became of them, by clinician, department or month; with what the missed ones cost.

    Days and months are those of UTC, and an appointment belongs to the one in which it starts.
    """
    media = preferred(", ".join(request.headers.getlist("accept")) or None, (JSON, CSV))
    found = await statistics.count_appointments(query, reads=reads)
    if media == JSON:
        return found
    written = io.StringIO()
    csv.writer(written).writerows(statistics.table(found))
    return Response(
        written.getvalue(),
        media_type=f"{CSV}; charset=utf-8",
        headers={"Vary": "Accept", "Content-Disposition": 'attachment; filename="appointments.csv"'},
    )


@router.get(
    "/appointments/{appointment_id}",
    response_model=AppointmentRead,
    responses={**NOT_MODIFIED, **documents(AppointmentNotFound)},
)
@shows("appointment")
async def read(appointment_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None) -> Response:
    """Read one appointment."""
    appointment = await handler.read_appointment(appointment_id, actor=actor, reads=reads)
    note_shown([appointment.patient_id], resource_id=appointment_id)
    # Nothing is written when an active one becomes missed, so its version does not tell one from the other.
    known = None if appointment.status is AppointmentStatus.MISSED else if_none_match
    return answer(appointment, version=appointment.version, if_none_match=known)


@router.put(
    "/appointments/{appointment_id}",
    responses=documents(AppointmentNotFound, AppointmentNotActive, *_BOOKED, PreconditionFailed),
    response_model=AppointmentRead,
)
@changes("appointment")
async def replace(
    appointment_id: UUID,
    body: AppointmentWrite,
    actor: CanWrite,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Move an active appointment, or change it otherwise. Its history keeps what it was.

    Who may not see the reason leaves it as it is by leaving it out.
    """
    appointment = await changing.replace_appointment(appointment_id, body, if_match=if_match, actor=actor, db=db)
    return answer(appointment, version=appointment.version)


@router.post(
    "/appointments/{appointment_id}/cancel",
    responses=documents(AppointmentNotFound, CannotBeCancelled),
    response_model=AppointmentRead,
)
@changes("appointment")
async def cancel(appointment_id: UUID, actor: CanWrite, db: Tx, body: CancelWrite | None = None) -> Response:
    """Cancel an appointment, for good; its time is free again. Cancelling again changes nothing."""
    reason = (body.reason if body else None) or None
    appointment = await changing.cancel_appointment(appointment_id, reason, actor=actor, db=db)
    return answer(appointment, version=appointment.version)


@router.post(
    "/appointments/{appointment_id}/attended",
    responses=documents(AppointmentNotFound, CannotBeAttended, AttendanceOutsideWindow),
    response_model=AppointmentRead,
)
@changes("appointment")
async def attend(appointment_id: UUID, actor: CanWrite, db: Tx, body: AttendedWrite | None = None) -> Response:
    """Note that the patient was there. It may be noted afterwards, too: one that counts as missed is then attended."""
    attended_at = body.attended_at if body else None
    appointment = await changing.attend_appointment(appointment_id, attended_at, actor=actor, db=db)
    return answer(appointment, version=appointment.version)


@router.post(
    "/appointments/{appointment_id}/rebook",
    status_code=201,
    responses=documents(AppointmentNotFound, NothingToRebook, AlreadyRebooked, *_BOOKED),
    response_model=AppointmentRead,
)
@changes("appointment")
async def rebook(appointment_id: UUID, body: RebookWrite, actor: CanWrite, db: Tx) -> Response:
    """Book a missed or cancelled appointment anew. The old one stays what it was; `rebooked_from` refers to it."""
    appointment = await changing.rebook_appointment(appointment_id, body, actor=actor, db=db)
    return created(appointment, f"/appointments/{appointment.id}", version=appointment.version)


@router.get("/appointments/{appointment_id}/history", responses=documents(AppointmentNotFound))
@shows("appointment")
async def read_appointment_history(appointment_id: UUID, actor: CanRead, reads: Reads) -> AppointmentHistory:
    """Read what happened to an appointment: each time and clinician it had, who changed it, and when."""
    return await handler.read_history(appointment_id, reads=reads)


@router.get("/clinicians/{clinician_id}/availability", responses=documents(ClinicianNotFound))
@shows_no_patient
async def find_free_slots(
    clinician_id: UUID, query: Annotated[AvailabilityQuery, Query()], actor: CanRead, reads: Reads
) -> Availability:
    """Find when a clinician is free: working hours, less absences, less what is booked."""
    return await find_slots(clinician_id, query, reads=reads)
