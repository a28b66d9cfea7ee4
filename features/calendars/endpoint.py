"""Calendars over HTTP."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response

from features.appointments import MEDIA_TYPE, AppointmentNotFound
from features.calendars import handler
from features.calendars.problems import FeedNotFound
from features.calendars.schema import CalendarFeedCreated, CalendarFeedRead, CalendarFeedWrite, FeedQuery
from features.staff import ClinicianNotFound
from rounds.audit import changes, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import FreshReads, Reads, Tx
from rounds.http import NOT_MODIFIED, IfNoneMatch, answer_content, created, public
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import documents

router = new_router("calendars")

CanRead = Annotated[Actor, require("appointments:read")]
CanWrite = Annotated[Actor, require("appointments:write")]
Secret = Annotated[
    str,
    Path(
        pattern="^[A-Za-z0-9_-]{43}$",
        description="The secret part of the address.",
        examples=["cXVpZXQtcmVhZGluZy1pcy1hLWdvb2QtaGFiaXQtaW4"],
    ),
]

_EXAMPLE = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Rounds//Appointments//EN\r
BEGIN:VEVENT\r
SUMMARY:Appointment (orthopaedics)\r
DTSTART:20260309T093000Z\r
DTEND:20260309T101500Z\r
UID:0197a3c2-7d8e-7aaa-bbbb-000000000000@rounds\r
STATUS:CONFIRMED\r
END:VEVENT\r
END:VCALENDAR\r
"""
_CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "iCalendar (RFC 5545)",
        "content": {"text/calendar": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


class Calendar(Response):
    """An iCalendar file."""

    media_type = MEDIA_TYPE


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{name}.ics"'}


@router.get(
    "/clinicians/{clinician_id}/calendar.ics",
    response_class=Calendar,
    response_model=None,
    responses={**_CALENDAR, **documents(ClinicianNotFound)},
)
@shows_no_patient
async def read_clinician_calendar(clinician_id: UUID, actor: CanRead, reads: Reads) -> Response:
    """Read a clinician's calendar: 60 days back and 400 ahead, without anything about patients."""
    return Calendar(await handler.calendar_of_clinician(clinician_id, reads=reads), headers=_named("appointments"))


@router.get(
    "/appointments/{appointment_id}/calendar.ics",
    response_class=Calendar,
    response_model=None,
    responses={**_CALENDAR, **documents(AppointmentNotFound)},
)
@shows("appointment")
async def read_appointment_calendar(appointment_id: UUID, actor: CanRead, reads: Reads) -> Response:
    """Read one appointment for a calendar."""
    return Calendar(await handler.calendar_of_appointment(appointment_id, reads=reads), headers=_named("appointment"))


@router.get(
    "/clinicians/{clinician_id}/calendar-feeds",
    responses=documents(ClinicianNotFound),
    response_model=Page[CalendarFeedRead],
)
@shows_no_patient
async def list_calendar_feeds(
    clinician_id: UUID,
    query: Annotated[FeedQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List the addresses at which a clinician's calendar can be subscribed to, without their secrets."""
    found = await handler.list_feeds(clinician_id, query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post(
    "/clinicians/{clinician_id}/calendar-feeds",
    status_code=201,
    response_model=CalendarFeedCreated,
    responses=documents(ClinicianNotFound),
)
@changes("calendar_feed", of_patient=False)
async def create_calendar_feed(clinician_id: UUID, body: CalendarFeedWrite, actor: CanWrite, db: Tx) -> Response:
    """Make a secret address that calendar programs can subscribe to. It is shown this once."""
    feed = await handler.create_feed(clinician_id, body, actor=actor, db=db)
    return created(feed, f"/clinicians/{clinician_id}/calendar-feeds/{feed.id}")


@router.delete(
    "/clinicians/{clinician_id}/calendar-feeds/{feed_id}", status_code=204, responses=documents(FeedNotFound)
)
@changes("calendar_feed", of_patient=False)
async def revoke_calendar_feed(clinician_id: UUID, feed_id: UUID, actor: CanWrite, db: Tx) -> None:
    """Revoke an address; from now on there is nothing at it."""
    await handler.revoke_feed(clinician_id, feed_id, db=db)


@router.get(
    "/calendar/{secret}.ics",
    response_class=Calendar,
    response_model=None,
    openapi_extra=public(),
    responses={**_CALENDAR, **NOT_MODIFIED, **documents(FeedNotFound)},
)
@shows_no_patient
async def read_calendar_feed(secret: Secret, reads: FreshReads, if_none_match: IfNoneMatch = None) -> Response:
    """Read a calendar by its secret address, as calendar programs do; without signing in."""
    content = await handler.calendar_of_feed(secret, reads=reads)
    return answer_content(
        content,
        tag=f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"',
        if_none_match=if_none_match,
        media_type=MEDIA_TYPE,
        headers=_named("appointments"),
    )
