"""What can go wrong with tasks.

Conflict
  TaskFinal  409 task_final
  TransitionNotAllowed  409 transition_not_allowed
NotFound
  TaskNotFound  404 task_not_found
"""

from features.tasks.transitions import TaskStatus
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, named


class TaskNotFound(NotFound):
    """There is no such task, or its patient was deleted."""

    code = "task_not_found"
    title = N_("Task not found")
    detail = N_("There is no such task. List them with GET /tasks.")


class TransitionNotAllowed(Conflict):
    """A task cannot move so from where it stands; `current` says where that is, `allowed` where it can move."""

    code = "transition_not_allowed"
    title = N_("The task cannot move so")
    detail = N_("The task is {current}. “allowed” lists where it can move from there.")
    members = named(current=TaskStatus, allowed=list[TaskStatus])
    sample = named(current="ORDERED", allowed=["IN_PROGRESS", "CANCELLED"])


class TaskFinal(Conflict):
    """A completed or cancelled task stays as it is. Order another one."""

    code = "task_final"
    title = N_("The task is over")
    detail = N_("The task is {current}, which is final, so nothing about it can be changed. Order another one.")
    members = named(current=TaskStatus, allowed=list[TaskStatus])
    sample = named(current="COMPLETED", allowed=[])


UNKNOWN_PATIENT = Refusal("unknown_patient", N_("There is no patient with this id."))
UNKNOWN_ASSIGNEE = Refusal("unknown_clinician", N_("There is no clinician with this id."))
INACTIVE_ASSIGNEE = Refusal("inactive_assignee", N_("This clinician is not active any more. Choose another one."))
DUE_RANGE = Refusal("due_range", N_("Tasks are due from {first} to {last}."))
