"""How a task may move: the one table that the handler, the database's check, OpenAPI and the manual are made from."""

from collections.abc import Mapping
from enum import StrEnum


class TaskStatus(StrEnum):
    """Where a task stands."""

    ORDERED = "ORDERED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


FIRST = TaskStatus.ORDERED
ALLOWED: Mapping[TaskStatus, tuple[TaskStatus, ...]] = {
    TaskStatus.ORDERED: (TaskStatus.IN_PROGRESS, TaskStatus.CANCELLED),
    TaskStatus.IN_PROGRESS: (TaskStatus.COMPLETED, TaskStatus.ON_HOLD, TaskStatus.CANCELLED),
    TaskStatus.ON_HOLD: (TaskStatus.IN_PROGRESS, TaskStatus.CANCELLED),
    TaskStatus.COMPLETED: (),
    TaskStatus.CANCELLED: (),
}
OPEN = tuple(status for status, onward in ALLOWED.items() if onward)
FINAL = tuple(status for status, onward in ALLOWED.items() if not onward)


def leading_to(status: TaskStatus) -> tuple[TaskStatus, ...]:
    """The statuses from which a task may move to this one."""
    return tuple(before for before, onward in ALLOWED.items() if status in onward)


def in_sql(statuses: tuple[TaskStatus, ...]) -> str:
    """These statuses as an SQL list, for constraints and conditions that are written out."""
    return ", ".join(f"'{status}'" for status in statuses)


def moves_in_sql(before: str, after: str) -> str:
    """The condition that a step from the column `before` to the column `after` is one of the table, or the first."""
    first = f"({before} IS NULL AND {after} = '{FIRST}')"
    onward = (f"({before} = '{status}' AND {after} IN ({in_sql(ALLOWED[status])}))" for status in OPEN)
    # A check that comes to NULL would pass.
    return f"({' OR '.join((first, *onward))}) IS TRUE"


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {FIRST}"]
    for status, onward in ALLOWED.items():
        lines += (f"    {status} --> {after}" for after in onward or ("[*]",))
    return "\n".join(lines)


def in_words() -> str:
    """The table as a Markdown list."""
    return "\n".join(
        f"* `{status}` → {', '.join(f'`{after}`' for after in onward) if onward else 'final'}"
        for status, onward in ALLOWED.items()
    )
