"""What is taken now: every statement on a drug in its order, the latest of which counts.

The rules, with an example each, stand in docs/chart.md.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clinical import last_day_of
from features.chart.reconciling.covering import covers
from features.chart.reconciling.evidence import (
    Evidence,
    NoteFacts,
    citations,
    concept_of,
    day_in,
    evidence_of,
    history_of,
)

CURRENT, STOPPED, COMPLETED, ON_HOLD, PLANNED, UNCLEAR = (
    "current",
    "stopped",
    "completed",
    "on_hold",
    "planned",
    "unclear",
)
_BEGINS = frozenset({"started", "changed"})
_IS_TAKEN = frozenset({"started", "changed", "continued"})
# What may be said of a drug that goes on as it was: that it is continued, or how it is taken.
_GOES_ON = frozenset({"continued", "mentioned"})
_ENDINGS = {"held": ON_HOLD, "completed": COMPLETED}
_ONCE = frozenset({"once", "stat", "single dose"})
_INJECTED = frozenset({"intravenous", "intramuscular", "intraosseous", "intra-articular", "epidural", "intrathecal"})
_TOLD_IN_HISTORY = ("status", "certainty", "dose", "previous_dose", "frequency", "duration", "ending")
# "adrenaline 300 micrograms IM at 16:31" was given then.
_AT_THE_CLOCK = re.compile(r"at \d{1,2}[:.]\d{2}")
# A list is taken for the whole of the medication when it names so many.
_LEAST_LISTED = 2
# Two doses told within so many days, neither as a change, contradict each other.
_SAME_TIME_DAYS = 7


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


def courses_of(notes: Sequence[NoteFacts], as_of: date) -> list[Course]:
    """The courses of all drugs of the notes, which come in the order of time, as they stand on the day `as_of`."""
    courses: dict[str, Course] = {}
    operated = {note.taken_at.date() for note in notes if note.type == "procedure"}
    for note in notes:
        named = set()
        for each in evidence_of([note], "medications"):
            concept = concept_of(each.fact, "ingredient", "name")
            course = courses.setdefault(concept, Course(concept))
            _end_by(course, note.taken_at.date())
            _take(course, each)
            if _is_single_dose(course, each, operated):
                course.status, course.until, course.since = CURRENT, each.day, course.since or each.since
            named.add(concept)
        for course in courses.values():
            _end_by(course, note.taken_at.date())
        _leave_out(courses.values(), note, named)
        _harm(courses.values(), note)
    for course in courses.values():
        _end_by(course, as_of)
        _step_down(course, as_of)
    return [course for course in courses.values() if course.evidence and course.deciding]


def _take(course: Course, said: Evidence) -> None:
    """Take in what one statement says of the drug."""
    fact = said.fact
    course.evidence.append(said)
    reality = fact.get("reality") or fact.get("certainty") or "actual"
    status = fact["status"]
    if fact.get("retracted"):
        _settle(course, said, STOPPED, until=said.day)
    elif status == "stopped":
        _stop(course, said, reality)
    elif reality == "actual" and (status in _IS_TAKEN or _is_prescribed(course, said)):
        _go_on(course, said)
    elif reality == "planned" and not course.is_taken:
        _describe(course, said)
        _settle(course, said, PLANNED, until=None)
    elif reality == "declined" and course.status == PLANNED:
        _settle(course, said, STOPPED, until=said.day)
    elif reality == "actual" and not course.deciding and fact.get("dose"):
        # Named with an amount, but neither how often it is taken nor whether it is.
        _describe(course, said)
        _settle(course, said, UNCLEAR, until=None)


def _is_single_dose(course: Course, said: Evidence, operated: Collection[date]) -> bool:
    """Whether a drug was given once: at an operation, or into a vein or muscle, and nobody says how often.

    Only what the plan orders or the report of an operation tells, and what was not taken before.
    """
    fact = said.fact
    if len(course.evidence) > 1 or course.status not in {CURRENT, UNCLEAR} or not fact.get("dose"):
        return False
    if any(fact.get(name) for name in ("frequency", "duration", "regimen", "listed", "until")):
        return False
    ordered = fact.get("section") == "plan" or said.note.type == "procedure"
    given = fact.get("route") in _INJECTED or (fact["status"] == "mentioned" and not fact.get("route"))
    at_operation = bool({said.day, said.day + timedelta(days=1)} & set(operated))
    return ordered and given and (at_operation or said.note.type == "emergency")


def _is_prescribed(course: Course, said: Evidence) -> bool:
    """Whether a drug that is only named is told with how it is taken: "Amlodipine 10 mg OD".

    Where the same note has said what became of it, that counts: "ramipril stopped (was on 5 mg OD)".
    """
    fact = said.fact
    told = fact.get("frequency") or fact.get("duration") or fact.get("regimen")
    return bool(told) and not (course.deciding and course.deciding[-1].note.id == said.note.id)


def _stop(course: Course, said: Evidence, reality: str) -> None:
    if reality not in {"actual", "past"}:
        return
    if not course.deciding:
        _describe(course, said)
    ended = course.until if course.status == STOPPED else None
    # What is said again to be stopped was stopped when that was said first.
    _settle(course, said, _ENDINGS.get(str(said.fact.get("ending")), STOPPED), until=ended or said.day)


def _go_on(course: Course, said: Evidence) -> None:
    fact = said.fact
    begins = not course.is_taken
    if _contradicts(course, said):
        course.rivals.append(course.deciding[-1])
    elif fact.get("dose") or begins:
        course.rivals.clear()
    if begins or (fact["status"] == "started" and fact.get("on")):
        # What is taken already, and told again to have been started, was not started on the day of that note.
        course.since = said.since
        if course.status in {STOPPED, COMPLETED}:
            # What it was taken in before need not be what it is given in again.
            course.dose = course.strength = course.route = course.frequency = None
            course.regimen = ()
    elif fact["status"] == "changed" and fact.get("dose"):
        # A new dose may come with a new way of taking it; what is not said anew is as before.
        course.regimen = ()
    _describe(course, said)
    _settle(course, said, CURRENT, until=_last_day(said))


def _contradicts(course: Course, said: Evidence) -> bool:
    """Whether two notes of the same time tell two doses, and neither tells of a change."""
    before, fact = course.deciding[-1:], said.fact
    if not course.is_taken or not before or fact["status"] not in _GOES_ON:
        return False
    other = before[0].fact
    return (
        other["status"] in _GOES_ON
        and not fact.get("listed")  # a whole list says what holds from now on
        and bool(fact.get("dose") and other.get("dose"))
        and _plain(fact["dose"]) != _plain(other["dose"])
        and before[0].note.id != said.note.id
        and abs((said.day - before[0].day).days) <= _SAME_TIME_DAYS
    )


def _plain(dose: str) -> str:
    return "".join(dose.lower().split())


def _settle(course: Course, said: Evidence, status: str, *, until: date | None) -> None:
    course.status, course.until, course.why = status, until, None
    course.deciding.append(said)


def _describe(course: Course, said: Evidence) -> None:
    fact = said.fact
    course.name = fact["name"]
    course.ingredient = fact.get("ingredient") or course.ingredient
    if fact.get("regimen"):
        course.regimen = fact["regimen"]
        course.told_by["regimen"] = said
        course.dose = course.frequency = None
    if fact.get("dose") and not fact.get("regimen"):
        course.regimen = ()
    for name in ("dose", "strength", "route", "frequency", "reason"):
        if fact.get(name):
            setattr(course, name, fact[name])
            course.told_by[name] = said


def _last_day(said: Evidence) -> date | None:
    """The last day of a course that is given for a time; of a single dose, its day."""
    fact = said.fact
    until = day_in(fact.get("until"))
    if until is not None:
        return until
    if fact.get("duration"):
        return last_day_of(fact["duration"], said.day)
    often = str(fact.get("frequency") or "")
    if (often in _ONCE or _AT_THE_CLOCK.fullmatch(often)) and not fact.get("regimen"):
        return said.day
    return _end_of_taper(fact.get("regimen") or (), said.day)


def _end_of_taper(steps: Sequence[Mapping[str, Any]], first: date) -> date | None:
    """The last day of doses that follow each other, each for a time, and end."""
    if not steps or not (steps[-1].get("duration") or steps[-1]["dose"] == "stop"):
        return None
    last = first
    for step in steps:
        if step["dose"] == "stop":
            return last
        # "200 mg on day 1, then 100 mg for 4 days": what is told without a time is the dose of a day
        ended = last_day_of(step.get("duration") or "1 day", last)
        if ended is None:
            return None
        last = ended
    return last


def _step_in_force(steps: Sequence[Mapping[str, Any]], first: date, today: date) -> Mapping[str, Any] | None:
    """The step of a day, of doses that follow each other; None where they do not, or nobody knows which it is.

    All steps before the last have a time: "8 mg twice daily for 3 days, then 2 mg once daily".
    """
    if len(steps) < 2 or not all(step.get("duration") for step in steps[:-1]):
        return None
    last = first
    for step in steps[:-1]:
        ended = last_day_of(step["duration"], last)
        if ended is None:
            return None
        if today < ended:
            return step
        last = ended
    return steps[-1] if steps[-1]["dose"] != "stop" else None


def _step_down(course: Course, today: date) -> None:
    """Tell the dose of the day, where a regimen steps from one to the next."""
    if not course.is_taken or not course.regimen:
        return
    begun = next((said.day for said in course.deciding if said.fact.get("regimen") == course.regimen), None)
    step = _step_in_force(course.regimen, begun, today) if begun is not None else None
    if step is not None:
        course.dose, course.frequency = step["dose"], step.get("frequency") or course.frequency


def _end_by(course: Course, today: date) -> None:
    """End what was given for a time that is over."""
    if course.is_taken and course.until is not None and course.until < today:
        course.status = COMPLETED


def _leave_out(courses: Iterable[Course], note: NoteFacts, named: set[str]) -> None:
    """A whole list says also what is not on it: whether that is still taken is unclear from then on."""
    listed = [fact for fact in note.facts.get("medications", ()) if fact.get("listed")]
    if len(listed) < _LEAST_LISTED:
        return
    for course in courses:
        if course.is_taken and course.concept not in named:
            course.status = UNCLEAR
            course.why = f"It is not on the list of medication in the note of {note.taken_at.date().isoformat()}."


def _harm(courses: Iterable[Course], note: NoteFacts) -> None:
    """What did harm, or is to be avoided, is not taken any more, unless the same note or a later one gives it."""
    warned = [fact for fact in note.facts.get("avoid", ()) if not fact.get("retracted")]
    warned += [fact for fact in note.facts.get("allergies", ()) if fact["status"] == "present"]
    for course in courses:
        if not course.is_taken or not course.deciding:
            continue
        last = course.deciding[-1]
        for fact in warned:
            if not covers(concept_of(fact, "ingredient", "substance"), course.concept):
                continue
            if last.note.id == note.id and last.fact["status"] == "started" and last.fact["start"] > fact["start"]:
                continue  # given in spite of it, and knowingly
            course.status, course.until = STOPPED, note.taken_at.date()
            course.why = "It is to be avoided."
            course.deciding.append(Evidence(note, fact))
            break


def lines_of(courses: Iterable[Course]) -> list[dict[str, Any]]:
    """The medications as the chart answers them: what is taken first, then by name."""
    order = [CURRENT, PLANNED, ON_HOLD, UNCLEAR, COMPLETED, STOPPED]
    by_use: Callable[[Course], tuple[int, str]] = lambda course: (order.index(course.status), course.name)  # noqa: E731
    return [_line(course) for course in sorted(courses, key=by_use)]


def _line(course: Course) -> dict[str, Any]:
    return {
        "name": course.name,
        "ingredient": course.ingredient or course.concept,
        "dose": course.dose,
        "strength": course.strength,
        "route": course.route,
        "frequency": course.frequency,
        "regimen": list(course.regimen),
        "reason": course.reason,
        "status": course.status,
        "since": course.since,
        "until": course.until.isoformat() if course.until else None,
        "why": course.why,
        "citations": citations(course.deciding),
        "sources": {name: said.place_of(name) for name, said in course.told_by.items() if getattr(course, name)},
        "history": history_of(course.evidence, *_TOLD_IN_HISTORY),
    }


def conflicts_in(courses: Iterable[Course]) -> list[dict[str, Any]]:
    """Doses of the same drug that contradict each other, and that no later note settles."""
    found = []
    for course in courses:
        if course.is_taken and course.rivals:
            told = [*course.rivals, course.deciding[-1]]
            between = [{"said": f"{each.fact['name']} {each.fact['dose']}", **each.citation()} for each in told]
            found.append({"about": course.name, "between": between})
    return found
