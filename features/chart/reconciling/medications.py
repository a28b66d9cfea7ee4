"""What is taken now: every statement on a drug in its order, the latest of which counts.

The rules, with an example each, stand in docs/chart.md.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from clinical import concepts
from features.chart.reconciling.course import COMPLETED, CURRENT, ENDINGS, ON_HOLD, PLANNED, STOPPED, UNCLEAR, Course
from features.chart.reconciling.dose_units import of_size, with_unit
from features.chart.reconciling.doublets import give_way
from features.chart.reconciling.evidence import (
    Evidence,
    NoteFacts,
    citations,
    concept_of,
    evidence_of,
    history_of,
)
from features.chart.reconciling.kinds_of_drugs import meant_by, tell_of_kind, without_kinds
from features.chart.reconciling.medication_endings import (
    Warned,
    end_by,
    fade,
    harm,
    heal,
    last_day,
    leave_out,
    step_down,
)
from features.chart.reconciling.short_names import told_in_full
from features.chart.reconciling.single_doses import is_single_dose
from features.chart.reconciling.stays import beginning_of_stay

_BEGINS = frozenset({"started", "changed"})
_IS_TAKEN = frozenset({"started", "changed", "continued"})
# What may be said of a drug that goes on as it was: that it is continued, or how it is taken.
_GOES_ON = frozenset({"continued", "mentioned"})
_TOLD_IN_HISTORY = ("status", "certainty", "dose", "previous_dose", "frequency", "duration", "ending", "stopped_for",
                    "section")  # fmt: skip
# Two doses told within so many days, neither as a change, contradict each other.
# "Propranolol MR 80 mg": another tablet than propranolol.
_FORM = re.compile(r"[A-Za-z-]+ (?P<form>MR|XL|SR|LA|CR|mr|xl|sr|la|cr)\b")
_BY_MEALS = re.compile(r" (?:before|after|with|at) (?:\w+ )?(?:breakfast|lunch|dinner|supper|meals?|food)")
_NEW = re.compile(r"\b(?:new|start\w*|commenc\w*|first dose)\b", re.IGNORECASE)
# A cycle without how often a day.
_CYCLE = re.compile(r"\d+ (?:weeks?|days?) on, \d+ (?:weeks?|days?) off|days? \d+ to \d+ of \d+.*")
# What goes on for so long has an end that later notes need not say again.
_FOR_MONTHS = timedelta(days=28)
_SAME_TIME_DAYS = 7


def courses_of(notes: Sequence[NoteFacts], as_of: date) -> list[Course]:
    """The courses of all drugs of the notes, which come in the order of time, as they stand on the day `as_of`."""
    courses: dict[str, Course] = {}
    warned = Warned()
    operated = {note.taken_at.date() for note in notes if note.type == "procedure"}
    for number, note in enumerate(notes):
        named: set[str] = set()
        begun: list[tuple[Course, Evidence]] = []
        for each in evidence_of([note], "medications"):
            concept = concept_of(each.fact, "ingredient", "name")
            meant = meant_by(each, concept, courses)
            for course in meant:
                tell_of_kind(course, each)
            named.update(course.concept for course in meant)
            if meant:
                continue
            for course, said in told_in_full(each, concept, courses):
                if _hear(course, said, warned, operated):
                    begun.append((course, said))
                named.add(course.concept)
        day = note.taken_at.date()
        for course in courses.values():
            if course.until is not None:
                end_by(course, day)
        give_way(courses.values(), begun, note)
        leave_out(courses.values(), note, named, beginning_of_stay(notes, number))
        harm(courses.values(), note)
        warned.hear(note)
    heal(courses.values(), notes)
    fade(courses.values(), notes, as_of)
    for course in courses.values():
        end_by(course, as_of)
        step_down(course, as_of)
    return [course for course in without_kinds(courses) if course.evidence and course.deciding]


def _hear(course: Course, said: Evidence, warned: Warned, operated: Collection[date]) -> bool:
    """Take in what is said of a drug; whether it begins one that was not taken."""
    end_by(course, said.note.taken_at.date())
    if not course.is_taken and _only_names(said) and warned.goes_for(course.concept):
        course.evidence.append(said)  # "docetaxel stays", on the list of allergies
        return False
    taken = course.is_taken
    _take(course, _as_given(_without_extra(said)))
    if is_single_dose(course, said, operated):
        course.status, course.until, course.since = CURRENT, said.day, course.since or said.since
    return course.is_taken and not taken and said.fact["status"] in _BEGINS


def _take(course: Course, said: Evidence) -> None:
    """Take in what one statement says of the drug."""
    fact = said.fact
    course.evidence.append(said)
    reality = fact.get("reality") or fact.get("certainty") or "actual"
    status = fact["status"]
    if _is_extra(course, said) or _tells_of_one_dose(course, said):
        return
    if fact.get("retracted"):
        course.settle(said, STOPPED, until=said.day)
    elif status == "stopped":
        _stop(course, said, reality)
    elif (reality == "actual" and (status in _IS_TAKEN or _is_prescribed(course, said))) or (
        reality == "planned" and _is_taken_home(fact)
    ):
        _go_on(course, said)
    elif reality == "planned" and course.is_taken and (end := _end_to_come(said)) is not None:
        course.until, course.told_by["until"] = end, said
    elif reality == "planned" and not course.is_taken:
        _describe(course, said)
        course.settle(said, PLANNED, until=None)
    elif reality == "declined" and course.status == PLANNED:
        course.settle(said, STOPPED, until=said.day)
    elif reality == "actual" and not course.deciding and fact.get("dose"):
        # Named with an amount, but neither how often it is taken nor whether it is.
        _describe(course, said)
        course.settle(said, UNCLEAR, until=None)


def _end_to_come(said: Evidence) -> date | None:
    """When a drug that is taken is to end, as a plan says that tells no dose, or ends its doses: "to stop in June"."""
    fact = said.fact
    steps = fact.get("regimen") or ()
    ends = steps[-1]["dose"] == "stop" if steps else not (fact.get("dose") or fact.get("frequency"))
    return last_day(said) if ends else None


def _as_given(said: Evidence) -> Evidence:
    """What a nurse's record gives goes on: that it was given then is not when it was begun.

    So does what was refused for once: it was ordered, and is to be offered again.
    """
    fact = said.fact
    if said.note.type != "nursing" or _NEW.search(str(fact["original"])):
        return said
    if fact["status"] == "started":
        return Evidence(said.note, {**fact, "status": "continued"})
    refused = (fact.get("reality") or fact.get("certainty")) == "declined" and not _is_answered_no(fact)
    if refused and fact["status"] == "mentioned" and not concepts.members_of(concept_of(fact, "ingredient", "name")):
        # ... and its history has that it was refused.
        return Evidence(said.note, {**fact, "status": "continued", "reality": "actual", "certainty": "declined"})
    return said


def _is_answered_no(fact: Mapping[str, Any]) -> bool:
    """Whether a bare "no" or "not" says that it is not given: "no heparin needed", "asked for zopiclone, no"."""
    place = (fact.get("places") or {}).get("status")
    return place is not None and place[1] - place[0] <= len("not")


def _only_names(said: Evidence) -> bool:
    """Whether a statement gives no drug, but only names it or says that it goes on."""
    fact = said.fact
    return fact["status"] in _GOES_ON and not any(fact.get(name) for name in ("dose", "frequency", "regimen"))


def _is_extra(course: Course, said: Evidence) -> bool:
    """Whether an emergency gave more of what is taken anyway: "salbutamol ten puffs by spacer" is no standing dose."""
    fact = said.fact
    given = said.note.type == "emergency" and fact.get("section") == "plan" and fact["status"] != "stopped"
    standing = any(fact.get(name) for name in ("frequency", "duration", "regimen", "listed", "until"))
    return given and course.is_taken and bool(fact.get("dose")) and not standing


def _tells_of_one_dose(course: Course, said: Evidence) -> bool:
    """Whether a note looks back on one dose of what is at hand anyway.

    "She had anaphylaxis: adrenaline 300 micrograms once" ends no prescription of the pen.
    """
    fact = said.fact
    return course.is_taken and fact["status"] == "mentioned" and fact.get("frequency") in {"once", "stat"}


def _without_extra(said: Evidence) -> Evidence:
    """The statement without a dose that an emergency gave, where only the history says how often the drug is taken.

    "Drugs: salbutamol as needed. [...] Plan: salbutamol ten puffs" is no salbutamol ten puffs as needed.
    """
    fact = said.fact
    often = (fact.get("places") or {}).get("frequency")
    if said.note.type != "emergency" or fact.get("section") != "plan" or not (fact.get("dose") and often):
        return said
    if often[0] >= fact["start"] or fact["status"] not in _BEGINS:
        return said
    return Evidence(said.note, {**fact, "dose": None, "strength": None, "route": None, "status": "continued"})


def _is_taken_home(fact: Mapping[str, Any]) -> bool:
    """Whether a list of what is taken has a drug with how often and for how long: that is no mere plan."""
    return bool(fact.get("listed") and fact.get("frequency") and fact.get("duration"))


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
    course.settle(said, ENDINGS.get(str(said.fact.get("ending")), STOPPED), until=ended or said.day)


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
    last = last_day(said)
    kept = _planned_end(course, said) if last is None and not begins else None
    if kept is None and last is not None:
        course.told_by["until"] = said
    _describe(course, said)
    course.settle(said, CURRENT, until=last or kept)


def _planned_end(course: Course, said: Evidence) -> date | None:
    """The end of what was begun for months, where a later note only says that it goes on in the same dose."""
    fact = said.fact
    same = not fact.get("dose") or not course.dose or _plain(fact["dose"]) == _plain(course.dose)
    goes_on = fact["status"] in _GOES_ON and not fact.get("regimen") and same
    return course.until if goes_on and course.until and course.until - said.day >= _FOR_MONTHS else None


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


def _name_in(course: Course, fact: Mapping[str, Any]) -> str:
    """The name with the form that says how the drug leaves the tablet, where this or an earlier note has it."""
    name: str = fact["name"]
    form = _FORM.match(str(fact.get("original") or ""))
    if form and not name.endswith(f" {form['form'].lower()}"):
        return f"{name} {form['form'].lower()}"
    return course.name if course.name.startswith(f"{name} ") and _FORM.match(course.name) else name


def _plain(dose: str) -> str:
    return "".join(dose.lower().split())


def _describe(course: Course, said: Evidence) -> None:
    fact = said.fact
    course.name = _name_in(course, fact)
    course.ingredient = fact.get("ingredient") or course.ingredient
    if fact.get("regimen"):
        course.regimen = fact["regimen"]
        course.told_by["regimen"] = said
        course.dose = course.frequency = None
    if fact.get("dose") and not fact.get("regimen"):
        course.regimen = ()
    if _BEGINS & {fact["status"]}:
        course.remark = None
    for name in ("dose", "strength", "route", "frequency", "reason", "remark"):
        if name == "dose" and fact.get("dose") and (dose := with_unit(fact["dose"], course.dose)) is not None:
            course.dose, course.told_by["dose"] = dose, said
            continue
        if name == "dose" and (dose := of_size(fact, course.dose)) is not None:
            course.dose, course.told_by["dose"] = dose, said
            continue
        if name == "frequency" and _is_less(fact.get(name), course.frequency):
            continue  # "once daily" leaves the cycle unsaid that was told before, "as needed" how often at most
        if fact.get(name):
            told = _with_how_often(fact[name], course.frequency) if name == "frequency" else fact[name]
            setattr(course, name, told)
            course.told_by[name] = said


def _is_less(told: str | None, before: str | None) -> bool:
    """Whether a way of taking is the one before, told with less."""
    least = told == "as needed" and re.fullmatch(r"up to .+ as needed", f"{before}") is not None
    least = least or _BY_MEALS.fullmatch(f"{before}".removeprefix(f"{told}")) is not None
    return bool(told and before) and (least or f"{before}".startswith(f"{told}, ") or f"{before}".endswith(f", {told}"))


def _with_how_often(told: str, before: str | None) -> str:
    """A cycle that says nothing else, with how often a day the drug was taken before: "3 weeks on, 1 week off"."""
    often = (before or "").split(", ")[0]
    if not often or not _CYCLE.fullmatch(told) or _CYCLE.match(f"{before}"):
        return told
    return f"{often}, {told}"


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
        "remark": course.remark,
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
