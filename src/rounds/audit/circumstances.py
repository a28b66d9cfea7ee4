"""Who acts, in which request, and what has been recorded of it so far; what is called from there finds it here."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from rounds.audit.event import MOST_PATIENTS, AuditEvent, AuditOutcome
from rounds.audit.views import Views

ANONYMOUS = "anonymous"
SYSTEM = "system"


class Circumstances:
    """What is the same for all that one request, command or delivery does."""

    __slots__ = ("actor", "actor_id", "changed", "request_id", "resource_id", "shown", "views")

    def __init__(
        self,
        actor: str,
        actor_id: UUID | None = None,
        *,
        request_id: str | None = None,
        views: Views | None = None,
    ) -> None:
        self.actor = actor
        self.actor_id = actor_id
        self.request_id = request_id
        self.views = views
        self.shown: list[UUID] | None = None
        self.resource_id: str | None = None
        self.changed = False

    def event(
        self,
        action: str,
        resource: str,
        *,
        resource_id: object = None,
        patients: tuple[UUID, ...] = (),
        outcome: AuditOutcome = AuditOutcome.SUCCESS,
        detail: str | None = None,
    ) -> AuditEvent:
        """Something that happened under these circumstances."""
        return AuditEvent(
            action=action,
            resource=resource,
            actor=self.actor,
            actor_id=self.actor_id,
            request_id=self.request_id,
            resource_id=None if resource_id is None else str(resource_id),
            patients=patients,
            outcome=outcome,
            detail=detail,
        )

    def view(
        self, resource: str, patients: Iterable[UUID], *, action: str = "view", resource_id: object = None
    ) -> None:
        """Note that these patients' records were shown just now; what goes on after the answer notes it so, too."""
        if self.views is None:
            return
        whose = tuple(dict.fromkeys(patients))
        if len(whose) == 1:  # nearly always
            self.views.add(self.event(action, resource, resource_id=resource_id, patients=whose))
            return
        for start in range(0, len(whose) or 1, MOST_PATIENTS):
            some = whose[start : start + MOST_PATIENTS]
            self.views.add(self.event(action, resource, resource_id=resource_id, patients=some))

    async def settled(self) -> None:
        """Wait while views wait for too long; see `Views`."""
        if self.views is not None and self.views.is_behind:
            await self.views.caught_up()


_nobody = Circumstances(SYSTEM)
current: ContextVar[Circumstances] = ContextVar("rounds.audit", default=_nobody)


def circumstances() -> Circumstances:
    """Those of whoever calls; outside any request, command or delivery those of the program itself."""
    return current.get()


def note_shown(patients: Iterable[UUID | None], *, resource_id: object = None) -> None:
    """Say whose records this request shows; an empty list where it shows nobody's.

    Args:
        patients: The patients' ids, repeated or not; None for what belongs to nobody.
        resource_id: What was looked at, where it was one thing.
    """
    now = current.get()
    if now is _nobody:  # the program looks at its own data
        return
    known = now.shown = now.shown if now.shown is not None else []
    known.extend(patient for patient in patients if patient is not None)
    if resource_id is not None:
        now.resource_id = str(resource_id)


@contextmanager
def acting_as(actor: str, actor_id: UUID | None = None) -> Iterator[Circumstances]:
    """Within the block whatever is recorded is recorded as done by `actor`, e.g. `command:import`."""
    found = Circumstances(actor, actor_id)
    token = current.set(found)
    try:
        yield found
    finally:
        current.reset(token)
