"""What is still ahead: plans that nobody has carried out, declined or outlived."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clinical import concepts, last_day_of
from clinical.values.dates import MONTHS
from features.chart.reconciling.course import PLANNED, Course
from features.chart.reconciling.evidence import (
    Evidence,
    NoteFacts,
    concept_of,
    day_in,
    evidence_of,
    with_year,
)
from features.chart.reconciling.procedures import DONE, Procedure, is_ahead
from features.chart.reconciling.steps_kept import Steps, is_within

# A step without a date that no note has repeated for so long is none any more.
FORGOTTEN_AFTER = timedelta(days=180)
_FEW_WORDS = 6
_OVER_AND_OVER = frozenset(
    {"continuous positive airway pressure", "non-invasive ventilation", "hemodialysis", "dialysis", "physiotherapy",
     "home oxygen", "oxygen therapy", "compression therapy"}
)  # fmt: skip
# A test without a time that so many later notes with plans do not name is none any more.
_PASSED_OVER = 2
# Those who treat beside the doctors: what they plan takes the place of nothing that a doctor has planned.
_BESIDE = frozenset({"therapy", "nursing"})
# A month without a year that a note tells of what was stopped is past, where it was so few months before.
_JUST_GONE = 3
# What is due "in two weeks" may be a few days late.
LATE = timedelta(days=7)
_DAY_NUMBER = re.compile(r"\bday (\d{1,2})$")
_WORD = re.compile(r"[^\W\d_]{4,}")
_WHEN = frozenset(
    {
        *(
            "week",
            "weeks",
            "month",
            "months",
            "year",
            "years",
            "days",
            "with",
            "then",
            "after",
            "before",
        ),
        *(
            "within",
            "from",
            "next",
            "this",
            "that",
            "till",
            "until",
            "once",
            "twice",
            "again",
            "earlier",
        ),
        *(
            "sooner",
            "please",
            "also",
            "will",
            "should",
            "every",
            "each",
            "about",
            "around",
            "another",
        ),
        *("further", "more", "three", "four", "five", "seven", "eight", "nine", "twelve"),
    }
)
# "November", "in November", "early November", "14 December", "14th of December"
_YEARLESS = re.compile(r"(?:[a-z]+ )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?(?P<month>[a-z]+)\.?")


def next_steps_of(
    notes: Sequence[NoteFacts], courses: Sequence[Course], procedures: Sequence[Procedure], as_of: date
) -> list[dict[str, Any]]:
    """The steps ahead as the chart answers them, the latest told first."""
    steps = Steps()
    passed: dict[UUID, list[Evidence]] = {}
    for plan in _passed(notes, procedures, as_of):
        passed.setdefault(plan.note.id, []).append(plan)
    planned: dict[str, list[datetime]] = {}
    for note in filter(_plans, notes):
        planned.setdefault(_whose(note), []).append(note.taken_at)
    for procedure in procedures:
        last = procedure.evidence[-1]
        if any(is_within(last, plan) for plan in passed.get(last.note.id, ())):
            continue
        fresh = _is_fresh(last, as_of) and (
            concepts.is_operation(procedure.concept) or not _is_passed_over(last, planned)
        )
        if is_ahead(procedure, as_of) and (_is_dated(procedure.on) or fresh):
            text = f"continue {procedure.text}" if _goes_on(procedure, procedures) else procedure.text
            steps.add(last, kind="procedure", text=text, due=procedure.on, condition=None)
    taken = {course.concept: course for course in courses}
    for each in evidence_of(notes, "medications"):
        fact = each.fact
        reality = fact.get("reality") or fact.get("certainty") or "actual"
        course = taken.get(concept_of(fact, "ingredient", "name"))
        weighed = reality == "considered" and fact.get("condition")
        if (
            (reality not in {"planned", "conditional"} and not weighed)
            or not _is_fresh(each, as_of)
            or _is_settled(course, each)
            or _is_taken_as(course, each)
        ):
            continue
        told = " ".join(fact[name] for name in ("name", "dose", "route", "frequency", "remark") if fact.get(name))
        text = f"consider {told}" if weighed else told
        until = str(fact.get("duration") or "")
        if reality == "planned" and course is not None and text == fact["name"] and until.startswith("until "):
            text = f"stop {text} {until.removeprefix('until ')}"  # "75 mg OD, to stop in June"
        steps.add(
            each,
            kind="medication",
            text=text,
            due=None,
            condition=(fact.get("condition") or fact["original"]) if reality != "planned" else None,
        )
    _add_plans(steps, notes, procedures, as_of)
    return [_with_visit(said.note, line) for said, line in steps.latest_first()]


def _goes_on(procedure: Procedure, procedures: Sequence[Procedure]) -> bool:
    """Whether a treatment that takes place over and over is planned to go on: "continue CPAP"."""
    same = [each for each in procedures if each.concept == procedure.concept]
    had = any(each.fact["status"] == DONE for one in same for each in one.evidence)
    return procedure.concept in _OVER_AND_OVER and had


def _with_visit(note: NoteFacts, line: dict[str, Any]) -> dict[str, Any]:
    """The step with what the visit was for, or where, in a few words, where the note says so: "Asthma clinic"."""
    told = next((each for each in evidence_of([note], "reasons")), None)
    if told is None or len(told.fact["text"].split()) > _FEW_WORDS:
        return line | {"about": None}
    return line | {"about": told.fact["text"], "citations": [*line["citations"], told.citation()]}


def _plans(note: NoteFacts) -> bool:
    return bool(note.facts.get("plans") or note.facts.get("advice"))


def _is_passed_over(said: Evidence, planned: Mapping[str, list[datetime]]) -> bool:
    """Whether later notes of such as plan this have planned so often without it that it was done or dropped."""
    moments = planned.get(_whose(said.note), [])
    return len(moments) - bisect_right(moments, said.note.taken_at) >= _PASSED_OVER


def _whose(note: NoteFacts) -> str:
    """Whose plan a note tells: the doctors', or that of therapists or of nurses."""
    return note.type if note.type in _BESIDE else ""


