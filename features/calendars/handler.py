"""The rules of calendars."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import AppointmentNotFound, calendar_of
from features.calendars import persistence
from features.calendars.problems import FeedNotFound
from features.calendars.schema import CalendarFeedCreated, CalendarFeedRead, CalendarFeedWrite, FeedQuery
from features.calendars.tables import CalendarFeed
from features.staff import ClinicianNotFound, read_clinician, require_clinician
from rounds import clock
from rounds.audit import note_shown, record
from rounds.auth import Actor
from rounds.data import Read, Row
from rounds.listings import Cursors, Found

# What a calendar holds: what programs show when they are opened, without the whole of the past in each transfer.
PAST, AHEAD = timedelta(days=60), timedelta(days=400)
_SECRET_BYTES = 32


async def calendar_of_clinician(clinician_id: UUID, *, reads: Read) -> bytes:
    """A clinician's calendar.

    Raises:
        ClinicianNotFound: when there is none.
    """
    now = clock.now()
    rows = await persistence.entries_of_clinician(clinician_id, now - PAST, now + AHEAD, reads)
    if not rows:
        raise ClinicianNotFound
    return _written(rows)


async def calendar_of_feed(secret: str, *, reads: Read) -> bytes:
    """The calendar behind a secret address.

    Raises:
        FeedNotFound: when there is none, or it was revoked.
    """
    now = clock.now()
    rows = await persistence.entries_of_feed(_hashed(secret), now - PAST, now + AHEAD, reads)
    if not rows:
        raise FeedNotFound
    return _written(rows)


def _written(rows: Sequence[Row]) -> bytes:
    return calendar_of((row for row in rows if row["id"] is not None), name=f"Appointments: {rows[0]['owner']}")


async def calendar_of_appointment(appointment_id: UUID, *, reads: Read) -> bytes:
    """One appointment as a calendar.

    Raises:
        AppointmentNotFound: when there is none.
    """
    row = await persistence.entry(appointment_id, reads)
    if row is None:
        raise AppointmentNotFound
    note_shown([row["patient_id"]], resource_id=appointment_id)
    return calendar_of([row])


async def list_feeds(clinician_id: UUID, query: FeedQuery, *, reads: Read, cursors: Cursors) -> Found[CalendarFeedRead]:
    """One page of the addresses at which a clinician's calendar can be read.

    Raises:
        ClinicianNotFound: when there is none.
    """
    found = await persistence.FEEDS.fetch(query, reads, cursors, values={"clinician_id": clinician_id})
    if not found.data:  # only then it may be that there is no such clinician
        await read_clinician(clinician_id, reads=reads)
    return found.as_models(CalendarFeedRead)


async def create_feed(
    clinician_id: UUID, new: CalendarFeedWrite, *, actor: Actor, db: AsyncSession
) -> CalendarFeedCreated:
    """Make an address for a clinician's calendar. Its secret is told once and kept as a hash.

    Raises:
        ClinicianNotFound: when there is none.
    """
    await require_clinician(clinician_id, db=db)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    feed = CalendarFeed(clinician_id=clinician_id, label=new.label, secret_hash=_hashed(secret), created_by=actor.id)
    db.add(feed)
    await db.flush()
    await record("create", "calendar_feed", db, resource_id=feed.id, fields=("clinician_id", "label"))
    return CalendarFeedCreated(
        **feed.model_dump(include={"id", "clinician_id", "label", "created_at"}), path=f"/calendar/{secret}.ics"
    )


async def revoke_feed(clinician_id: UUID, feed_id: UUID, *, db: AsyncSession) -> None:
    """Let an address lead nowhere from now on.

    Raises:
        FeedNotFound: when this clinician has no such address.
    """
    if not await persistence.delete_feed(clinician_id, feed_id, db):
        raise FeedNotFound
    await record("delete", "calendar_feed", db, resource_id=feed_id)


def _hashed(secret: str) -> bytes:
    # As random as a key, so it needs no slow hash.
    return hashlib.sha256(secret.encode()).digest()
