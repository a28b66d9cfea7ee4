"""What is not tolerated: a denial of all allergies hides none that has a name, and what was taken back is refuted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from clinical import concepts
from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of

PRESENT, DENIED, REFUTED = "present", "denied", "refuted"
# What a denial names that is of no substance but of all, or of a whole class.
_GENERAL = frozenset({"any", "drug", "drugs", "food", "foods", "environmental"})


# What shows that somebody is not allergic.
_CHALLENGES = frozenset({"food challenge", "drug challenge", "skin prick test", "allergy test", "patch test"})


@dataclass(slots=True)
class Allergy:
    """What is known of one substance so far."""

    concept: str
    substance: str = ""
    reaction: str | None = None
    status: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    deciding: list[Evidence] = field(default_factory=list)
    denials: list[Evidence] = field(default_factory=list)
    """Denials of this very substance that say nothing of its earlier record, which therefore stands."""


def allergies_of(notes: Sequence[NoteFacts]) -> list[Allergy]:
    """The allergies of the notes, which come in the order of time."""
    allergies: dict[str, Allergy] = {}
    for each in evidence_of(notes, "allergies"):
        concept = _concept_of(each)
        _hear(allergies.setdefault(concept, Allergy(concept)), each)
    named = any(allergy.status == PRESENT for allergy in allergies.values())
    return [allergy for allergy in allergies.values() if not (named and allergy.concept in _GENERAL)]


def _concept_of(said: Evidence) -> str:
    """The substance under its one name: eggs are egg."""
    named = concept_of(said.fact, "substance")
    return named if named in _GENERAL else concepts.concept_of(named, "allergen")


def _hear(allergy: Allergy, said: Evidence) -> None:
    fact = said.fact
    allergy.evidence.append(said)
    allergy.substance = fact["substance"]
    if fact["status"] == "present":
        allergy.reaction = fact.get("reaction") or allergy.reaction
        allergy.status = PRESENT
        allergy.denials.clear()
    elif fact.get("retracted") or (allergy.status == PRESENT and _is_challenged(said)):
        allergy.status = REFUTED
        allergy.denials.clear()
    elif allergy.status == PRESENT:
        allergy.denials.append(said)
        return
    elif allergy.status != REFUTED:
        allergy.status = DENIED
    allergy.deciding.append(said)


def _is_challenged(said: Evidence) -> bool:
    """Whether the note that denies it tells of a challenge or a test for allergy that was done."""
    return any(
        fact["status"] == "done" and concept_of(fact, "text") in _CHALLENGES
        for fact in said.note.facts.get("procedures", ())
    )


def lines_of(allergies: Iterable[Allergy]) -> list[dict[str, Any]]:
    """The allergies as the chart answers them, those that are present first."""
    order = [PRESENT, REFUTED, DENIED]
    return [
        {
            "substance": allergy.substance,
            "concept": allergy.concept,
            "reaction": allergy.reaction if allergy.status != DENIED else None,
            "status": allergy.status,
            "citations": citations(allergy.deciding),
            "history": history_of(allergy.evidence, "status", "reaction", "retracted"),
        }
        for allergy in sorted(allergies, key=lambda allergy: (order.index(allergy.status), allergy.substance))
    ]


def conflicts_in(allergies: Iterable[Allergy]) -> list[dict[str, Any]]:
    """Substances to which one note tells an allergy and a later one denies it, without saying why."""
    return [
        {
            "about": f"allergy to {allergy.substance}",
            "between": [
                {"said": each.fact["status"], **each.citation()} for each in (allergy.deciding[-1], *allergy.denials)
            ],
        }
        for allergy in allergies
        if allergy.denials
    ]
