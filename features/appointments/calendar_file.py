"""Appointments as iCalendar (RFC 5545), for calendar programs and e-mails.

Such files leave the house for phones and for companies that keep calendars, so nothing in them says who the patient is
or why they come. Times are in UTC, which is right on every device and in the hour that clocks repeat.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Rounds//Appointments//EN"
_REFRESH = timedelta(minutes=15)


def calendar_of(rows: Iterable[Mapping[str, Any]], *, name: str | None = None, summary: str | None = None) -> bytes:
    """A calendar of appointments.

    Args:
        rows: With `id`, `start_at`, `end_at`, `location`, `department`, `clinician`, `cancelled_at`, `version`,
            `created_at` and `updated_at`.
        name: What programs call a calendar that is subscribed to.
        summary: What each entry is called; by default after its department.
    """
    from icalendar import Calendar  # noqa: PLC0415 - no start waits for what only calendars need
    from icalendar.prop import vDuration  # noqa: PLC0415 - the same

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if name is not None:
        calendar.add("x-wr-calname", name)
        calendar.add("name", name)  # RFC 7986
        calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(_REFRESH))
    for row in rows:
        calendar.add_component(_entry(row, summary))
    return bytes(calendar.to_ical())


def _entry(row: Mapping[str, Any], summary: str | None) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - the same

    entry = Event()
    # The same for ever, so that a program replaces the entry when it changes; the sequence tells which is newer.
    entry.add("uid", f"{row['id']}@rounds")
    entry.add("sequence", row["version"] - 1)
    entry.add("dtstamp", row["updated_at"])
    entry.add("created", row["created_at"])
    entry.add("last-modified", row["updated_at"])
    entry.add("dtstart", row["start_at"])
    entry.add("dtend", row["end_at"])
    entry.add("summary", summary or f"Appointment ({row['department']})")
    if row["location"]:
        entry.add("location", row["location"])
    entry.add("status", "CANCELLED" if row["cancelled_at"] is not None else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if row["cancelled_at"] is not None else "OPAQUE")
    entry.add("class", "PRIVATE")
    return entry
