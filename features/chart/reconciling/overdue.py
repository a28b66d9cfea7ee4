"""What was planned, whose time has gone by, and of which no later note tells that it was done.

Only what leaves a trace in notes when it is done: tests, scans, stitches taken out. A visit leaves the note itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from clinical import concepts
from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, day_in, evidence_of
from features.chart.reconciling.procedures import PLANNED, Procedure
from features.chart.reconciling.steps import last_day_of_plan
from features.chart.reconciling.steps_kept import is_within

# What was planned longer ago than this is of another illness, or was dropped.
ASKED_FOR = timedelta(days=200)
_MOST = 4
_TEST = re.compile(
    r"\b(?:repeat|recheck|re-check|bloods?|blood count|u&es?|u\+es|urea|electrolytes|lfts?|lipids?|scan|x-?ray|ct|mri|"
    r"ultrasound|echo|ecg|swab|culture|screen(?:ing)?|(?:sutures?|stitches|clips|staples) out|"
    r"(?:suture|stitch|clip|staple)s? removal|eye (?:check|test)|biopsy|\w*scopy|angiogra\w+|dexa|spirometry|holter|"
    r"sleep study|mammogra\w+|smear)\b",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"\b(?:review|clinic|appointment|follow[- ]?up|session|physio\w*|rehab\w*|referral|refer|dietitian|nurse|call|ring|"
    r"return|see|letter|discharge\w*|home|vaccin\w*|class|therapy|counselling)\b",
    re.IGNORECASE,
)
# Any value of the laboratory answers these.
_ANY_BLOOD = re.compile(
    r"\b(?:bloods?|blood count|u&es?|u\+es|urea|electrolytes|lfts?|lipids?|renal function|kidney function)\b",
    re.IGNORECASE,
)
# A wound that is healed has none any more.
_STITCHES = re.compile(r"\b(?:sutures?|stitch(?:es)?|clips?|staples?|wound)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z][a-z0-9]{2,}")
_SMALL = frozenset(
    {
        *("the", "and", "for", "with", "from", "then", "after", "before", "until", "every", "next", "again", "within"),
        *("please", "repeat", "check", "recheck", "test", "tests", "once", "twice", "daily", "day", "days", "week"),
        *("weeks", "month", "months", "year", "years", "two", "three", "four", "five", "six", "eight", "ten", "twelve"),
        *("one", "out", "level", "baseline", "home", "his", "her", "their", "surgery", "appointment", "sent", "post"),
        *("confirm", "resolution"),
    }
)
# What stands in these facts of a later note says that something was done, or shows it.
_ANSWERS = ("labs", "procedures", "findings", "resolutions", "plans")
_OVER_AND_OVER = frozenset({"physiotherapy", "pulmonary rehabilitation", "cardiac rehabilitation", "radiotherapy"})


def overdue_of(
    notes: Sequence[NoteFacts], procedures: Sequence[Procedure], ahead: Sequence[Mapping[str, Any]], as_of: date
) -> list[dict[str, Any]]:
    """What no note says to have been done although its time has gone by, the latest planned first.

    Args:
        notes: The notes, in the order of time.
        procedures: What was done, and what was planned.
        ahead: The steps that are still ahead: these are told as such.
        as_of: The day of which the chart tells.
    """
    open_places = {(each["note_id"], each["start"]) for step in ahead for each in step["citations"]}
    found: dict[frozenset[str], dict[str, Any]] = {}
    told = [*_plans(notes, procedures, as_of), *_procedures(procedures, as_of)]
    if not told:
        return []
    answers = _Answers([note for note in notes if as_of - note.taken_at.date() <= ASKED_FOR])
    for said, due in sorted(told, key=lambda each: (each[0].note.taken_at, len(each[0].fact["text"])), reverse=True):
        if (said.note.id, said.fact["start"]) in open_places or answers.has(said):
            continue
        words = frozenset(_telling(said))
        if any(words & other for other in found) or not words:
            continue
        found[words] = {
            "text": said.fact["text"],
            "planned": said.note.taken_at.date().isoformat(),
            "due": due.isoformat() if due else None,
            "citations": citations([said]),
        }
    return list(found.values())[:_MOST]


def _plans(
    notes: Sequence[NoteFacts], procedures: Sequence[Procedure], as_of: date
) -> Iterator[tuple[Evidence, date | None]]:
    """The plans with a time that has gone by, of tests and the like."""
    for said in evidence_of([note for note in notes if as_of - note.taken_at.date() <= ASKED_FOR], "plans"):
        text = str(said.fact["text"])
        if _VISIT.search(text) or not (_TEST.search(text) or _names_test(said)) or said.fact.get("condition"):
            continue
        due = day_in(said.fact.get("due")) or last_day_of_plan(said, procedures)
        if due is not None and due < as_of:
            yield said, due


def _names_test(said: Evidence) -> bool:
    """Whether a plan begins with something that the laboratory measures."""
    first = str(said.fact["text"]).split(" ")[0]
    return concepts.is_known(first, "lab")


def _procedures(procedures: Sequence[Procedure], as_of: date) -> Iterator[tuple[Evidence, date | None]]:
    """The procedures that are planned still, and no operations: these are told as long as they are planned."""
    for procedure in procedures:
        last = procedure.evidence[-1]
        planned = procedure.status == PLANNED and _TEST.search(procedure.text) is not None
        recent = as_of - last.note.taken_at.date() <= ASKED_FOR
        if planned and recent and not concepts.is_operation(procedure.concept) and not _is_visit(procedure):
            yield last, day_in(procedure.on)


def _is_visit(procedure: Procedure) -> bool:
    return procedure.concept in _OVER_AND_OVER or _VISIT.search(procedure.text) is not None


def _telling(said: Evidence) -> set[str]:
    text = f"{said.fact['text']} {concept_of(said.fact, 'text')}".lower()
    if _STITCHES.search(text):
        return {"stitches"}
    return {word for word in _WORD.findall(text) if word not in _SMALL}


class _Answers:
    """When notes tell last of each thing, in a value, a result, a procedure, what is over, or a plan anew."""

    def __init__(self, notes: Sequence[NoteFacts]) -> None:
        self._last: dict[str, datetime] = {}
        self._bloods: datetime | None = None
        for note in notes:
            if note.facts.get("labs"):
                self._bloods = note.taken_at
            for kind in _ANSWERS:
                for fact in note.facts.get(kind, ()):
                    for word in _words_of(fact):
                        self._last[word] = note.taken_at

    def has(self, said: Evidence) -> bool:
        """Whether a later note shows that it was done, or plans it anew; or the same note does."""
        planned = said.note.taken_at
        if self._bloods and self._bloods > planned and _ANY_BLOOD.search(said.fact["text"]):
            return True
        if any(self._last.get(word, planned) > planned for word in _telling(said)):
            return True
        return any(
            is_within(said, other)
            for other in evidence_of([said.note], "procedures")
            if other.fact["status"] != PLANNED
        )


def _words_of(fact: Mapping[str, Any]) -> set[str]:
    text = f"{fact.get('original') or ''} {fact.get('concept') or ''} {fact.get('name') or ''}".lower()
    return {"stitches"} if _STITCHES.search(text) else set(_WORD.findall(text.replace("_", " ")))
