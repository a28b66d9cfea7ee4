"""What happens to appointments, for whoever listens."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from rounds.events import PatientEvent


class AppointmentEvent(PatientEvent):
    """Something that happened to an appointment; why the patient comes is not in it."""

    appointment_id: UUID
    clinician_id: UUID
    department_id: UUID
    start_at: datetime = Field(examples=["2026-03-09T10:00:00Z"])
    end_at: datetime = Field(examples=["2026-03-09T10:30:00Z"])


class AppointmentBooked(AppointmentEvent):
    """An appointment was booked, or rebooked, or came in with an import."""

    type = "rounds.appointment.booked"

    rebooked_from: UUID | None = None
    imported: bool = False


class AppointmentMoved(AppointmentEvent):
    """An appointment has another time, clinician or place."""

    type = "rounds.appointment.moved"


class AppointmentCancelled(AppointmentEvent):
    """An appointment will not take place."""

    type = "rounds.appointment.cancelled"


class AppointmentAttended(AppointmentEvent):
    """The patient was there."""

    type = "rounds.appointment.attended"


class AppointmentMissed(AppointmentEvent):
    """An appointment passed without the patient; told once, soon after its end."""

    type = "rounds.appointment.missed"


class AppointmentReminder(AppointmentEvent):
    """An appointment begins within a day; told once for each time it is booked or moved to."""

    type = "rounds.appointment.reminder"
