"""The sample ward's tasks: some in each status, some overdue, some that nobody has taken on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.tasks import TaskPriority, TaskStatus, TaskTransition, TaskWrite, order_task, transition_task
from rounds import clock

__all__ = ["TASKS", "SampleTask", "order_sample_tasks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTask:
    """What is to be done for a patient, by MRN; hours count from the moment the ward is loaded."""

    mrn: str
    task_type: str
    description: str | None = None
    priority: TaskPriority = TaskPriority.ROUTINE
    clinician: str | None = None
    ordered: float  # hours ago
    due: float | None = None  # hours from now
    moves: tuple[tuple[TaskStatus, float, str], ...] = ()  # to where, hours ago, why


_BEGUN, _HELD, _DONE, _OFF = TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD, TaskStatus.COMPLETED, TaskStatus.CANCELLED

TASKS: tuple[SampleTask, ...] = (
    SampleTask(
        mrn="119",
        task_type="blood test",
        description="Urea, electrolytes and creatinine before the next dose of the diuretic.",
        priority=TaskPriority.URGENT,
        clinician="Sister Bernadette Quigley",
        ordered=5,
        due=3,
        moves=((_BEGUN, 1, "Sample taken and sent"),),
    ),
    SampleTask(
        mrn="103",
        task_type="ECG",
        description="Twelve leads, at rest.",
        priority=TaskPriority.STAT,
        clinician="Dr Tomasz Zieliński",
        ordered=1,
        due=0.5,
    ),
    SampleTask(mrn="108", task_type="wound check", clinician="Miss Helena Brandt", ordered=30, due=-2),
    SampleTask(
        mrn="122",
        task_type="falls assessment",
        clinician="Jonas Lindqvist",
        ordered=50,
        due=20,
        moves=((_BEGUN, 26, "Begun with the family"), (_HELD, 25, "Too tired today; again tomorrow")),
    ),
    SampleTask(mrn="105", task_type="dietary advice", ordered=8),
    SampleTask(
        mrn="107",
        task_type="medication review",
        priority=TaskPriority.URGENT,
        clinician="Dr Rhys Pritchard",
        ordered=40,
        due=-6,
        moves=((_BEGUN, 30, "Waiting for the pharmacy's list"),),
    ),
    SampleTask(
        mrn="101",
        task_type="x-ray",
        description="Left hip, two views.",
        clinician="Dr Grace Okafor",
        ordered=75,
        due=-40,
        moves=((_BEGUN, 52, "On the way to radiology"), (_DONE, 50, "Reported: implant in place")),
    ),
    SampleTask(
        mrn="121",
        task_type="inhaler training",
        clinician="Dr Naomi Feldman",
        ordered=100,
        due=-70,
        moves=((_BEGUN, 66, "With his mother"), (_DONE, 65, "Shows it back without a mistake")),
    ),
    SampleTask(
        mrn="116",
        task_type="blood test",
        ordered=60,
        due=-10,
        moves=((_OFF, 48, "Done by the practice last week"),),
    ),
    SampleTask(mrn="118", task_type="physiotherapy", clinician="Jonas Lindqvist", ordered=20, due=28),
)


async def order_sample_tasks(patients: Mapping[str, UUID], staff: Mapping[str, UUID], *, db: AsyncSession) -> None:
    """Order the sample tasks, and move them to where they stand.

    Args:
        patients: Ids by MRN.
        staff: Ids of clinicians by name.
        db: The transaction.
    """
    now = clock.now()
    for one in TASKS:
        new = TaskWrite(
            patient_id=patients[one.mrn],
            task_type=one.task_type,
            description=one.description,
            priority=one.priority,
            assignee_id=staff[one.clinician] if one.clinician else None,
            due_at=None if one.due is None else now + timedelta(hours=one.due),
        )
        task = await order_task(new, actor=None, at=now - timedelta(hours=one.ordered), db=db)
        for status, ago, reason in one.moves:
            move = TaskTransition(new_status=status, reason=reason)
            await transition_task(task["id"], move, actor=None, at=now - timedelta(hours=ago), db=db)
