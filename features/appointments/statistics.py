"""How many appointments there were, what became of them, and what those that were missed cost.

A year of a busy hospital is a million appointments, too many to count while somebody waits. So triggers keep a tally by
day, clinician and department. It answers for whole days. What becomes of an open appointment depends on the moment that
asks, and a period may begin and end within a day, so the days around those three moments are counted one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from features.appointments.schema import FIRST, LAST, Bookable
from features.staff import CLINICIAN_ROWS, DEPARTMENT_ROWS
from rounds import clock
from rounds.data import Query, Read, Row
from rounds.fields import Moment
from rounds.fields.periods import expect_forwards, rate

DAY = timedelta(days=1)


class AppointmentGrouping(StrEnum):
    """What each row of statistics stands for."""

    CLINICIAN = "clinician"
    DEPARTMENT = "department"
    MONTH = "month"


class AppointmentStatisticsQuery(BaseModel):
    """Which appointments to count, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group_by: AppointmentGrouping = AppointmentGrouping.DEPARTMENT
    since: Bookable | None = Field(
        None,
        alias="from",
        description="Starting at this moment or later; by default all.",
        examples=["2026-01-01T00:00:00Z"],
    )
    until: Bookable | None = Field(
        None, alias="to", description="Starting before this moment; by default all.", examples=["2027-01-01T00:00:00Z"]
    )
    as_of: Moment | None = Field(
        None,
        description="What was neither attended nor cancelled and had ended by then counts as missed. By default now.",
        examples=["2026-03-09T00:00:00Z"],
    )
    cost_per_minute: Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=12, decimal_places=4)] | None = Field(
        None, description="Turns missed minutes into money.", examples=["3.20"]
    )


class AppointmentCounts(BaseModel):
    """What became of the appointments of a group."""

    scheduled: int = Field(description="All of them, whatever became of them.", examples=[12])
    attended: int = Field(examples=[7])
    missed: int = Field(description="As of `as_of`.", examples=[3])
    cancelled: int = Field(examples=[1])
    missed_minutes: int = Field(examples=[135])
    missed_rate: float | None = Field(
        description="Missed of those that were either attended or missed, from 0 to 1; null when there were none.",
        examples=[0.3],
    )
    missed_cost: float | None = Field(None, description="With `cost_per_minute`, to two decimals.", examples=[432.0])


class AppointmentGroup(AppointmentCounts):
    """One row: of a clinician, of a department, or of a month (UTC)."""

    clinician: str | None = Field(None, description="With `group_by=clinician`.", examples=["Dr Grace Okafor"])
    clinician_id: UUID | None = None
    department: str | None = Field(None, description="With `group_by=department`.", examples=[None])
    department_id: UUID | None = None
    month: str | None = Field(None, description="With `group_by=month`, by the start (UTC).", examples=[None])


class AppointmentStatistics(BaseModel):
    """How many appointments there were, and what became of them."""

    model_config = ConfigDict(populate_by_name=True)

    group_by: AppointmentGrouping
    since: datetime | None = Field(alias="from")
    until: datetime | None = Field(alias="to")
    as_of: datetime
    cost_per_minute: float | None = None
    data: list[AppointmentGroup] = Field(
        description="In order of the names, or of the months; groups without any are left out."
    )
    totals: AppointmentCounts


_KEYS = {
    AppointmentGrouping.CLINICIAN: ("clinician_id", "clinician_id"),
    AppointmentGrouping.DEPARTMENT: ("department_id", "department_id"),
    AppointmentGrouping.MONTH: (
        "to_char(day, 'YYYY-MM')",
        "to_char(start_at AT TIME ZONE 'UTC', 'YYYY-MM')",
    ),
}
_NAMED: dict[AppointmentGrouping, Any] = {
    AppointmentGrouping.CLINICIAN: CLINICIAN_ROWS,
    AppointmentGrouping.DEPARTMENT: DEPARTMENT_ROWS,
}


def _statement(by: AppointmentGrouping) -> Query:
    of_day, of_one = _KEYS[by]
    named = "SELECT key AS name, counted.* FROM counted ORDER BY key"
    if by in _NAMED:
        named = (
            "SELECT named.name, counted.* FROM counted "  # noqa: S608 - the part spliced in is a select of ours
            f"JOIN ({_NAMED[by].element}) AS named ON named.id = counted.key ORDER BY rounds_fold(named.name), key"
        )
    return Query(
        text(f"""
WITH parts AS (
    SELECT {of_day} AS key, sum(scheduled) AS scheduled, sum(attended) AS attended, sum(cancelled) AS cancelled,
           sum(open) FILTER (WHERE day < CAST(:over AS date)) AS missed,
           sum(open_minutes) FILTER (WHERE day < CAST(:over AS date)) AS missed_minutes
    FROM appointment_tally
    WHERE day >= CAST(:first AS date) AND day < CAST(:last AS date) AND NOT day = ANY(CAST(:apart AS date[]))
    GROUP BY 1
    UNION ALL
    SELECT {of_one}, count(*), count(attended_at), count(cancelled_at), count(*) FILTER (WHERE missed),
           sum(duration_minutes) FILTER (WHERE missed)
    FROM unnest(CAST(:apart AS date[])) AS single CROSS JOIN LATERAL (
        SELECT *, cancelled_at IS NULL AND attended_at IS NULL AND end_at <= CAST(:as_of AS timestamptz) AS missed
        FROM appointment
        WHERE deleted_at IS NULL
          AND start_at >= single AT TIME ZONE 'UTC' AND start_at < (single + 1) AT TIME ZONE 'UTC'
          AND start_at >= CAST(:since AS timestamptz) AND start_at < CAST(:until AS timestamptz)
    ) AS one
    GROUP BY 1
), counted AS (
    SELECT key, CAST(sum(scheduled) AS bigint) AS scheduled, CAST(sum(attended) AS bigint) AS attended,
           CAST(sum(cancelled) AS bigint) AS cancelled, CAST(coalesce(sum(missed), 0) AS bigint) AS missed,
           CAST(coalesce(sum(missed_minutes), 0) AS bigint) AS missed_minutes
    FROM parts GROUP BY key HAVING sum(scheduled) > 0
)
{named}
""").columns()  # noqa: S608 - the parts spliced in are constants
    )


