"""The SQL that writes tasks: each change with its step, in one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.patients import PATIENTS
from features.staff import CLINICIAN_ROWS
from features.tasks.persistence import ROWS, SEEN_IN_TEXT, SHOWN
from features.tasks.tables import SPENT, UNTOLD, Task
from features.tasks.transitions import FIRST, leading_to
from rounds.data import AnyTransaction, Query, send
from rounds.viewer import VIEWED_AT, VIEWER

_SHOWN = ", ".join(SHOWN)
_STEP = "task_id, sequence, previous_status, new_status, reason, actor_id, actor, at"
# The patient is held, so that one who is being deleted is gone before, or takes this task along. As text, here and
# below, since SQLAlchemy would take as long to recognise the statement each time as PostgreSQL takes to run it.
_ORDER = Query(
    text(f"""
WITH patient AS (
    SELECT id FROM ({PATIENTS.element}) AS patients WHERE id = CAST(:patient_id AS uuid) FOR SHARE
), clinician AS (
    SELECT id, active FROM ({CLINICIAN_ROWS.element}) AS clinicians WHERE id = CAST(:assignee_id AS uuid)
), written AS (
    INSERT INTO task (id, patient_id, assignee_id, task_type, description, priority, due_at, status, status_since,
        steps, created_by, version, created_at, updated_at)
    SELECT CAST(:id AS uuid), patient.id, CAST(:assignee_id AS uuid), CAST(:task_type AS text),
        CAST(:description AS text), CAST(:priority AS text), CAST(:due_at AS timestamptz), '{FIRST}',
        CAST(:now AS timestamptz), 1, CAST(:actor_id AS uuid), 1, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
    FROM patient
    WHERE CAST(:assignee_id AS uuid) IS NULL OR EXISTS (SELECT FROM clinician WHERE active)
    RETURNING *
), noted AS (
    INSERT INTO task_step ({_STEP})
    SELECT id, 1, NULL, status, NULL, created_by, CAST(:actor AS text), created_at FROM written
)
SELECT {", ".join(f"written.{name}" for name in SHOWN)}, EXISTS (SELECT FROM patient) AS patient_there,
    (SELECT active FROM clinician) AS assignee_active
FROM (SELECT 1) AS one LEFT JOIN written ON true
""").bindparams(VIEWER, VIEWED_AT)  # noqa: S608 - the parts spliced in are constants, and selects of ours
)


async def order(values: Mapping[str, Any], db: AnyTransaction) -> Mapping[str, Any]:
    """Store a new task with its first step.

    Answers its row; with a null `id`, `patient_there` and `assignee_active` (null: there is none) say why it was not
    stored.
    """
    (row,) = await send(_ORDER, db, values)
    return row


_ADDED_UP = ", ".join(
    f"{column} = CASE task.status WHEN '{status}' THEN coalesce({column}, interval '0') + "
    f"greatest(CAST(:now AS timestamptz) - status_since, interval '0') ELSE {column} END"
    for status, column in SPENT.items()
)
# Who waits for the task's lock finds it as the one before left it, and moves it only from a status that allows it.
_MOVE = Query(
    text(f"""
WITH found AS (
    SELECT id, status FROM task WHERE id = CAST(:id AS uuid) AND deleted_at IS NULL AND {SEEN_IN_TEXT} FOR UPDATE
), written AS (
    UPDATE task SET status = :new_status, status_since = CAST(:now AS timestamptz), steps = steps + 1,
        {_ADDED_UP},
        version = version + 1, updated_at = CAST(:now AS timestamptz)
    FROM found
    WHERE task.id = found.id AND found.status = ANY(CAST(:allowed AS text[]))
    RETURNING task.*
), noted AS (
    INSERT INTO task_step ({_STEP})
    SELECT written.id, steps, found.status, written.status, CAST(:reason AS text), CAST(:actor_id AS uuid),
        CAST(:actor AS text), written.updated_at
    FROM written JOIN found ON found.id = written.id
)
SELECT found.status AS previous_status, written.steps, {", ".join(f"written.{name}" for name in SHOWN)}
FROM found LEFT JOIN written ON written.id = found.id
""").bindparams(VIEWER, VIEWED_AT)  # noqa: S608 - the parts spliced in are constants, and a condition of ours
)


async def move(
    task_id: UUID,
    new_status: Any,
    reason: str,
    *,
    actor_id: UUID | None,
    actor: str | None,
    now: datetime,
    db: AnyTransaction,
) -> Mapping[str, Any] | None:
    """Move a task and note the step, if its status allows it; None when there is no such task.

    Answers its row with `previous_status`; with a null `id` when it stands where it may not move so.
    """
    values = {
        "id": task_id,
        "new_status": str(new_status),
        "reason": reason,
        "allowed": [str(status) for status in leading_to(new_status)],
        "actor_id": actor_id,
        "actor": actor,
        "now": now,
    }
    return next(iter(await send(_MOVE, db, values)), None)


_LOCK = ROWS.where(col(Task.id) == bindparam("id")).with_for_update()
_CLINICIAN = text(f"SELECT active FROM ({CLINICIAN_ROWS.element}) AS clinicians WHERE id = :id")  # noqa: S608 - a select of ours
_CHANGE = text(f"""
UPDATE task SET description = :description, priority = :priority, due_at = :due_at, assignee_id = :assignee_id,
    version = version + 1, updated_at = :now
WHERE id = :id RETURNING {_SHOWN}
""")  # noqa: S608 - the parts spliced in are constants


async def lock(task_id: UUID, db: AsyncSession) -> Mapping[str, Any] | None:
    """The task's row, held until the end of the transaction."""
    row = (await db.execute(_LOCK, {"id": task_id})).mappings().one_or_none()
    return None if row is None else dict(row)


async def is_active(clinician_id: UUID, db: AsyncSession) -> bool | None:
    """Whether a clinician is active; None when there is no such clinician."""
    active: bool | None = await db.scalar(_CLINICIAN, {"id": clinician_id})
    return active


async def change(task_id: UUID, values: Mapping[str, Any], *, now: datetime, db: AsyncSession) -> Mapping[str, Any]:
    """Write what may be changed about a task that is held; answers its row."""
    return dict((await db.execute(_CHANGE, {**values, "id": task_id, "now": now})).mappings().one())


_REMOVE = text("""
UPDATE task SET deleted_at = :now, updated_at = :now, version = version + 1
WHERE patient_id = :patient_id AND deleted_at IS NULL
""")


async def remove_of_patient(patient_id: UUID, now: datetime, db: AsyncSession) -> None:
    """Take a patient's tasks out of every read."""
    await db.execute(_REMOVE, {"patient_id": patient_id, "now": now})


_OVERDUE = text(f"""
UPDATE task SET overdue_told_for = due_at WHERE id IN (
    SELECT id FROM task WHERE {UNTOLD} AND due_at < :now ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
)
RETURNING {_SHOWN}
""")  # noqa: S608 - the parts spliced in are constants


async def take_overdue(now: datetime, *, most: int, db: AsyncSession) -> list[Mapping[str, Any]]:
    """Overdue tasks that nobody has been told about; from now on they count as told."""
    found = await db.execute(_OVERDUE, {"now": now, "most": most})
    return [dict(row) for row in found.mappings()]
