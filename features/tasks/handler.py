"""The rules of tasks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.tasks import persistence, write_statements
from features.tasks.events import TaskCreated, TaskTransitioned, TaskUpdated, about
from features.tasks.problems import (
    INACTIVE_ASSIGNEE,
    UNKNOWN_ASSIGNEE,
    UNKNOWN_PATIENT,
    TaskFinal,
    TaskNotFound,
    TransitionNotAllowed,
)
from features.tasks.schema import (
    TaskBoardQuery,
    TaskChange,
    TaskPriority,
    TaskQuery,
    TaskStep,
    TaskTransition,
    TaskWrite,
)
from features.tasks.transitions import ALLOWED, OPEN, TaskStatus
from rounds import clock
from rounds.audit import differences, note_shown, record
from rounds.auth import Actor
from rounds.data import AnyTransaction, Read, new_id
from rounds.events import publish
from rounds.listings import Cursors, Found
from rounds.merge_patch import patched
from rounds.problems import InvalidFields
from rounds.versions import expect_version

_URGENCY = {priority: number for number, priority in enumerate(TaskPriority)}
_ONWARD = {str(status): [str(after) for after in onward] for status, onward in ALLOWED.items()}


# --- reading


def _documents(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tasks as clients see them now (`TaskRead`)."""
    now = clock.now()
    found = []
    for row in rows:
        shown = {name: row[name] for name in persistence.SHOWN}
        allowed = _ONWARD[row["status"]]
        due_at = row["due_at"]
        found.append({**shown, "allowed": allowed, "overdue": bool(allowed) and due_at is not None and due_at < now})
    return found


async def read_task(task_id: UUID, *, reads: Read) -> dict[str, Any]:
    """A task.

    Raises:
        TaskNotFound: when there is none.
    """
    row = await persistence.find(task_id, reads)
    if row is None:
        raise TaskNotFound
    return _documents([row])[0]


async def list_tasks(query: TaskQuery, *, reads: Read, cursors: Cursors) -> Found[dict[str, Any]]:
    """One page of tasks (`TaskRead`)."""
    values: dict[str, Any] = query.model_dump(include=set(persistence.FILTERS), exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    if query.priority is not None:
        values["urgency"] = _URGENCY[values.pop("priority")]
    if query.status is not None:
        where[f"status:{query.status}"] = persistence.standing(query.status)
    if query.open is not None:
        where[f"open:{query.open}"] = persistence.OPEN_ONES if query.open else ~persistence.OPEN_ONES
    timely: dict[str, Any] = {}
    if query.overdue is not None:
        where[f"overdue:{query.overdue}"] = persistence.OVERDUE[query.overdue]
        timely["now"] = clock.now()
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values, unsealed=timely)
    return found.showing(_documents(found.data))


async def read_audit(task_id: UUID, *, reads: Read) -> list[Mapping[str, Any]]:
    """Every step of a task, the first one first.

    Raises:
        TaskNotFound: when there is no such task.
    """
    rows = await persistence.steps_of(task_id, reads)
    if not rows:
        raise TaskNotFound
    note_shown([rows[0]["patient_id"]], resource_id=task_id)
    return [{name: row[name] for name in TaskStep.model_fields} for row in rows]


