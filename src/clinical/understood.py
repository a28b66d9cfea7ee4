"""What a note says, apart from how that is read, so that whoever only handles it need not load the readers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from clinical.fact_json import as_json
from clinical.facts import FactValue


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a note says."""

    type: str
    """One of the fourteen types of notes."""
    type_confidence: float
    """How sure the type is, from 0 to 1."""
    author: str | None
    """Who signed it, as it stands there."""
    encounter_at: date | datetime | None
    """When the encounter was, if the note says so without doubt."""
    sections: dict[str, str | None] | None
    """subjective, objective, assessment and plan; None when the note has no such parts."""
    facts: dict[str, Sequence[FactValue]] = field(default_factory=dict)
    """What it says (`clinical.facts`), by kind."""

    def stored(self) -> dict[str, list[dict[str, Any]]]:
        """The facts as they are stored and answered: plain values."""
        return {kind: [as_json(fact) for fact in facts] for kind, facts in self.facts.items()}
