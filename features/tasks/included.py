"""What `?include=` shows of many patients' open tasks: how many, how many of them press, and when the next is due."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, any_, bindparam, func, select
from sqlmodel import col

from features.tasks.persistence import LIVE, OPEN_ONES, SEEN
from features.tasks.tables import Task
from rounds import clock
from rounds.data import Query, Read

_now: Any = bindparam("now", type_=DateTime(timezone=True))
_OPEN = Query(
    select(
        col(Task.patient_id),
        func.count().label("count"),
        func.count().filter(col(Task.priority) != "routine").label("urgent"),
        func.count().filter(col(Task.due_at) < _now).label("overdue"),
        func.min(col(Task.due_at)).label("next_due_at"),
    )
    .where(LIVE, SEEN, OPEN_ONES, col(Task.patient_id) == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .group_by(col(Task.patient_id))
)
_SHOWN = ("count", "urgent", "overdue", "next_due_at")


# Whose tasks are open.
OWNERS = select(col(Task.patient_id)).where(LIVE, SEEN, OPEN_ONES)


async def load_open_tasks(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """How many tasks of each patient are open, urgent or stat, and overdue; and when the next is due."""
    rows = await reads.all(_OPEN, ids=list(ids), now=clock.now())
    return {row["patient_id"]: {name: row[name] for name in _SHOWN} for row in rows}


def no_open_tasks() -> dict[str, Any]:
    """What a patient has of whom nothing is open."""
    return {"count": 0, "urgent": 0, "overdue": 0, "next_due_at": None}
