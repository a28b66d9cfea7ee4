"""What happens to tasks, for whoever listens.

What a task is about may say what ails the patient, and many may listen who may not read tasks. So no event tells its
type, its description or why it moved; who may know reads the task.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from features.tasks.transitions import TaskStatus
from rounds.events import PatientEvent


class TaskEvent(PatientEvent):
    """Something that happened to a task."""

    task_id: UUID
    status: TaskStatus = Field(examples=["IN_PROGRESS"])
    priority: str = Field(examples=["urgent"])
    due_at: datetime | None
    assignee_id: UUID | None


class TaskCreated(TaskEvent):
    """A task was ordered."""

    type = "rounds.task.created"


class TaskUpdated(TaskEvent):
    """Something about a task changed other than its status; read it to see what."""

    type = "rounds.task.updated"


class TaskTransitioned(TaskEvent):
    """A task moved to another status."""

    type = "rounds.task.transitioned"

    sequence: int
    previous_status: TaskStatus = Field(examples=["ORDERED"])
    new_status: TaskStatus = Field(examples=["IN_PROGRESS"])


class TaskOverdue(TaskEvent):
    """A task's due date passed while it was open; told once, and again only for a later due date."""

    type = "rounds.task.overdue"


def about(row: Mapping[str, Any]) -> dict[str, Any]:
    """What every event about a task tells."""
    names = ("patient_id", "status", "priority", "due_at", "assignee_id")
    return {"task_id": row["id"], **{name: row[name] for name in names}}
