"""Facts as they are stored and answered: plain values, under the names of the contract."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from clinical.facts import Diagnosis, FactValue, Medication, MedicationStatus, Place, Reality, RegimenStep

# What the contract tells of a reality: four words.
_CERTAINTY = {
    Reality.ACTUAL: "actual",
    Reality.PAST: "actual",
    Reality.PLANNED: "planned",
    Reality.CONDITIONAL: "conditional",
    Reality.CONSIDERED: "conditional",
    Reality.REQUESTED: "conditional",
    Reality.DECLINED: "declined",
}

# What may be said of a medication that is taken, or was; of every other one it is only said that it is named.
_MENTIONED = frozenset({MedicationStatus.MENTIONED})
_STATUSES = {
    Reality.ACTUAL: frozenset(MedicationStatus),
    Reality.PAST: _MENTIONED | {MedicationStatus.STOPPED},
}


def as_json(fact: FactValue) -> dict[str, Any]:
    """A fact as it is stored and answered: plain values, with the certainty of a medication in the contract's words."""
    values = {field.name: _plain(getattr(fact, field.name)) for field in fields(fact)}
    if isinstance(fact, Medication):
        values["certainty"] = _CERTAINTY[fact.reality]
        if fact.status not in _STATUSES.get(fact.reality, _MENTIONED):
            values["status"] = MedicationStatus.MENTIONED.value
    if isinstance(fact, Diagnosis):
        values["relative"] = " and ".join(fact.relatives) or None
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Place):
        return [value.start, value.end]
    if isinstance(value, RegimenStep):
        return {"dose": value.dose, "frequency": value.frequency, "duration": value.duration}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
