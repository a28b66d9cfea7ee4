"""What was done, and what is going to be: a plan ends when it is done or declined."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of

DONE, PLANNED, DECLINED = "done", "planned", "declined"
_SIDES = ("left", "right", "bilateral")


@dataclass(slots=True)
class Procedure:
    """One procedure, from its plan to its end."""

    concept: str
    side: str | None
    text: str = ""
    status: str = ""
    on: str | None = None
    evidence: list[Evidence] = field(default_factory=list)


def procedures_of(notes: Sequence[NoteFacts]) -> list[Procedure]:
    """The procedures of the notes, which come in the order of time."""
    found: list[Procedure] = []
    open_plans: dict[tuple[str, str | None], Procedure] = {}
    done: dict[str, dict[tuple[str | None, str], Procedure]] = {}
    for each in evidence_of(notes, "procedures"):
        fact = each.fact
        key = concept_of(fact, "text"), _side_of(fact)
        status = fact["status"]
        if status == DONE:
            when = _when(each)
            before = done.setdefault(key[0], {})
            known = before.get((key[1], when)) or _told_before(before, key[1], fact)
            procedure = known or open_plans.pop(key, None) or _planned_as(open_plans, key) or Procedure(*key)
            open_plans.pop(key, None)
            before[key[1], when] = procedure
            on = when if known is None else procedure.on
        else:
            procedure = open_plans.get(key) or Procedure(*key)
            open_plans[key] = procedure
            on = fact.get("on") or procedure.on
            if status == DECLINED:
                open_plans.pop(key)
        if not procedure.evidence:
            found.append(procedure)
        procedure.text, procedure.status, procedure.on = fact["text"], status, on
        procedure.evidence.append(each)
    return found


def _side_of(fact: Any) -> str | None:
    words = fact["text"].lower().split()
    return next((side for side in _SIDES if side in words), None)


def _when(said: Evidence) -> str:
    return str(said.fact.get("on") or said.note.taken_at.date().isoformat())


def _told_before(done: dict[tuple[str | None, str], Procedure], side: str | None, fact: Any) -> Procedure | None:
    """What later notes recount without a date, or with a part of it, is the one that was done before."""
    if not _recounts(fact):
        return None
    told = fact.get("on")
    for (other, when), procedure in done.items():
        if side in {other, None} and (told is None or when.startswith(str(told))):
            return procedure
    return None


def _recounts(fact: Any) -> bool:
    # Investigations are made again and again; an operation that is told once more is the same one.
    return bool(fact.get("recounted", fact.get("on") is not None))


def _planned_as(plans: dict[tuple[str, str | None], Procedure], key: tuple[str, str | None]) -> Procedure | None:
    """The plan of the same procedure that named no side."""
    return plans.pop((key[0], None), None) if key[1] is not None else None


def lines_of(procedures: Sequence[Procedure]) -> list[dict[str, Any]]:
    """The procedures as the chart answers them, the latest first."""
    return [
        {
            "text": procedure.text,
            "concept": procedure.concept,
            "status": procedure.status,
            "on": procedure.on,
            "citations": citations(procedure.evidence),
            "history": history_of(procedure.evidence, "status", "on"),
        }
        for procedure in sorted(procedures, key=lambda one: one.evidence[-1].note.taken_at, reverse=True)
    ]


def is_ahead(procedure: Procedure, as_of: date) -> bool:
    """Whether a plan is still ahead: neither done nor declined, and its time not gone by."""
    if procedure.status != PLANNED:
        return False
    if procedure.on is None or not procedure.on[:4].isdigit():
        return True  # "in November": nobody says of which year
    return procedure.on >= as_of.isoformat()[: len(procedure.on)]
