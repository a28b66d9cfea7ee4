"""Tasks as clients see them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from features.tasks.problems import DUE_RANGE
from features.tasks.transitions import TaskStatus
from rounds.fields import Moment, Strict
from rounds.fields.models import partial
from rounds.fields.text import Name, Prose, normalise, not_blank
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

FIRST_DUE = datetime(1970, 1, 1, tzinfo=UTC)
LAST_DUE = datetime(2200, 1, 1, tzinfo=UTC)


class TaskPriority(StrEnum):
    """How urgent a task is, from what can wait its turn to what cannot wait at all."""

    ROUTINE = "routine"
    URGENT = "urgent"
    STAT = "stat"


class TaskSort(StrEnum):
    """What tasks can be sorted by."""

    DUE_AT = "due_at"
    CREATED_AT = "created_at"
    PRIORITY = "priority"


def _several_lines(value: str) -> str:
    return normalise(value, multiline=True)


def _within_range(value: datetime) -> datetime:
    if not FIRST_DUE <= value < LAST_DUE:
        raise DUE_RANGE(first=FIRST_DUE.date().isoformat(), last=LAST_DUE.date().isoformat())
    return value


Due = Annotated[Moment, AfterValidator(_within_range)]
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_several_lines),
    AfterValidator(not_blank),
]


class TaskChange(Strict):
    """What can be changed about a task while it is open."""

    description: Prose | None = Field(None, examples=["Urea and electrolytes, before the evening dose."])
    priority: TaskPriority = Field(
        TaskPriority.ROUTINE, description="`routine`, `urgent` or `stat`.", examples=["urgent"]
    )
    due_at: Due | None = Field(
        None, description="Open and past this moment, the task is overdue.", examples=["2026-03-09T18:00:00Z"]
    )
    assignee_id: UUID | None = Field(
        None, description="An active clinician of `/clinicians`; by default nobody.", examples=[None]
    )


class TaskWrite(TaskChange):
    """A task as it is ordered."""

    patient_id: UUID
    task_type: Name = Field(description="What kind of task it is, in the ward's own words.", examples=["blood test"])


TaskPatch = partial(TaskChange)


class TaskTransition(Strict):
    """A move of a task to another status."""

    new_status: TaskStatus = Field(examples=["IN_PROGRESS"])
    reason: Reason = Field(description="Why; it stands in the task's audit.", examples=["Sample taken"])


class TaskRead(BaseModel):
    """A task."""

    id: UUID
    patient_id: UUID
    task_type: str = Field(examples=["blood test"])
    description: str | None = Field(examples=["Urea and electrolytes, before the evening dose."])
    priority: TaskPriority = Field(examples=["urgent"])
    status: TaskStatus = Field(examples=["ORDERED"])
    status_since: datetime = Field(description="When it came to stand there.")
    allowed: list[TaskStatus] = Field(
        description="Where it can move from there; empty when it is over.", examples=[["IN_PROGRESS", "CANCELLED"]]
    )
    due_at: datetime | None = Field(examples=["2026-03-09T18:00:00Z"])
    overdue: bool = Field(description="Whether it is open although its due date has passed.", examples=[False])
    assignee_id: UUID | None
    created_by: UUID | None = Field(description="The account that ordered it; null for the sample ward's.")
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class OpenTasks(BaseModel):
    """A patient's open tasks at a glance."""

    count: int = Field(examples=[3])
    urgent: int = Field(description="Of these, those that are urgent or stat.", examples=[1])
    overdue: int = Field(description="Of these, those whose due date has passed.", examples=[0])
    next_due_at: datetime | None = Field(description="When the next one is due.")


class TaskQuery(ListQuery):
    """How to list tasks: what is due first, or by `sort`."""

    sort: str | None = sortable(TaskSort)
    patient_id: UUID | None = None
    status: TaskStatus | None = None
    open: bool | None = Field(None, description="`true`: only what is neither completed nor cancelled.")
    assignee_id: UUID | None = None
    priority: TaskPriority | None = None
    task_type: Name | None = Field(None, description="Exactly this type.", examples=["blood test"])
    overdue: bool | None = Field(None, description="`true`: only open ones whose due date has passed.")
    due_from: Moment | None = Field(None, description="Due at this moment or later.", examples=["2026-03-09T00:00:00Z"])
    due_to: Moment | None = Field(None, description="Due before this moment.", examples=["2026-03-10T00:00:00Z"])


class TaskStep(BaseModel):
    """A step of a task."""

    sequence: int = Field(description="From 1, without gaps.", examples=[1])
    previous_status: TaskStatus | None = Field(description="Null for the first step.", examples=[None])
    new_status: TaskStatus = Field(examples=["ORDERED"])
    reason: str | None = Field(description="Why it moved; null for the first step.", examples=[None])
    actor: str | None = Field(
        description="The username of the account that did it; null for the sample ward's.", examples=["admin"]
    )
    actor_id: UUID | None
    at: datetime


class TaskAudit(BaseModel):
    """Every step of a task, the first one first."""

    data: list[TaskStep]


class TaskBoardQuery(BaseModel):
    """Whose open tasks to show."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    patient_id: UUID | None = None
    assignee_id: UUID | None = None
    limit: int = Field(50, ge=1, le=200, description="Tasks in each column at most.")


class TaskBoardColumns(BaseModel):
    """The open tasks in each status: the most urgent first, and of those what is due first."""

    ORDERED: list[TaskRead]
    IN_PROGRESS: list[TaskRead]
    ON_HOLD: list[TaskRead]


class TaskBoardMore(BaseModel):
    """Whether a column has more than is shown; `GET /tasks?status=…` lists all of them."""

    ORDERED: bool = Field(examples=[False])
    IN_PROGRESS: bool = Field(examples=[False])
    ON_HOLD: bool = Field(examples=[False])


class TaskBoard(BaseModel):
    """Open tasks by status."""

    data: TaskBoardColumns
    more: TaskBoardMore
