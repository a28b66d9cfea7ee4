"""The SQL that reads tasks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, literal_column, select, union_all
from sqlmodel import col

from features.patients import latest_of_each, visible
from features.tasks.schema import TaskBoardQuery, TaskSort
from features.tasks.tables import Task, TaskStep
from features.tasks.transitions import OPEN, TaskStatus
from rounds.data import Query, Read, Row, metadata
from rounds.listings import Listing

LIVE = col(Task.deleted_at).is_(None)
SHOWN = (
    "id",
    "patient_id",
    "task_type",
    "description",
    "priority",
    "status",
    "status_since",
    "due_at",
    "assignee_id",
    "created_by",
    "version",
    "created_at",
    "updated_at",
)
MOST_INCLUDED = 100
_COLUMNS = tuple(metadata.tables["task"].c[name] for name in SHOWN)
SEEN = visible(col(Task.patient_id))
# The same as text, for statements that are text: a column by name, or else the table would be in it once more.
SEEN_IN_TEXT = str(visible(literal_column("task.patient_id", Uuid)))
ROWS = select(*_COLUMNS).where(LIVE, SEEN)
_BY_ID = Query(ROWS.where(col(Task.id) == bindparam("id")))

LISTING = Listing(
    "tasks",
    ROWS,
    sorts={
        TaskSort.DUE_AT: col(Task.due_key),
        TaskSort.CREATED_AT: col(Task.created_at),
        TaskSort.PRIORITY: col(Task.urgency),
    },
    default="due_at",
    key=col(Task.id),
)

# Statuses are written out and not parameters: some are rare and others are not, and partial indexes name them.
OPEN_ONES: Any = col(Task.status).in_([literal_column(f"'{status}'") for status in OPEN])
_now: Any = bindparam("now", type_=DateTime(timezone=True))
_overdue = OPEN_ONES & (col(Task.due_key) < _now)
OVERDUE = {True: _overdue, False: ~_overdue}
FILTERS: dict[str, Any] = {
    "patient_id": col(Task.patient_id) == bindparam("patient_id"),
    "assignee_id": col(Task.assignee_id) == bindparam("assignee_id"),
    "task_type": col(Task.task_type) == bindparam("task_type"),
    # By its number, which the indexes hold.
    "priority": col(Task.urgency) == bindparam("urgency"),
    "due_from": (col(Task.due_key) >= bindparam("due_from")) & col(Task.due_at).is_not(None),
    "due_to": col(Task.due_key) < bindparam("due_to"),
}


def standing(status: TaskStatus) -> Any:
    """The condition that a task has this status."""
    return col(Task.status) == literal_column(f"'{status}'")


async def find(task_id: UUID, db: Read) -> Row | None:
    """The task's row."""
    return await db.one(_BY_ID, id=task_id)


_AUDIT = Query(
    select(
        col(TaskStep.sequence),
        col(TaskStep.previous_status),
        col(TaskStep.new_status),
        col(TaskStep.reason),
        col(TaskStep.actor),
        col(TaskStep.actor_id),
        col(TaskStep.at),
        col(Task.patient_id),
    )
    .join(Task, col(Task.id) == col(TaskStep.task_id))
    .where(LIVE, SEEN, col(TaskStep.task_id) == bindparam("id"))
    .order_by(col(TaskStep.sequence))
)


async def steps_of(task_id: UUID, db: Read) -> list[Row]:
    """Every step of a task, the first one first; none when there is no such task."""
    return await db.all(_AUDIT, id=task_id)


_OF_PATIENTS = latest_of_each(
    ROWS, of=col(Task.patient_id), by=col(Task.created_at), key=col(Task.id), most=MOST_INCLUDED
)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The latest tasks of each of these patients, the latest first."""
    return await db.all(_OF_PATIENTS, ids=list(ids))


_BOARD_FILTERS = ("patient_id", "assignee_id")


def _board(names: tuple[str, ...]) -> Query:
    """One statement for all columns, each read from its index."""
    columns = (
        ROWS.where(standing(status), *(FILTERS[name] for name in names))
        .order_by(col(Task.urgency).desc(), col(Task.due_key), col(Task.id))
        .limit(bindparam("most", type_=Integer))
        .subquery()
        for status in OPEN
    )
    return Query(union_all(*(select(column) for column in columns)))


_BOARDS: dict[tuple[str, ...], Query] = {
    names: _board(names) for names in ((), ("patient_id",), ("assignee_id",), _BOARD_FILTERS)
}


async def board(query: TaskBoardQuery, db: Read) -> list[Row]:
    """The first open tasks in each status, one more of each than is to be shown."""
    given = query.model_dump(include=set(_BOARD_FILTERS), exclude_none=True)
    names = tuple(name for name in _BOARD_FILTERS if name in given)
    return await db.all(_BOARDS[names], most=query.limit + 1, **given)