def _passed(notes: Sequence[NoteFacts], procedures: Sequence[Procedure], as_of: date) -> Iterator[Evidence]:
    """The plans whose time has gone by."""
    for each in evidence_of(notes, "plans"):
        due = _due(each)
        last = day_in(due) or last_day_of_plan(each, procedures)
        if last is not None and last < as_of:
            yield each


def _add_plans(
    steps: Steps,
    notes: Sequence[NoteFacts],
    procedures: Sequence[Procedure],
    as_of: date,
) -> None:
    """Add what notes plan.

    With a date until that has gone by; after a time ("in three months") until that is over or a later note plans the
    same anew; otherwise while no later note of the doctors, or of those who planned it, plans anything.
    """
    latest = {_whose(note): note.taken_at for note in notes if _plans(note)}
    again = _planned_again(notes)
    settled: dict[UUID, list[Evidence]] = {}
    for procedure in procedures:
        if not is_ahead(procedure, as_of):
            for each in procedure.evidence:
                settled.setdefault(each.note.id, []).append(each)
    for each in evidence_of(notes, "plans"):
        if _tells_of_stop(each):
            continue
        due = _due(each)
        if _is_dated(due):
            ahead = str(due) >= as_of.isoformat()[: len(str(due))]
        elif (last := last_day_of_plan(each, procedures)) is not None:
            ahead = as_of <= last and (
                each.note.taken_at == latest.get(_whose(each.note)) or again(each) <= each.note.taken_at
            )
        else:
            ahead = each.note.taken_at == latest.get(_whose(each.note)) and _is_fresh(each, as_of)
        ahead = ahead or steps.at(each) is not None
        if ahead and not any(is_within(each, other) for other in settled.get(each.note.id, ())):
            steps.add(
                each,
                kind="plan",
                text=each.fact["text"],
                due=due,
                condition=each.fact.get("condition"),
                by=each.fact.get("by"),
            )


