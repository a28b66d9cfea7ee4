"""What the audit trail says of one thing that happened."""

from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any
from uuid import UUID

from rounds.data import new_id

MOST_PATIENTS = 200  # as many as a page has; what shows more is several events


class AuditOutcome(StrEnum):
    """How it turned out."""

    SUCCESS = "success"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class AuditEvent:
    """One entry of the trail, as it is before the database has given it its place there.

    Attributes:
        action: What was done: `view`, `create`, `update`, `delete`, or a slice's own verb such as `transition`.
        resource: What it was done to, by the name of its kind: `patient`, `note`, `recommendation`.
        resource_id: Which one, where it was one.
        patients: Whose records are concerned.
        actor: The username of who did it, or what part of the program.
        actor_id: The account, if it was one.
        request_id: The request in which it was done.
        outcome: How it turned out.
        fields: The names of the fields that changed.
        values: What they held before and hold now; kept apart from the trail, so that it can be erased.
        detail: Fixed words that say more, never personal data: a reason's code, a number of rows.
        noted: When, by the monotonic clock of this process, in seconds.
    """

    action: str
    resource: str
    actor: str
    actor_id: UUID | None = None
    request_id: str | None = None
    resource_id: str | None = None
    patients: tuple[UUID, ...] = ()
    outcome: AuditOutcome = AuditOutcome.SUCCESS
    fields: tuple[str, ...] = ()
    values: dict[str, Any] | None = None
    detail: str | None = None
    id: UUID = field(default_factory=new_id)
    noted: float = field(default_factory=monotonic)
