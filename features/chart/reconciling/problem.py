"""One condition, as the notes so far leave it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from clinical import concepts
from features.chart.reconciling.evidence import Evidence, concept_of

ACTIVE, POSSIBLE, RESOLVED, RULED_OUT, HISTORICAL = "active", "possible", "resolved", "ruled_out", "historical"
# What passes by itself, and has not been told of for so long, is taken for over.
PASSES_WITHIN = timedelta(weeks=12)
_CHRONIC = frozenset({"chronic", "longstanding", "long-standing", "lifelong", "recurrent", "relapsing", "persistent"})
# ... and of what takes months to heal or to treat, for longer.
HEALS_WITHIN = timedelta(weeks=52)
_SLOW = (
    "tuberculosis",
    "mycobacteri",
    "osteomyelitis",
    "endocarditis",
    "discitis",
    "lung abscess",
    "aspergillosis",
    "abnormal liver function",
)
# What these tell of was there before: a letter lists what is known, and what lasts did not begin with it.
_TELL_WHAT_IS_KNOWN = frozenset({"correspondence", "referral", "prescription", "therapy", "nursing"})
_CAUSE = " due to "


@dataclass(slots=True)
class Problem:
    """What is known of one condition so far."""

    concept: str
    side: str | None
    status: str = ""
    detail: str | None = None
    name: str = ""
    since: str | None = None
    evidence: list[Evidence] = field(default_factory=list)
    deciding: list[Evidence] = field(default_factory=list)
    against: list[Evidence] = field(default_factory=list)
    """Statements that contradict the present status, and that nothing settles."""
    detailed: Evidence | None = None
    """Where the detail is from."""
    course: Evidence | None = None
    """Where the latest statement on it says how it goes."""

    over_after: date | None = None
    """The day on which it is over, where no note tells of it later: what a pregnancy brought."""

    treated_by: Sequence[str] = ()
    """The drugs that are taken for it today."""

    left_kinds: set[str] = field(default_factory=set)
    """Of what kinds it is no longer."""

    @property
    def is_open(self) -> bool:
        """Whether it is there, or may be."""
        return self.status in {ACTIVE, POSSIBLE}

    def end(self, said: Evidence, status: str = RESOLVED) -> None:
        """It is over, as `said` has it."""
        self.status = status
        self.evidence.append(said)
        self.deciding.append(said)


def settle(problem: Problem, said: Evidence, status: str) -> None:
    """The statement decides the status."""
    problem.status = status
    problem.since = problem.since or said.fact.get("on") or (None if problem.deciding else since(said))
    if status != ACTIVE or (problem.course and problem.course.note.id != said.note.id):
        problem.course = None
    if status == ACTIVE and said.fact.get("course"):
        problem.course = said
    problem.name = said.fact.get("text") or problem.name
    problem.deciding.append(said)


def since(said: Evidence) -> str | None:
    """Since when a condition is there; unknown where the note tells it as known before and gives no day."""
    fact = said.fact
    listed = said.note.type in _TELL_WHAT_IS_KNOWN and concepts.is_lasting(concept_of(fact, "text"))
    return None if (fact.get("known") or listed) and not fact.get("on") else said.since


@lru_cache(maxsize=8192)
def passes(concept: str) -> bool:
    """Whether a condition passes by itself, as far as the lexicon knows; what a drug did passes as well."""
    if concepts.is_known(concept, "condition"):
        return not concepts.is_lasting(concept)
    named, _, cause = concept.partition(_CAUSE)
    # "neuropathy due to ethambutol", "ethambutol optic neuropathy"
    return concepts.is_known(cause or named.partition(" ")[0], "drug")


def passes_within(concept: str) -> timedelta:
    """How long what passes is taken to be there after the last note that told of it."""
    return HEALS_WITHIN if any(part in concept for part in _SLOW) else PASSES_WITHIN


def is_chronic(detail: str | None) -> bool:
    """Whether what passes in others does not in this patient: "chronic low back pain"."""
    return not _CHRONIC.isdisjoint(re.findall(r"[\w-]+", (detail or "").lower()))


def passes_on(line: Mapping[str, Any]) -> str | None:
    """The last day on which a line of what passes by itself counts as told of; None for what lasts."""
    if not passes(line["concept"]) or is_chronic(line["detail"]) or line["treated_by"]:
        return None
    last: date = line["last_noted"].date() + passes_within(line["concept"])
    return last.isoformat()
