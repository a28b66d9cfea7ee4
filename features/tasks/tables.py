"""The tables of tasks: what is to be done, and every step of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from features.tasks.transitions import FINAL, OPEN, TaskStatus, in_sql, moves_in_sql
from rounds.data import Timestamped, new_id, timestamp

_LIVE = "deleted_at IS NULL"
IS_OPEN = f"status IN ({in_sql(OPEN)})"
UNTOLD = f"due_at IS NOT NULL AND (overdue_told_for IS NULL OR due_at > overdue_told_for) AND {IS_OPEN} AND {_LIVE}"


def _live(name: str, *columns: Any, where: str = _LIVE) -> Index:
    return Index(name, *columns, postgresql_where=text(where))


def _sorted(*filters: str) -> list[Index]:
    """An index for each sort key of the list behind a filter, so that a page is read and not sorted."""
    return [
        _live(f"ix_task_{'_'.join((*filters, key))}_id", *filters, key, "id")
        for key in ("due_key", "created_at", "urgency")
        if key not in filters
    ]


def _duration() -> Any:
    return Field(default=None, sa_column=Column(Interval, nullable=True))


class Task(Timestamped, table=True):
    """Something to be done for a patient, as it stands after its last step."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("task_type <> ''", name="task_type"),
        CheckConstraint("priority IN ('routine', 'urgent', 'stat')", name="priority"),
        CheckConstraint(f"status IN ({in_sql(tuple(TaskStatus))})", name="status"),
        CheckConstraint("steps > 0", name="steps"),
        # A task stands where its last step has brought it. Checked at the commit, so that both can be erased together.
        ForeignKeyConstraint(
            ["id", "steps", "status"],
            ["task_step.task_id", "task_step.sequence", "task_step.new_status"],
            name="fk_task_last_step",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        *_sorted(),
        *_sorted("status"),
        *_sorted("assignee_id"),
        *_sorted("task_type"),
        *_sorted("urgency"),
        _live("ix_task_patient_id_created_at_id", "patient_id", "created_at", "id"),
        *(
            _live(f"ix_task_open_{key}_id", key, "id", where=f"{IS_OPEN} AND {_LIVE}")
            for key in ("due_key", "created_at", "urgency")
        ),
        _live("ix_task_board", "status", text("urgency DESC"), "due_key", "id", where=f"{IS_OPEN} AND {_LIVE}"),
        _live(
            "ix_task_board_of_assignee",
            "assignee_id",
            "status",
            text("urgency DESC"),
            "due_key",
            "id",
            where=f"{IS_OPEN} AND {_LIVE}",
        ),
        _live("ix_task_overdue_untold", "due_at", where=UNTOLD),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    assignee_id: UUID | None = Field(default=None, foreign_key="clinician.id")
    task_type: str = Field(sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    priority: str = Field(sa_type=Text)
    # Sorted by how urgent it is, and not by the alphabet.
    urgency: int | None = Field(
        default=None,
        sa_column=Column(
            SmallInteger,
            Computed("CASE priority WHEN 'routine' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END", persisted=True),
            nullable=False,
        ),
    )
    due_at: datetime | None = timestamp(nullable=True)
    # Sorted by what is due first; what has no due date comes after all that have one.
    due_key: datetime | None = Field(
        default=None,
        sa_column=Column(
            DateTime(timezone=True),
            Computed("coalesce(due_at, CAST('9999-01-01 00:00:00+00' AS timestamptz))", persisted=True),
            nullable=False,
        ),
    )
    status: str = Field(sa_type=Text)
    status_since: datetime = timestamp(default=False)
    steps: int
    # How long it stood in each open status before the present one; null where it never left that status.
    ordered_for: timedelta | None = _duration()
    in_progress_for: timedelta | None = _duration()
    on_hold_for: timedelta | None = _duration()
    overdue_told_for: datetime | None = timestamp(nullable=True)
    created_by: UUID | None = None
    deleted_at: datetime | None = timestamp(nullable=True)


class TaskStep(SQLModel, table=True):
    """A step of a task. Nothing changes or removes one: the trigger `task_step_stays` refuses it, but for erasure."""

    __tablename__ = "task_step"
    __table_args__ = (
        PrimaryKeyConstraint("task_id", "sequence", name="pk_task_step"),
        # What `fk_task_step_before` and `fk_task_last_step` refer to.
        UniqueConstraint("task_id", "sequence", "new_status", name="uq_task_step_new_status"),
        # Each step but the first begins where the one before it ended: no gap, no fork, whoever writes.
        ForeignKeyConstraint(
            ["task_id", "follows", "previous_status"],
            ["task_step.task_id", "task_step.sequence", "task_step.new_status"],
            name="fk_task_step_before",
        ),
        CheckConstraint(moves_in_sql("previous_status", "new_status"), name="move"),
        CheckConstraint("sequence > 0 AND (sequence = 1) = (previous_status IS NULL)", name="first"),
        CheckConstraint("sequence = 1 OR (reason IS NOT NULL AND reason <> '')", name="reason"),
    )

    task_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("task.id"), nullable=False))
    sequence: int
    follows: int | None = Field(
        default=None, sa_column=Column(Integer, Computed("nullif(sequence, 1) - 1", persisted=True), nullable=True)
    )
    previous_status: str | None = Field(default=None, sa_type=Text)
    new_status: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    actor_id: UUID | None = None
    actor: str | None = Field(default=None, sa_type=Text)
    at: datetime = timestamp(default=False)


# Each status a task can leave has the column that counts how long it stood there.
SPENT = {
    TaskStatus.ORDERED: "ordered_for",
    TaskStatus.IN_PROGRESS: "in_progress_for",
    TaskStatus.ON_HOLD: "on_hold_for",
}
if set(SPENT) != set(OPEN) or set(OPEN) & set(FINAL):
    raise TypeError("every open status needs a column for the time spent in it")
