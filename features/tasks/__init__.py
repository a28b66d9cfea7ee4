"""Tasks: what is to be done for a patient, moved step by step, and each step kept."""

from features.patients import includable, listable_by, when_deleted
from features.tasks import handler, included
from features.tasks.events import TaskCreated, TaskEvent, TaskOverdue, TaskTransitioned, TaskUpdated
from features.tasks.handler import order_task, transition_task
from features.tasks.problems import TaskNotFound
from features.tasks.schema import OpenTasks, TaskPriority, TaskRead, TaskTransition, TaskWrite
from features.tasks.transitions import TaskStatus

includable("tasks", handler.load_for_patients, shows=list[TaskRead], missing=list, scope="tasks:read")
includable("open_tasks", included.load_open_tasks, shows=OpenTasks, missing=included.no_open_tasks, scope="tasks:read")
listable_by("open_tasks", included.OWNERS, scope="tasks:read")
when_deleted(handler.remove_of_patient)

__all__ = [
    "TaskCreated",
    "TaskEvent",
    "TaskNotFound",
    "TaskOverdue",
    "TaskPriority",
    "TaskStatus",
    "TaskTransition",
    "TaskTransitioned",
    "TaskUpdated",
    "TaskWrite",
    "order_task",
    "transition_task",
]
