"""What patients are told about appointments: booked, moved, cancelled, and near.

English only, like all that patients read. Why they come stands nowhere in it: mail passes through many hands.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentEvent,
    AppointmentMoved,
    AppointmentReminder,
    calendar_of,
    calendar_rows,
)
from features.notifications import persistence
from features.notifications.queueing import queue
from rounds import clock
from rounds.data import new_id
from rounds.events import Received
from rounds.fields.zones import zone_of

# Shown on locked screens and in the logs of mail servers, so it says no more than this.
SUBJECT = "A message about your appointment"

TOLD: dict[type[AppointmentEvent], tuple[str, str]] = {
    AppointmentBooked: ("appointment_booked", "your appointment is booked"),
    AppointmentMoved: ("appointment_moved", "your appointment has been changed. It is now"),
    AppointmentCancelled: ("appointment_cancelled", "your appointment has been cancelled"),
    AppointmentReminder: ("appointment_reminder", "this is a reminder of your appointment"),
}
_LETTER = """\
Dear {name},

{what}:

    {when}
    with {clinician}{place}

{then}

Kind regards,
Your care team

This message was sent automatically. Please do not reply to it.
"""
_TEXT = "Dear {name}, {what}: {when}, with {clinician}{place}. {then} Kind regards, your care team"
_COME = "If you cannot come, please tell your care team in time, so that somebody else can have the time."
_NEW = "Please contact your care team if you would like another one."


async def notify_of_appointments(received: Sequence[Received[AppointmentEvent]], *, db: AsyncSession) -> None:
    """Write what the patients are told, and queue what can be sent.

    Nothing is told about what is past or came in with an import, nor about a time that has been changed again: that is
    told by the event of that change.
    """
    now = clock.now()
    entries = await calendar_rows([each.event.appointment_id for each in received], db)
    patients = await persistence.hold_recipients(list({each.event.patient_id for each in received}), db)
    rows = []
    for each in received:
        entry, patient = entries.get(each.event.appointment_id), patients.get(each.event.patient_id)
        if entry is not None and patient is not None and _worth_telling(each.event, entry, now):
            rows.append(_notification(each.event, entry, patient, now))
    await queue(rows, db)


def _worth_telling(event: AppointmentEvent, entry: Mapping[str, Any], now: datetime) -> bool:
    if isinstance(event, AppointmentBooked) and event.imported:
        return False
    if event.start_at <= now:
        return False
    if isinstance(event, AppointmentCancelled):
        return True
    return entry["cancelled_at"] is None and (entry["start_at"], entry["clinician_id"]) == (
        event.start_at,
        event.clinician_id,
    )


def _notification(
    event: AppointmentEvent, entry: Mapping[str, Any], patient: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    kind, what = TOLD[type(event)]
    channel = "email" if patient["email"] else "sms" if patient["phone"] else "none"
    cancelled = isinstance(event, AppointmentCancelled)
    start = entry["start_at"].astimezone(zone_of(entry["time_zone"]))
    place = f", {entry['location']}" if entry["location"] else ""
    body = (_TEXT if channel == "sms" else _LETTER).format(
        name=patient["name"],
        what=what,
        when=f"{start:%A}, {start.day} {start:%B %Y} at {start:%H:%M} ({entry['time_zone']})",
        clinician=entry["clinician"],
        place=place if channel == "sms" else place.replace(", ", "\n    ", 1),
        then=_NEW if cancelled else _COME,
    )
    calendar = calendar_of([entry], summary=f"Appointment with {entry['clinician']}")
    return {
        "id": new_id(),
        "kind": kind,
        "patient_id": event.patient_id,
        "recommendation_id": None,
        "appointment_id": event.appointment_id,
        "channel": channel,
        "status": "undeliverable" if channel == "none" else "pending",
        "reason": "no_address" if channel == "none" else None,
        "recipient": patient["email"] or patient["phone"] or None,
        "subject": SUBJECT,
        "body": body,
        "calendar": calendar.decode() if channel == "email" else None,
        "created_at": now,
    }
