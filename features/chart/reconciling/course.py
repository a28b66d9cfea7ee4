"""One drug, as the notes so far leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from features.chart.reconciling.evidence import Evidence

CURRENT, STOPPED, COMPLETED, ON_HOLD, PLANNED, UNCLEAR = (
    "current",
    "stopped",
    "completed",
    "on_hold",
    "planned",
    "unclear",
)
# How a drug is off, by how its notes say that it came to its end; else it is stopped.
ENDINGS = {"held": ON_HOLD, "completed": COMPLETED}


@dataclass(slots=True)
class Course:
    """What is known of one drug so far."""

    concept: str
    status: str = UNCLEAR
    name: str = ""
    ingredient: str | None = None
    dose: str | None = None
    strength: str | None = None
    route: str | None = None
    frequency: str | None = None
    regimen: Sequence[Mapping[str, Any]] = ()
    reason: str | None = None
    remark: str | None = None
    since: str | None = None
    until: date | None = None
    why: str | None = None
    """What settled the status where no statement on the drug itself did."""
    evidence: list[Evidence] = field(default_factory=list)
    deciding: list[Evidence] = field(default_factory=list)
    told_by: dict[str, Evidence] = field(default_factory=dict)
    """Which statement each part (dose, route, frequency ...) is from."""
    rivals: list[Evidence] = field(default_factory=list)
    """Statements that contradict the present one, and that nothing settles."""

    @property
    def is_taken(self) -> bool:
        """Whether the notes so far say that it is taken."""
        return self.status == CURRENT

    def settle(self, said: Evidence, status: str, *, until: date | None) -> None:
        """The statement decides the status."""
        self.status, self.until, self.why = status, until, None
        self.deciding.append(said)
