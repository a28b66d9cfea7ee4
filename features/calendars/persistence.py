"""The SQL of calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, and_, bindparam, delete, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.appointments import CALENDAR_ROWS
from features.calendars.schema import CalendarFeedSort
from features.calendars.tables import CalendarFeed
from features.staff import CLINICIAN_ROWS
from rounds.data import Query, Read, Row
from rounds.listings import Listing

MOST_ENTRIES = 5_000

_moment = DateTime(timezone=True)
# With nulls in place of an entry where there is none, so that an empty calendar is not taken for an unknown one.
_with_entries = and_(
    CALENDAR_ROWS.c.clinician_id == CLINICIAN_ROWS.c.id,
    CALENDAR_ROWS.c.start_at > bindparam("since", type_=_moment),
    CALENDAR_ROWS.c.start_at < bindparam("until", type_=_moment),
)
_entries = (
    select(CLINICIAN_ROWS.c.name.label("owner"), *CALENDAR_ROWS.c)
    .select_from(CLINICIAN_ROWS)
    .join(CALENDAR_ROWS, _with_entries, isouter=True)
    .order_by(CALENDAR_ROWS.c.start_at, CALENDAR_ROWS.c.id)
    .limit(literal_column(str(MOST_ENTRIES)))
)
_OF_CLINICIAN = Query(_entries.where(CLINICIAN_ROWS.c.id == bindparam("clinician_id")))
_OF_FEED = Query(
    _entries.where(
        CLINICIAN_ROWS.c.id
        == select(col(CalendarFeed.clinician_id))
        .where(col(CalendarFeed.secret_hash) == bindparam("secret_hash", type_=LargeBinary))
        .scalar_subquery()
    )
)
_OF_APPOINTMENT = Query(select(*CALENDAR_ROWS.c).where(CALENDAR_ROWS.c.id == bindparam("id")))

FEEDS = Listing(
    "calendar-feeds",
    select(
        col(CalendarFeed.id), col(CalendarFeed.clinician_id), col(CalendarFeed.label), col(CalendarFeed.created_at)
    ).where(col(CalendarFeed.clinician_id) == bindparam("clinician_id")),
    sorts={CalendarFeedSort.CREATED_AT: col(CalendarFeed.created_at)},
    default="-created_at",
    key=col(CalendarFeed.id),
)


async def entries_of_clinician(clinician_id: UUID, since: datetime, until: datetime, db: Read) -> list[Row]:
    """A clinician's appointments, one row of nulls when there are none, nothing when there is no such clinician."""
    return await db.all(_OF_CLINICIAN, clinician_id=clinician_id, since=since, until=until)


async def entries_of_feed(secret_hash: bytes, since: datetime, until: datetime, db: Read) -> list[Row]:
    """Likewise of the clinician whose calendar is read with this secret."""
    return await db.all(_OF_FEED, secret_hash=secret_hash, since=since, until=until)


async def entry(appointment_id: UUID, db: Read) -> Row | None:
    """One appointment."""
    return await db.one(_OF_APPOINTMENT, id=appointment_id)


async def delete_feed(clinician_id: UUID, feed_id: UUID, db: AsyncSession) -> bool:
    """Revoke an address; answers whether there was one."""
    statement: Any = (
        delete(CalendarFeed)
        .where(col(CalendarFeed.id) == feed_id, col(CalendarFeed.clinician_id) == clinician_id)
        .returning(col(CalendarFeed.id))
    )
    return (await db.scalar(statement)) is not None
