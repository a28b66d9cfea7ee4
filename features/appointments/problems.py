"""What can go wrong with appointments.

Conflict
  AlreadyRebooked  409 already_rebooked
  CannotBeCancelled  409 appointment_attended
  CannotBeAttended  409 appointment_cancelled
  AppointmentNotActive  409 appointment_not_active
  AttendanceOutsideWindow  409 attendance_outside_window
  ClinicianDoubleBooked  409 clinician_double_booked
  DifferentAppointment  409 different_appointment
  NothingToRebook  409 nothing_to_rebook
  PatientDoubleBooked  409 patient_double_booked
NotFound
  AppointmentNotFound  404 appointment_not_found
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from rounds.i18n import N_
from rounds.problems import SAMPLE_ID, Conflict, NotFound, Refusal, named


class AppointmentNotFound(NotFound):
    """There is no such appointment, or its patient was deleted."""

    code = "appointment_not_found"
    title = N_("Appointment not found")
    detail = N_("There is no such appointment. List them with GET /appointments.")


class AppointmentClash(BaseModel):
    """The appointment that is in the way."""

    appointment_id: UUID | None = Field(description="Null when it has gone meanwhile.", examples=[SAMPLE_ID])
    start_at: datetime
    end_at: datetime


class ClinicianDoubleBooked(Conflict):
    """The clinician has another appointment in that time; `clash` says which and when."""

    code = "clinician_double_booked"
    title = N_("The clinician is booked already")
    detail = N_("The clinician has another appointment from {start_at} to {end_at}. Choose another time.")
    members = named(field=Literal["clinician_id"], clash=AppointmentClash)
    sample = named(
        field="clinician_id",
        start_at="2026-03-09T10:00:00Z",
        end_at="2026-03-09T10:30:00Z",
        clash={
            "appointment_id": SAMPLE_ID,
            "start_at": "2026-03-09T10:00:00Z",
            "end_at": "2026-03-09T10:30:00Z",
        },
    )


class PatientDoubleBooked(Conflict):
    """The patient has another appointment in that time; `clash` says which and when."""

    code = "patient_double_booked"
    title = N_("The patient is booked already")
    detail = N_("The patient has another appointment from {start_at} to {end_at}. Choose another time.")
    members = named(field=Literal["patient_id"], clash=AppointmentClash)
    sample = named(
        field="patient_id",
        start_at="2026-03-09T10:00:00Z",
        end_at="2026-03-09T10:30:00Z",
        clash={
            "appointment_id": SAMPLE_ID,
            "start_at": "2026-03-09T10:00:00Z",
            "end_at": "2026-03-09T10:30:00Z",
        },
    )


class AppointmentNotActive(Conflict):
    """Only an active appointment can be moved or changed. A missed or cancelled one can be rebooked."""

    code = "appointment_not_active"
    title = N_("The appointment is not active")
    detail = N_(
        "The appointment is {current}, so it cannot be moved. A missed or cancelled one can be booked anew with "
        "POST /appointments/{appointment_id}/rebook."
    )
    members = named(current=Literal["attended", "missed", "cancelled"])
    sample = named(current="missed", appointment_id=SAMPLE_ID)


class CannotBeCancelled(Conflict):
    """The patient was there, so the appointment cannot be cancelled."""

    code = "appointment_attended"
    title = N_("The appointment was attended")
    detail = N_("The appointment was attended, so it cannot be cancelled.")
    members = named(current=Literal["attended"])
    sample = named(current="attended")


class CannotBeAttended(Conflict):
    """The appointment was cancelled, which is final, so nobody can have attended it."""

    code = "appointment_cancelled"
    title = N_("The appointment was cancelled")
    detail = N_("The appointment was cancelled, which is final. Book another one instead.")
    members = named(current=Literal["cancelled"])
    sample = named(current="cancelled")


class AttendanceOutsideWindow(Conflict):
    """A patient arrives from an hour before the start until the end, and not in the future."""

    code = "attendance_outside_window"
    title = N_("Nobody attended at that time")
    detail = N_("Attendance can be noted from {earliest} to {latest}, and not ahead of time.")
    members = named(earliest=datetime, latest=datetime)
    sample = named(earliest="2026-03-09T09:00:00Z", latest="2026-03-09T10:30:00Z")


class NothingToRebook(Conflict):
    """Only a missed or cancelled appointment can be rebooked. An active one is moved with PUT."""

    code = "nothing_to_rebook"
    title = N_("There is nothing to rebook")
    detail = N_("The appointment is {current}. Only a missed or cancelled one can be rebooked; move an active one.")
    members = named(current=Literal["active", "attended"])
    sample = named(current="active")


class AlreadyRebooked(Conflict):
    """Another appointment, which was not cancelled, stands for this one already."""

    code = "already_rebooked"
    title = N_("It was rebooked already")
    detail = N_("This appointment was rebooked already. Move that booking, or cancel it first.")


class DifferentAppointment(Conflict):
    """Another appointment has this id, so this one cannot be brought in."""

    code = "different_appointment"
    title = N_("Another appointment has this id")
    detail = N_("An appointment with this id was booked for another patient or time. Compare the sources.")


DURATION = Refusal("duration_format", N_("Write the duration in hours and minutes. Accepted are {accepted}."))
TOO_SHORT = Refusal("appointment_too_short", N_("An appointment lasts {minutes} minutes at least."))
TOO_LONG = Refusal("appointment_too_long", N_("An appointment lasts {hours} hours at most."))
END_BEFORE_START = Refusal("end_before_start", N_("The end must come after the start."))
WHOLE_MINUTES = Refusal("whole_minutes", N_("From start to end it must be whole minutes."))
END_OR_DURATION = Refusal("end_or_duration", N_("Send either end_at or duration."))
END_AND_DURATION = Refusal("end_and_duration", N_("Send end_at or duration, not both."))
UNKNOWN_PATIENT = Refusal("unknown_patient", N_("There is no patient with this id."))
UNKNOWN_CLINICIAN = Refusal("unknown_clinician", N_("There is no clinician with this id."))
INACTIVE_CLINICIAN = Refusal("inactive_clinician", N_("This clinician does not see patients any more."))
INACTIVE_DEPARTMENT = Refusal("inactive_department", N_("This department does not take appointments any more."))
OTHER_PATIENT = Refusal(
    "other_patient", N_("An appointment stays with its patient. Cancel it and book one for the other patient.")
)
PERIOD_TOO_LONG = Refusal("too_many_days", N_("Ask for {days} days at most."))
MOMENT_RANGE = Refusal("moment_range", N_("Appointments are booked from {first} to {last}."))