_COUNTED = {by: _statement(by) for by in AppointmentGrouping}


def midnight(day: date) -> datetime:
    """When a day begins (UTC)."""
    return datetime.combine(day, time(), tzinfo=UTC)


def days_apart(since: datetime, until: datetime, as_of: datetime) -> list[date]:
    """The days (UTC) of a period that the tally cannot answer for, in order.

    Those that the period has only a part of, and those on which something that began may or may not have ended by
    `as_of`: an appointment lasts a day at most.
    """
    candidates = [
        *(moment.date() for moment in (since, until) if moment != midnight(moment.date())),
        *(as_of.date() - number * DAY for number in range(2)),
    ]
    return sorted({day for day in candidates if midnight(day) < until and midnight(day) + DAY > since})


async def count_appointments(query: AppointmentStatisticsQuery, *, reads: Read) -> AppointmentStatistics:
    """Count appointments in a period; one statement.

    Raises:
        InvalidFields: when the period is the wrong way round.
    """
    since, until, as_of = query.since or FIRST, query.until or LAST, query.as_of or clock.now()
    expect_forwards(since, until)
    # Moments that no appointment comes near; what is counted is the same, and days beyond them can be reckoned with.
    asked = min(max(as_of, FIRST - 2 * DAY), LAST + 3 * DAY)
    rows = await reads.all(
        _COUNTED[query.group_by],
        first=since.date(),
        last=until.date() if until == midnight(until.date()) else until.date() + DAY,
        apart=days_apart(since, until, asked),
        # On days before this one everything has ended.
        over=asked.date() - DAY,
        since=since,
        until=until,
        as_of=asked,
    )
    return AppointmentStatistics(
        group_by=query.group_by,
        since=query.since,
        until=query.until,
        as_of=as_of,
        cost_per_minute=None if query.cost_per_minute is None else float(query.cost_per_minute),
        data=[AppointmentGroup(**_named(query.group_by, row), **_counts([row], query.cost_per_minute)) for row in rows],
        totals=AppointmentCounts(**_counts(rows, query.cost_per_minute)),
    )


def _named(by: AppointmentGrouping, row: Row) -> dict[str, Any]:
    if by is AppointmentGrouping.MONTH:
        return {"month": row["key"]}
    return {str(by): row["name"], f"{by}_id": row["key"]}


def _counts(rows: Sequence[Mapping[str, Any]], cost_per_minute: Decimal | None) -> dict[str, Any]:
    names = ("scheduled", "attended", "missed", "cancelled", "missed_minutes")
    counts = {name: sum(row[name] for row in rows) for name in names}
    cost = None
    if cost_per_minute is not None:
        cost = float((counts["missed_minutes"] * cost_per_minute).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return {**counts, "missed_rate": rate(counts["missed"], counts["attended"]), "missed_cost": cost}


# --- as a table

_COLUMNS = ("scheduled", "attended", "missed", "cancelled", "missed_minutes", "missed_rate", "missed_cost")


def table(found: AppointmentStatistics) -> Iterator[list[str]]:
    """The lines of a table of statistics: the names of its columns, the groups, and the totals."""
    by = str(found.group_by)
    keys = [by] if found.group_by is AppointmentGrouping.MONTH else [by, f"{by}_id"]
    columns = _COLUMNS if found.cost_per_minute is not None else _COLUMNS[:-1]
    yield [*keys, *columns]
    for group in found.data:
        yield [*(_cell(getattr(group, key)) for key in keys), *(_cell(getattr(group, name)) for name in columns)]
    yield ["total", *[""] * (len(keys) - 1), *(_cell(getattr(found.totals, name)) for name in columns)]


def _cell(value: object) -> str:
    text_of_it = "" if value is None else str(value)
    # A name that a spreadsheet would take for a formula is made plain text (OWASP, CSV injection).
    return f"'{text_of_it}" if text_of_it[:1] in {"=", "+", "-", "@"} else text_of_it
