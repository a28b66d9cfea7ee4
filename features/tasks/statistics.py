"""How many tasks there were, whether they were done within their time, and how long they stood in each status.

A task carries how long it has stood in each status before the present one, so one pass over the tasks of a period
answers, without a look at their steps.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from features.staff import CLINICIAN_ROWS
from features.tasks.persistence import SEEN_IN_TEXT
from features.tasks.tables import IS_OPEN, SPENT
from features.tasks.transitions import TaskStatus
from rounds import clock
from rounds.data import Query, Read
from rounds.fields import Moment
from rounds.fields.periods import expect_forwards, rate
from rounds.viewer import VIEWED_AT, VIEWER


class TaskGrouping(StrEnum):
    """What each row of statistics stands for."""

    TASK_TYPE = "task_type"
    ASSIGNEE = "assignee"
    MONTH = "month"


class TaskStatisticsQuery(BaseModel):
    """Which tasks to count, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group_by: TaskGrouping = TaskGrouping.TASK_TYPE
    since: Moment | None = Field(
        None,
        alias="from",
        description="Ordered at this moment or later; by default all.",
        examples=["2026-01-01T00:00:00Z"],
    )
    until: Moment | None = Field(
        None, alias="to", description="Ordered before this moment; by default all.", examples=["2027-01-01T00:00:00Z"]
    )


class SecondsInStatus(BaseModel):
    """For how long a task stood in each status on average, in seconds; null where none ever did."""

    ORDERED: float | None = Field(examples=[900.0])
    IN_PROGRESS: float | None = Field(examples=[2700.0])
    ON_HOLD: float | None = Field(examples=[None])


class TaskCounts(BaseModel):
    """What became of the tasks of a group."""

    ordered: int = Field(description="All of them, whatever became of them.", examples=[12])
    open: int = Field(examples=[3])
    overdue: int = Field(description="Open, and past their due date.", examples=[1])
    completed: int = Field(examples=[8])
    cancelled: int = Field(examples=[1])
    completed_in_time: int = Field(description="Completed by their due date.", examples=[6])
    completed_late: int = Field(description="Completed after their due date.", examples=[1])
    in_time_rate: float | None = Field(
        description="Completed in time of those completed that had a due date, from 0 to 1; null when there were none.",
        examples=[0.8571],
    )
    seconds_in_status: SecondsInStatus


class TaskGroup(TaskCounts):
    """One row: of a type, of an assignee, or of a month (UTC)."""

    task_type: str | None = Field(None, description="With `group_by=task_type`.", examples=["blood test"])
    assignee: str | None = Field(
        None, description="With `group_by=assignee`; null for what nobody is to do.", examples=[None]
    )
    assignee_id: UUID | None = None
    month: str | None = Field(
        None, description="With `group_by=month`, by the day of the order (UTC).", examples=[None]
    )


class TaskStatistics(BaseModel):
    """How many tasks there were, and what became of them."""

    model_config = ConfigDict(populate_by_name=True)

    group_by: TaskGrouping
    since: datetime | None = Field(alias="from")
    until: datetime | None = Field(alias="to")
    as_of: datetime = Field(description="The moment of the answer, for what is open.")
    data: list[TaskGroup] = Field(
        description="In order of the names, or of the months; groups without any are left out."
    )
    totals: TaskCounts


_KEYS = {
    TaskGrouping.TASK_TYPE: ("task_type", "key AS task_type", "rounds_fold(key), key"),
    TaskGrouping.ASSIGNEE: ("assignee_id", "clinicians.name AS assignee, key AS assignee_id", "rounds_fold(name), key"),
    TaskGrouping.MONTH: (
        "date_trunc('month', created_at AT TIME ZONE 'UTC')",
        "to_char(key, 'YYYY-MM') AS month",
        "key",
    ),
}


def _mean_time(status: TaskStatus, column: str) -> str:
    """Of those that ever stood in the status: until they left it, or until now."""
    spent = (
        f"CASE status WHEN '{status}' THEN coalesce({column}, interval '0') "
        f"+ greatest(CAST(:now AS timestamptz) - status_since, interval '0') ELSE {column} END"
    )
    return f'CAST(avg(extract(epoch FROM {spent})) AS double precision) AS "{status}"'


def _statement(by: TaskGrouping) -> Query:
    key, shown, order = _KEYS[by]
    named = f"LEFT JOIN ({CLINICIAN_ROWS.element}) AS clinicians ON clinicians.id = key"
    return Query(
        text(f"""
WITH counted AS (
    SELECT key, grouping(key) = 1 AS is_total,
        count(*) AS ordered,
        count(*) FILTER (WHERE {IS_OPEN}) AS open,
        count(*) FILTER (WHERE {IS_OPEN} AND due_at < CAST(:now AS timestamptz)) AS overdue,
        count(*) FILTER (WHERE status = '{TaskStatus.COMPLETED}') AS completed,
        count(*) FILTER (WHERE status = '{TaskStatus.CANCELLED}') AS cancelled,
        count(*) FILTER (WHERE status = '{TaskStatus.COMPLETED}' AND status_since <= due_at) AS completed_in_time,
        count(*) FILTER (WHERE status = '{TaskStatus.COMPLETED}' AND status_since > due_at) AS completed_late,
        {", ".join(_mean_time(status, column) for status, column in SPENT.items())}
    FROM (
        SELECT *, {key} AS key FROM task
        WHERE deleted_at IS NULL AND {SEEN_IN_TEXT} AND created_at >= CAST(:since AS timestamptz)
            AND created_at < CAST(:until AS timestamptz)
    ) AS ordered
    GROUP BY GROUPING SETS ((key), ())
)
SELECT {shown}, counted.* FROM counted {named if by is TaskGrouping.ASSIGNEE else ""}
ORDER BY is_total, {order}
""")  # noqa: S608 - the parts spliced in are constants, and selects of ours
        .bindparams(VIEWER, VIEWED_AT)
        .columns()
    )


_COUNTED = {by: _statement(by) for by in TaskGrouping}
_ALL_OF_TIME = (datetime.fromisoformat("0001-01-02T00:00:00Z"), datetime.fromisoformat("9999-12-30T00:00:00Z"))


async def count_tasks(query: TaskStatisticsQuery, *, reads: Read) -> TaskStatistics:
    """Count the tasks ordered in a period; one statement, which takes its turn with other searches.

    Raises:
        InvalidFields: when the period is the wrong way round.
    """
    since, until = query.since or _ALL_OF_TIME[0], query.until or _ALL_OF_TIME[1]
    expect_forwards(since, until)
    now = clock.now()
    *groups, total = await reads.searches.all(_COUNTED[query.group_by], since=since, until=until, now=now)
    names = [name for name in TaskGroup.model_fields if name not in TaskCounts.model_fields]
    return TaskStatistics(
        group_by=query.group_by,
        since=query.since,
        until=query.until,
        as_of=now,
        data=[TaskGroup(**{name: row[name] for name in names if name in row}, **_counts(row)) for row in groups],
        totals=TaskCounts(**_counts(total)),
    )


def _counts(row: Mapping[str, Any]) -> dict[str, Any]:
    in_time, late = row["completed_in_time"], row["completed_late"]
    names = [name for name in TaskCounts.model_fields if name not in {"in_time_rate", "seconds_in_status"}]
    return {
        **{name: row[name] for name in names},
        "in_time_rate": rate(in_time, late),
        "seconds_in_status": {str(status): row[str(status)] for status in SPENT},
    }