def _planned_again(notes: Sequence[NoteFacts]) -> Callable[[Evidence], datetime]:
    """When the last note was taken that plans the same: one whose plan shares a telling word with it."""
    last: dict[str, datetime] = {}
    for each in evidence_of(notes, "plans"):
        for word in _telling(each.fact["text"]):
            last[word] = each.note.taken_at
    return lambda said: max(last[word] for word in _telling(said.fact["text"]) or last)


def _telling(text: str) -> set[str]:
    """The words that say what is planned, rather than when."""
    return {word for word in _WORD.findall(text.lower()) if word not in _WHEN}


def last_day_of_plan(said: Evidence, procedures: Sequence[Procedure]) -> date | None:
    """The last day on which something that is due after a time is still ahead; None where no time is told.

    "Day 12" counts from the last operation.
    """
    due = _due(said)
    if not due:
        return None
    numbered = _DAY_NUMBER.search(due.lower())
    if numbered:
        return _operated_before(said, procedures) + timedelta(days=int(numbered[1])) + LATE
    words = due.lower().removeprefix("within ").removeprefix("in ").removeprefix("at ").removeprefix("after ")
    day = last_day_of(words, said.note.taken_at.date())
    return day + LATE if day is not None else None


def _operated_before(said: Evidence, procedures: Sequence[Procedure]) -> date:
    """The day of the last operation before a note; the day of the note, where there is none."""
    noted = said.note.taken_at.date()
    days = [
        day
        for procedure in procedures
        if procedure.status == DONE
        and concepts.is_operation(procedure.concept)
        and (day := day_in(procedure.on)) is not None
        and day <= noted
    ]
    return max(days, default=noted)


def _due(said: Evidence) -> str | None:
    """When it is due; a day or a month without a year is the next one after the note."""
    due = said.fact.get("due")
    found = _YEARLESS.fullmatch(str(due or "").lower())
    month = MONTHS.get(found["month"]) if found else None
    if month is None or found is None:
        return due
    day = f"-{int(found['day']):02}" if found["day"] else ""
    return with_year(f"--{month:02}{day}", said.note.taken_at.date(), ahead=True)


def _tells_of_stop(said: Evidence) -> bool:
    """Whether it says that a drug was stopped in a month just gone, and plans nothing: "ceased labetalol mid June"."""
    found = _YEARLESS.fullmatch(str(said.fact.get("due") or "").lower())
    month = MONTHS.get(found["month"]) if found else None
    if month is None or not 0 < (said.note.taken_at.month - month) % 12 <= _JUST_GONE:
        return False
    return any(
        drug["status"] == "stopped" and drug.get("reality") == "actual" and is_within(said, Evidence(said.note, drug))
        for drug in said.note.facts.get("medications", ())
    )


def _is_dated(due: Any) -> bool:
    return isinstance(due, str) and due[:4].isdigit()


def _is_fresh(said: Evidence, as_of: date) -> bool:
    return as_of - said.note.taken_at.date() <= FORGOTTEN_AFTER


def _is_taken_as(course: Course | None, said: Evidence) -> bool:
    """Whether a drug that reads like a plan counts as taken, as a list of what is taken home has it."""
    if course is None or course.status == PLANNED or not course.deciding:
        return False
    last = course.deciding[-1]
    same = last.fact["start"] == said.fact["start"] and last.fact.get("reality") == said.fact.get("reality")
    return last.note.id == said.note.id and same


def _is_settled(course: Course | None, said: Evidence) -> bool:
    """Whether a later note, or a later place of the same one, says what became of it."""
    if course is None or not course.deciding:
        return False
    last = course.deciding[-1]
    return (last.note.taken_at, last.fact["start"]) > (said.note.taken_at, said.fact["start"])
