"""The sample ward's appointments: some weeks of outpatient clinics around the day on which the ward is loaded.

Past ones were attended, missed or cancelled; of today's, those that are over were attended, but for one; the others lie
ahead. So every status is there on every day, and the statistics have something to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import AppointmentWrite, bring_in
from rounds import clock
from rounds.data import new_id
from rounds.fields.zones import DEFAULT_ZONE, zone_of

__all__ = ["APPOINTMENTS", "SampleAppointment", "book_sample_appointments"]

Outcome = Literal["attended", "missed", "cancelled"]
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SampleAppointment:
    """A patient, by MRN, who sees a clinician so many working days from the day the ward is loaded."""

    mrn: str
    clinician: str
    days: int
    at: str
    minutes: int
    reason: str
    outcome: Outcome = "attended"  # of one that is over


_OKAFOR, _BRANDT = "Dr Grace Okafor", "Miss Helena Brandt"
_ZIELINSKI, _MENON = "Dr Tomasz Zieliński", "Dr Anjali Menon"
_PRITCHARD, _QUIGLEY = "Dr Rhys Pritchard", "Sister Bernadette Quigley"
_FELDMAN, _LINDQVIST = "Dr Naomi Feldman", "Jonas Lindqvist"

APPOINTMENTS: tuple[SampleAppointment, ...] = (
    # Some weeks ago.
    SampleAppointment("103", _ZIELINSKI, -24, "10:00", 45, "Review of breathlessness"),
    SampleAppointment("118", _BRANDT, -21, "09:30", 30, "Follow-up after hip replacement"),
    SampleAppointment("105", _PRITCHARD, -20, "11:00", 30, "Weight and blood pressure", "missed"),
    SampleAppointment("121", _FELDMAN, -18, "15:30", 30, "Asthma review"),
    SampleAppointment("120", _LINDQVIST, -18, "14:00", 45, "Physiotherapy"),
    SampleAppointment("119", _MENON, -15, "09:00", 60, "Heart failure clinic"),
    SampleAppointment("107", _PRITCHARD, -14, "10:30", 30, "General review", "cancelled"),
    SampleAppointment("123", _PRITCHARD, -12, "16:00", 30, "Talk about sleep and worry", "missed"),
    SampleAppointment("108", _OKAFOR, -10, "11:30", 30, "Wound check"),
    SampleAppointment("120", _LINDQVIST, -8, "14:00", 45, "Physiotherapy"),
    SampleAppointment("110", _MENON, -7, "13:30", 45, "Echocardiogram"),
    SampleAppointment("116", _QUIGLEY, -5, "09:00", 20, "Blood tests"),
    SampleAppointment("117", _PRITCHARD, -4, "12:00", 15, "Travel vaccinations", "missed"),
    SampleAppointment("102", _LINDQVIST, -3, "10:00", 45, "Physiotherapy"),
    SampleAppointment("122", _OKAFOR, -2, "10:30", 30, "Osteoporosis review", "cancelled"),
    SampleAppointment("106", _ZIELINSKI, -1, "15:00", 45, "Palpitations"),
    # On the day itself.
    SampleAppointment("101", _OKAFOR, 0, "09:00", 30, "Review of the left hip"),
    SampleAppointment("108", _OKAFOR, 0, "09:30", 30, "Follow-up after surgery", "missed"),
    SampleAppointment("113", _OKAFOR, 0, "10:30", 45, "Knee pain"),
    SampleAppointment("102", _OKAFOR, 0, "14:00", 30, "Follow-up after surgery"),
    SampleAppointment("111", _PRITCHARD, 0, "08:30", 30, "General review"),
    SampleAppointment("104", _PRITCHARD, 0, "11:00", 30, "Results"),
    SampleAppointment("105", _PRITCHARD, 0, "15:30", 45, "Weight and blood pressure"),
    SampleAppointment("103", _ZIELINSKI, 0, "10:00", 45, "Review of breathlessness"),
    SampleAppointment("119", _MENON, 0, "13:00", 60, "Heart failure clinic"),
    SampleAppointment("120", _LINDQVIST, 0, "16:00", 45, "Physiotherapy"),
    SampleAppointment("109", _FELDMAN, 0, "09:30", 20, "Six-week check"),
    # Ahead.
    SampleAppointment("121", _FELDMAN, 1, "15:30", 30, "Asthma review"),
    SampleAppointment("114", _ZIELINSKI, 1, "09:30", 45, "After the stent"),
    SampleAppointment("118", _BRANDT, 2, "09:30", 30, "Hip and back pain"),
    SampleAppointment("122", _OKAFOR, 3, "10:30", 30, "Osteoporosis review"),
    SampleAppointment("123", _PRITCHARD, 4, "16:00", 30, "Talk about sleep and worry"),
    SampleAppointment("120", _LINDQVIST, 6, "14:00", 45, "Physiotherapy"),
    SampleAppointment("112", _QUIGLEY, 7, "09:20", 20, "Blood tests"),
    SampleAppointment("115", _MENON, 9, "11:00", 45, "Echocardiogram"),
    SampleAppointment("110", _MENON, 12, "13:30", 45, "Heart rhythm"),
    SampleAppointment("116", _PRITCHARD, 15, "12:00", 30, "Results"),
)


def working_day(today: date, days: int) -> date:
    """So many days from today, weekends not counted; today itself whatever day it is."""
    day = today
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= day.weekday() < _SATURDAY
    return day


async def book_sample_appointments(
    patients: Mapping[str, UUID], staff: Mapping[str, UUID], *, db: AsyncSession
) -> None:
    """Book the sample appointments.

    Args:
        patients: Ids by MRN.
        staff: Ids of clinicians by name.
        db: The transaction.
    """
    now, zone = clock.now(), zone_of(DEFAULT_ZONE)
    for one in APPOINTMENTS:
        day = working_day(now.astimezone(zone).date(), one.days)
        start = datetime.combine(day, time.fromisoformat(one.at), tzinfo=zone)
        length = timedelta(minutes=one.minutes)
        attended = one.outcome == "attended" and start <= now
        await bring_in(
            new_id(),
            AppointmentWrite(
                patient_id=patients[one.mrn],
                clinician_id=staff[one.clinician],
                start_at=start,
                duration=length,
                reason=one.reason,
            ),
            attended_at=start - timedelta(minutes=6) if attended else None,
            cancelled_at=min(now, start - timedelta(days=2)) if one.outcome == "cancelled" else None,
            db=db,
        )
