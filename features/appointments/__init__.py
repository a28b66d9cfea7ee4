"""Appointments: booked without overlap, told in honest time, and counted when they are missed."""

from features.appointments import changing, handler, included
from features.appointments.calendar_file import MEDIA_TYPE, calendar_of
from features.appointments.durations import Duration
from features.appointments.entries import CALENDAR_ROWS, calendar_rows
from features.appointments.events import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentEvent,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentReminder,
)
from features.appointments.importing import bring_in, is_known
from features.appointments.integrity_errors import in_the_way
from features.appointments.problems import AppointmentNotFound
from features.appointments.schema import (
    AppointmentIncluded,
    AppointmentStatus,
    AppointmentWrite,
    Bookable,
    NextAppointment,
)
from features.patients import includable, when_deleted

includable(
    "appointments", handler.load_for_patients, shows=list[AppointmentIncluded], missing=list, scope="appointments:read"
)
includable("next_appointment", included.load_next_appointments, shows=NextAppointment | None, scope="appointments:read")
when_deleted(changing.remove_of_patient)

__all__ = [
    "CALENDAR_ROWS",
    "MEDIA_TYPE",
    "AppointmentAttended",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentEvent",
    "AppointmentMissed",
    "AppointmentMoved",
    "AppointmentNotFound",
    "AppointmentReminder",
    "AppointmentStatus",
    "AppointmentWrite",
    "Bookable",
    "Duration",
    "bring_in",
    "calendar_of",
    "calendar_rows",
    "in_the_way",
    "is_known",
]
