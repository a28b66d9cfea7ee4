"""Tasks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.tasks import handler, statistics
from features.tasks.problems import TaskFinal, TaskNotFound, TransitionNotAllowed
from features.tasks.schema import (
    TaskAudit,
    TaskBoard,
    TaskBoardQuery,
    TaskPatch,
    TaskQuery,
    TaskRead,
    TaskTransition,
    TaskWrite,
)
from features.tasks.statistics import TaskStatistics, TaskStatisticsQuery
from features.tasks.transitions import diagram, in_words
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import FreshReads, PlainTx, Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("tasks")

CanRead = Annotated[Actor, require("tasks:read")]
CanWrite = Annotated[Actor, require("tasks:write")]

_MOVES = f"""\
Move a task to another status. Every move is audited.

{in_words()}

Any other move, one to where it stands included, is 409 with `current` and `allowed`. Of two that race one wins.

```mermaid
{diagram()}
```
"""


@router.get("/tasks", response_model=Page[TaskRead])
@shows("task")
async def list_tasks(query: Annotated[TaskQuery, Query()], actor: CanRead, request: Request, reads: Reads) -> Response:
    """List tasks, by default what is due first.

    `sort=-priority` puts the most urgent first: `stat`, then `urgent`, then `routine`. Without a due date a task comes
    after all that have one.
    """
    found = await handler.list_tasks(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(task["patient_id"] for task in found.data)
    return found.answer(request)


@router.post("/tasks", status_code=201, response_model=TaskRead)
@changes("task")
async def order(body: TaskWrite, actor: CanWrite, db: PlainTx) -> Response:
    """Order a task for a patient. It begins as `ORDERED`."""
    task = await handler.order_task(body, actor=actor, db=db)
    return created(task, f"/tasks/{task['id']}", version=task["version"])


@router.get("/tasks/board", response_model=TaskBoard)
@shows("task")
async def read_task_board(query: Annotated[TaskBoardQuery, Query()], actor: CanRead, reads: Reads) -> Response:
    """Read the open tasks by status: the most urgent first, and of those what is due first."""
    board = await handler.read_board(query, reads=reads)
    note_shown(task["patient_id"] for tasks in board["data"].values() for task in tasks)
    return answer(board)


@router.get("/tasks/statistics")
@shows_no_patient
async def count_tasks(query: Annotated[TaskStatisticsQuery, Query()], actor: CanRead, reads: Reads) -> TaskStatistics:
    """Count tasks by type, assignee or month: whether they were done in time, and how long they stood where.

    Months are those of UTC, and a task belongs to the one in which it was ordered.
    """
    return await statistics.count_tasks(query, reads=reads)


@router.get("/tasks/{task_id}", response_model=TaskRead, responses={**NOT_MODIFIED, **documents(TaskNotFound)})
@shows("task")
async def read(task_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None) -> Response:
    """Read one task."""
    task = await handler.read_task(task_id, reads=reads)
    note_shown([task["patient_id"]], resource_id=task_id)
    # Nothing is written when a task becomes overdue, so its version does not tell before from after.
    return answer(task, version=task["version"], if_none_match=None if task["overdue"] else if_none_match)


@router.patch(
    "/tasks/{task_id}", response_model=TaskRead, responses=documents(TaskNotFound, TaskFinal, PreconditionFailed)
)
@changes("task")
async def patch(task_id: UUID, body: TaskPatch, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> Response:
    """Change what is to be done, how urgently, by when or by whom, while the task is open.

    It is a JSON merge patch: `null` empties a field. The status moves by `POST /tasks/{task_id}/transition`.
    """
    wanted = body.model_dump(mode="json", exclude_unset=True)
    task = await handler.patch_task(task_id, wanted, if_match=if_match, db=db)
    return answer(task, version=task["version"])


@router.post(
    "/tasks/{task_id}/transition",
    response_model=TaskRead,
    description=_MOVES,
    responses=documents(TaskNotFound, TransitionNotAllowed),
)
@changes("task")
async def transition(task_id: UUID, command: TaskTransition, actor: CanWrite, db: PlainTx) -> Response:
    """Move a task to another status. Every move is audited."""
    task = await handler.transition_task(task_id, command, actor=actor, db=db)
    return answer(task, version=task["version"])


@router.get("/tasks/{task_id}/audit", response_model=TaskAudit, responses=documents(TaskNotFound))
@shows("task")
async def read_task_steps(task_id: UUID, actor: CanRead, reads: FreshReads) -> Response:
    """Read every step of a task since it was ordered: who moved it, when, from where to where, and why."""
    return answer({"data": await handler.read_audit(task_id, reads=reads)})
