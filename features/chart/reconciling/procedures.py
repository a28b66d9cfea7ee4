"""What was done, and what is going to be: a plan ends when it is done or declined."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from clinical import concepts
from features.chart.reconciling.evidence import (
    Evidence,
    NoteFacts,
    citations,
    concept_of,
    day_in,
    evidence_of,
    history_of,
    with_year,
)

DONE, PLANNED, DECLINED = "done", "planned", "declined"
# A day without a year comes within so many months where its note plans it; what nobody says was done, and would have
# been done longer ago than it is ahead, is planned.
_SOON_MONTHS, _MONTHS = 3, 12
# An operation with a day and no year that is so short a time ago was done then: nobody plans to the day for next year.
_JUST_BEFORE = timedelta(days=92)
# What is told again within so long after it was done is the same operation; and what can be done only once, always.
_SAME_OPERATION = timedelta(days=180)
_ONCE = re.compile(r"replacement|ectomy\b|transplant|amputation")
_OPERATES = frozenset({"operation", "procedure", "operative"})
_OF_STAYS = _OPERATES | {"discharge"}
_VACCINE = re.compile(r"vacc|jab|shot|immuni|booster|dose", re.IGNORECASE)
# What a note calls no more than that, to say that it is called off.
_UNNAMED = "operation"
_SIDES = ("left", "right", "bilateral")
# The left of an artery or of a chamber is no side of the body.
_ARTERIES = re.compile(r"\b(?:left|right) (?=anterior|main|circumflex|coronary|atri|ventric)")
# These tell of operations that were before.
_RETELL = frozenset(
    {"discharge", "correspondence", "referral", "therapy", "nursing", "laboratory", "imaging", "prescription"}
)


@dataclass(slots=True)
class Procedure:
    """One procedure, from its plan to its end."""

    concept: str
    side: str | None
    text: str = ""
    status: str = ""
    on: str | None = None
    evidence: list[Evidence] = field(default_factory=list)


def _text_of(fact: Any) -> str:
    """As the note has it; a vaccination named by the illness, as one: "flu and pneumococcal vaccination"."""
    text, concept = str(fact["text"]), concept_of(fact, "text")
    return f"{text} vaccination" if concept.endswith(" vaccination") and not _VACCINE.search(text) else text


def procedures_of(notes: Sequence[NoteFacts]) -> list[Procedure]:
    """The procedures of the notes, which come in the order of time."""
    found: list[Procedure] = []
    open_plans: dict[tuple[str, str | None], Procedure] = {}
    done: dict[str, dict[tuple[str | None, str], Procedure]] = {}
    for each in evidence_of(notes, "procedures"):
        fact = each.fact
        key = concept_of(fact, "text"), _side_of(fact)
        status = _status_of(each)
        if key[0] == _UNNAMED:
            _call_off(open_plans, each)
            continue
        if status == PLANNED and _is_told_by_its_letter(each, open_plans.get(key)):
            status = DONE
        if status == DONE:
            when = _when(each)
            before = done.setdefault(key[0], {})
            again = None if when else _told_before(before, key[1], each)
            planned = None if again else open_plans.pop(key, None) or _planned_as(open_plans, key)
            if planned and planned.side and (vague := open_plans.pop((key[0], None), None)):
                found.remove(vague)  # the same was planned without a side before
                planned.evidence[:0] = vague.evidence
            known = again or (None if planned else before.get((key[1], when)) or _told_before(before, key[1], each))
            procedure = known or planned or Procedure(*key)
            before[key[1], when] = procedure
            on = (when or None) if known is None or procedure.on is None else procedure.on
            on = on or _day_planned(planned, each)
        else:
            procedure = open_plans.get(key) or Procedure(*key)
            open_plans[key] = procedure
            on = _told_on(each) or procedure.on
            if status == DECLINED:
                open_plans.pop(key)
        if not procedure.evidence:
            found.append(procedure)
        if status == DONE and key[0] != procedure.concept:
            procedure.concept, procedure.side = key[0], key[1] or procedure.side
        if not (status == DONE and procedure.status == DONE and len(fact["text"]) < len(procedure.text)):
            procedure.text = _text_of(fact)
        procedure.status, procedure.on = status, on
        procedure.evidence.append(each)
    return found


def _call_off(plans: dict[tuple[str, str | None], Procedure], said: Evidence) -> None:
    """End the plan of an operation that is not named: the one for that day; without a day, if only one is planned."""
    when = _told_on(said)
    operations = [
        key
        for key, plan in plans.items()
        if concepts.is_operation(key[0]) and (not when or (plan.on and (plan.on in when or when in plan.on)))
    ]
    if said.fact["status"] == DECLINED and len(operations) == 1:
        plan = plans.pop(operations[0])
        plan.status = DECLINED
        plan.evidence.append(said)


def _status_of(said: Evidence) -> str:
    """As the note says; what it dates after itself is still ahead, and what it dates shortly before itself was done."""
    if said.fact["status"] == DONE and _comes_soon(said):
        return PLANNED
    if said.fact["status"] == PLANNED and _was_just_before(said):
        return DONE
    on = str(said.fact.get("on") or "")
    ahead = on[:4].isdigit() and on > said.note.taken_at.date().isoformat()[: len(on)]
    return PLANNED if said.fact["status"] == DONE and ahead else str(said.fact["status"])


def _comes_soon(said: Evidence) -> bool:
    """Whether the day without a year is soon after the note: "chest film 14 December", written in November.

    The same day of the year before would be most of a year ago, and a note would tell that year.
    """
    yearless = said.fact.get("yearless")
    if not yearless or said.fact.get("retold"):
        return False
    month, noted = int(yearless[2:4]), said.note.taken_at.date()
    later = month == noted.month and yearless[2:] > noted.isoformat()[5:]
    return later or 0 < (month - noted.month) % _MONTHS <= _SOON_MONTHS


def _was_just_before(said: Evidence) -> bool:
    """Whether its day without a year was shortly before the note: "left carotid endarterectomy 13 March", of the 17th.

    Nobody plans an operation to the day almost a year ahead without the year.
    """
    yearless = said.fact.get("yearless") or ""
    if len(yearless) != len("--10-14") or said.fact.get("section") == "plan":
        return False
    noted = said.note.taken_at.date()
    day = day_in(with_year(yearless, noted, ahead=False))
    return day is not None and timedelta(0) < noted - day <= _JUST_BEFORE


def _day_planned(plan: Procedure | None, said: Evidence) -> str | None:
    """The day for which an operation was planned that a note just after it tells as done without a day."""
    day, noted = day_in(plan.on) if plan else None, said.note.taken_at.date()
    return day.isoformat() if day is not None and timedelta(0) <= noted - day <= _JUST_BEFORE else None


def _is_told_by_its_letter(said: Evidence, plan: Procedure | None) -> bool:
    """Whether the letter of a stay names the operation that was planned for a day just before: it was done then."""
    if plan is None or plan.status != PLANNED or said.note.type not in _OF_STAYS or _told_on(said):
        return False
    day, noted = day_in(plan.on), said.note.taken_at.date()
    ahead = said.fact.get("section") == "plan"
    return day is not None and not ahead and timedelta(0) <= noted - day <= _JUST_BEFORE


def _is_ahead(said: Evidence, status: str) -> bool:
    """Whether the next such day is meant: always of what is planned, of what was declined where it is nearer."""
    month = int(said.fact["yearless"][2:4])
    return status == PLANNED or (month - said.note.taken_at.month) % _MONTHS < _MONTHS // 2


def _told_on(said: Evidence) -> str | None:
    """The day, month or year that the note tells; with the year that it means, where it leaves that out."""
    told, yearless = said.fact.get("on"), said.fact.get("yearless")
    if told or not yearless:
        return told
    status = _status_of(said)
    # What was cancelled or declined was to come more often than it was long ago.
    return with_year(yearless, said.note.taken_at.date(), ahead=status != DONE and _is_ahead(said, status))


def _side_of(fact: Any) -> str | None:
    words = _ARTERIES.sub("", fact["text"].lower()).split()
    return next((side for side in _SIDES if side in words), None)


def _when(said: Evidence) -> str:
    """When it was done; empty where a note tells of an operation that was before, without saying when."""
    fact, told = said.fact, _told_on(said)
    if not told and (fact.get("places") or {}).get("on"):
        return said.note.taken_at.date().isoformat()  # "performed today"
    # Whoever checks a pacemaker names it, too.
    if not told and concepts.is_implant(concept_of(fact, "text")) and said.note.type not in _OPERATES:
        return ""
    before = fact.get("section") == "subjective" or said.note.type in _RETELL
    if not told and (fact.get("retold") or (before and concepts.is_operation(concept_of(fact, "text")))):
        return ""
    return str(told or said.note.taken_at.date().isoformat())


def _told_before(done: dict[tuple[str | None, str], Procedure], side: str | None, said: Evidence) -> Procedure | None:
    """What later notes recount without a date, or with a part of it, is the one that was done before."""
    told = _told_on(said)
    once = said.fact.get("retold") or (bool(done) and concepts.is_operation(next(iter(done.values())).concept))
    # What is made again and again is recounted only in its own note, whose procedures stand last.
    own = not (told or once)
    for (other, when), procedure in reversed(done.items()) if own else done.items():
        if own and procedure.evidence[-1].note.id != said.note.id:
            return None
        if side not in {other, None}:
            continue
        undated = (
            bool(told) and not when and said.note.taken_at - procedure.evidence[-1].note.taken_at <= _SAME_OPERATION
        )
        if undated or (when.startswith(str(told)) if told else _recounts(procedure, said, once=bool(once))):
            return procedure
    return None


def _recounts(procedure: Procedure, said: Evidence, *, once: bool) -> bool:
    """Whether an undated mention tells once more what was done; tests and scans are made again and again.

    In the same note, it is the same one whatever it is.
    """
    last = procedure.evidence[-1].note
    if last.id == said.note.id:
        return True
    if not once:
        return False
    if said.fact.get("retold"):
        return True
    return said.note.taken_at - last.taken_at <= _SAME_OPERATION or _is_once(procedure.concept)


def _is_once(concept: str) -> bool:
    return _ONCE.search(concept) is not None or concepts.is_implant(concept)


def _planned_as(plans: dict[tuple[str, str | None], Procedure], key: tuple[str, str | None]) -> Procedure | None:
    """The plan that was carried out with this: the same procedure without a side, or named more or less exactly.

    "CT arranged" is done with "CT chest".
    """
    words = _words_of(key[0])
    for concept, side in plans:
        planned = _words_of(concept)
        if (planned <= words or words <= planned) and (side is None or key[1] is None or side == key[1]):
            return plans.pop((concept, side))
    return None


@lru_cache(maxsize=4096)
def _words_of(concept: str) -> frozenset[str]:
    return frozenset(concept.split())


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
