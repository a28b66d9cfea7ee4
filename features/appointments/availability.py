"""When a clinician is free: working hours, less absences, less what is booked."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import DateTime, bindparam, literal_column, select, union_all
from sqlmodel import col

from features.appointments.durations import LONGEST
from features.appointments.problems import PERIOD_TOO_LONG
from features.appointments.schema import Availability, AvailabilityQuery, FreeSlot
from features.appointments.tables import Appointment
from features.rota import ABSENCE_ROWS, DEFAULT_WEEK, WORKING_HOURS_ROWS, working_periods
from features.staff import CLINICIAN_ROWS, ClinicianNotFound
from rounds import clock
from rounds.data import Query, Read
from rounds.fields.periods import expect_forwards
from rounds.fields.zones import DEFAULT_ZONE, zone_of
from rounds.problems import invalid

LONGEST_DAYS = 31

Period = tuple[datetime, datetime]

_moment = DateTime(timezone=True)
_since: Any = bindparam("since", type_=_moment)
_until: Any = bindparam("until", type_=_moment)
_busy: Any = select(
    literal_column("NULL::boolean").label("active"),
    literal_column("NULL::text").label("time_zone"),
    literal_column("NULL::jsonb").label("hours"),
)
# One statement: the clinician with the week, then all that takes up time.
_DIARY = Query(
    union_all(
        select(
            CLINICIAN_ROWS.c.active,
            WORKING_HOURS_ROWS.c.time_zone,
            WORKING_HOURS_ROWS.c.hours,
            literal_column("NULL::timestamptz").label("start_at"),
            literal_column("NULL::timestamptz").label("end_at"),
        )
        .select_from(CLINICIAN_ROWS)
        .join(WORKING_HOURS_ROWS, WORKING_HOURS_ROWS.c.clinician_id == CLINICIAN_ROWS.c.id, isouter=True)
        .where(CLINICIAN_ROWS.c.id == bindparam("clinician_id")),
        _busy.add_columns(ABSENCE_ROWS.c.start_at, ABSENCE_ROWS.c.end_at).where(
            ABSENCE_ROWS.c.clinician_id == bindparam("clinician_id"),
            ABSENCE_ROWS.c.start_at < _until,
            ABSENCE_ROWS.c.end_at > _since,
        ),
        _busy.add_columns(col(Appointment.start_at), col(Appointment.end_at)).where(
            col(Appointment.clinician_id) == bindparam("clinician_id"),
            col(Appointment.cancelled_at).is_(None),
            col(Appointment.deleted_at).is_(None),
            col(Appointment.start_at) < _until,
            col(Appointment.start_at) > _since - LONGEST,
            col(Appointment.end_at) > _since,
        ),
    ),
    sees_restricted=True,  # a time is taken, whoever has it; only what is free is shown
)


async def find_slots(clinician_id: UUID, query: AvailabilityQuery, *, reads: Read) -> Availability:
    """A clinician's free slots in a period. One who is not active has none.

    Raises:
        ClinicianNotFound: when there is none.
        InvalidFields: when the period is the wrong way round, or too long.
    """
    expect_forwards(query.since, query.until)
    if query.until - query.since > timedelta(days=LONGEST_DAYS):
        raise invalid("?to", PERIOD_TOO_LONG(days=LONGEST_DAYS))
    rows = await reads.all(_DIARY, clinician_id=clinician_id, since=query.since, until=query.until)
    clinician = next((row for row in rows if row["active"] is not None), None)
    if clinician is None:
        raise ClinicianNotFound
    hours: Any = clinician["hours"]
    week = DEFAULT_WEEK if hours is None else orjson.loads(hours) if isinstance(hours, str) else hours
    zone = clinician["time_zone"] or DEFAULT_ZONE
    taken = sorted((row["start_at"], row["end_at"]) for row in rows if row["start_at"] is not None)
    since = max(query.since, _next_start(clock.now()))
    work = working_periods(week, zone, since, query.until) if clinician["active"] and since < query.until else []
    return Availability(
        clinician_id=clinician_id,
        duration_minutes=int(query.duration.total_seconds() // 60),
        time_zone=zone,
        assumed_hours=hours is None,
        data=[
            FreeSlot(start_at=start, end_at=end, local_start=start.astimezone(zone_of(zone)).isoformat())
            for begins, ends in work
            for start, end in slots(gaps(begins, ends, taken), query.duration)
        ],
    )


def _next_start(now: datetime) -> datetime:
    """The next moment at which somebody would begin something: a multiple of five minutes."""
    return now + (datetime.min.replace(tzinfo=UTC) - now) % timedelta(minutes=5)


def gaps(begins: datetime, ends: datetime, taken: Sequence[Period]) -> Iterator[Period]:
    """What is left of a period without the times that are taken, which are in order."""
    at = begins
    for start, end in taken:
        if end <= at:
            continue
        if start >= ends:
            break
        if start > at:
            yield at, start
        at = end
    if at < ends:
        yield at, ends


def slots(free: Iterator[Period], length: timedelta) -> Iterator[Period]:
    """Slots of a length, one after the other, as many as there is room for."""
    for begins, ends in free:
        at = begins
        while at + length <= ends:
            yield at, at + length
            at += length