async def read_board(query: TaskBoardQuery, *, reads: Read) -> dict[str, Any]:
    """Open tasks by status (`Board`)."""
    columns: dict[str, list[dict[str, Any]]] = {str(status): [] for status in OPEN}
    for task in _documents(await persistence.board(query, reads)):
        columns[task["status"]].append(task)
    return {
        "data": {status: tasks[: query.limit] for status, tasks in columns.items()},
        "more": {status: len(tasks) > query.limit for status, tasks in columns.items()},
    }


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The latest tasks of many patients, by patient id, the latest first."""
    loaded: dict[UUID, list[dict[str, Any]]] = {}
    for task in _documents(await persistence.of_patients(ids, reads)):
        loaded.setdefault(task["patient_id"], []).append(task)
    return loaded


# --- changing

_RECORDED = ("task_type", "description", "priority", "status", "due_at", "assignee_id")


async def _record(action: str, row: Mapping[str, Any], before: Mapping[str, Any] | None, db: AnyTransaction) -> None:
    """Tell the audit trail of a change; why a task moved stands in its own audit."""
    after = {name: row[name] for name in _RECORDED}
    had = None if before is None else {name: before[name] for name in _RECORDED}
    await record(
        action, "task", db, resource_id=row["id"], patient_id=row["patient_id"], changes=differences(had, after)
    )


async def order_task(
    new: TaskWrite, *, actor: Actor | None, at: datetime | None = None, db: AnyTransaction
) -> dict[str, Any]:
    """Order a task; answers it (`TaskRead`).

    Args:
        new: The task.
        actor: Who orders it; None for what is brought in.
        at: When it was ordered, of what is brought in; by default now.
        db: The transaction.

    Raises:
        InvalidFields: when there is no such patient, or no such active clinician.
    """
    row = await write_statements.order(
        {
            **new.model_dump(),
            "id": new_id(),
            "actor_id": actor.id if actor else None,
            "actor": actor.username if actor else None,
            "now": at or clock.now(),
        },
        db,
    )
    if row["id"] is None:
        raise _refused(new, patient_there=row["patient_there"], assignee_active=row["assignee_active"])
    await publish(TaskCreated(**about(row)), db)
    await _record("create", row, None, db)
    return _documents([row])[0]


def _refused(new: TaskWrite, *, patient_there: bool, assignee_active: bool | None) -> InvalidFields:
    errors = []
    if not patient_there:
        errors.append(("/patient_id", UNKNOWN_PATIENT.code))
    if new.assignee_id is not None and not assignee_active:
        errors.append(("/assignee_id", _why_not(assignee_active)))
    return InvalidFields([{"pointer": where, "type": why, "ctx": {}} for where, why in errors])


def _why_not(assignee_active: bool | None) -> str:
    return (UNKNOWN_ASSIGNEE if assignee_active is None else INACTIVE_ASSIGNEE).code


async def transition_task(
    task_id: UUID, command: TaskTransition, *, actor: Actor | None, at: datetime | None = None, db: AnyTransaction
) -> dict[str, Any]:
    """Move a task to another status; answers it (`TaskRead`).

    Raises:
        TaskNotFound: when there is none.
        TransitionNotAllowed: when it cannot move so from where it stands.
    """
    row = await write_statements.move(
        task_id,
        command.new_status,
        command.reason,
        actor_id=actor.id if actor else None,
        actor=actor.username if actor else None,
        now=at or clock.now(),
        db=db,
    )
    if row is None:
        raise TaskNotFound
    previous = row["previous_status"]
    if row["id"] is None:
        raise TransitionNotAllowed(current=previous, allowed=_ONWARD[previous])
    moved = TaskTransitioned(
        **about(row), sequence=row["steps"], previous_status=previous, new_status=TaskStatus(row["status"])
    )
    await publish(moved, db)
    await _record("transition", row, {**row, "status": previous}, db)
    return _documents([row])[0]


async def patch_task(task_id: UUID, patch: dict[str, Any], *, if_match: str | None, db: AsyncSession) -> dict[str, Any]:
    """Apply a JSON merge patch to an open task; answers it (`TaskRead`).

    Raises:
        TaskNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        TaskFinal: when it is completed or cancelled.
        InvalidFields: when the result is not valid, or there is no such active clinician.
    """
    row = await write_statements.lock(task_id, db)
    if row is None:
        raise TaskNotFound
    expect_version(if_match, row["version"])
    if TaskStatus(row["status"]) not in OPEN:
        raise TaskFinal(current=row["status"], allowed=[])
    before = {name: row[name] for name in TaskChange.model_fields}
    new = patched(TaskChange, row, patch, **before)
    wanted = new.model_dump()
    if wanted == before:
        note_shown([row["patient_id"]], resource_id=task_id)
        return _documents([row])[0]
    if new.assignee_id is not None and new.assignee_id != row["assignee_id"]:
        active = await write_statements.is_active(new.assignee_id, db)
        if not active:
            raise InvalidFields([{"pointer": "/assignee_id", "type": _why_not(active), "ctx": {}}])
    written = await write_statements.change(task_id, wanted, now=clock.now(), db=db)
    await publish(TaskUpdated(**about(written)), db)
    await _record("update", written, row, db)
    return _documents([written])[0]


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """A deleted patient's tasks leave with the patient."""
    await write_statements.remove_of_patient(patient_id, clock.now(), db)
