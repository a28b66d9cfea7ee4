"""How courses of a drug end without a word on the drug itself: in time, with a stay, by a list, by harm."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from clinical import concepts, last_day_of
from features.chart.reconciling.course import COMPLETED, STOPPED, UNCLEAR, Course
from features.chart.reconciling.covering import covers
from features.chart.reconciling.evidence import Evidence, NoteFacts, concept_of, day_in

# A list is taken for the whole of the medication when it names so many.
_LEAST_LISTED = 2
# What is given for an injury or after an operation, and needs a word to go on for longer.
_SHORT_TERM = ("opioid", "nsaid", "paracetamol", "antibiotic", "antiemetic", "colony stimulating factor")
_SHORT_VISITS = frozenset({"emergency", "procedure"})
_SHORT = timedelta(days=14)
_ONCE = frozenset({"once", "stat", "single dose"})
_WEEKS_APART = re.compile(r"week|month|year|cycle", re.IGNORECASE)
# "Folic acid until 12/40": a week of the pregnancy.
_GESTATION = re.compile(r"(?:un)?till? (?P<week>\d{1,2})(?:\+\d)?/40")
# "adrenaline 300 micrograms IM at 16:31" was given then.
_AT_THE_CLOCK = re.compile(r"at \d{1,2}[:.]\d{2}")


def end_by(course: Course, today: date) -> None:
    """End what was given for a time that is over."""
    if course.is_taken and course.until is not None and course.until < today:
        course.status = COMPLETED


def leave_out(courses: Iterable[Course], note: NoteFacts, named: Collection[str], begun: datetime | None) -> None:
    """A whole list says also what is not on it: whether that is still taken is unclear from then on.

    What was begun in the stay in hospital that the note ends was for the stay.
    """
    listed = [fact for fact in note.facts.get("medications", ()) if fact.get("listed")]
    if len(listed) < _LEAST_LISTED:
        return
    day = note.taken_at.date()
    lists = {concept_of(fact, "ingredient", "name") for fact in listed}
    for course in courses:
        if not course.is_taken:
            continue
        if note.type == "discharge" and course.concept not in lists and _is_of_stay(course, note, begun):
            course.status, course.until = COMPLETED, day
            if course.since == day.isoformat():
                course.since = None  # it was begun before the letter that tells of it
            course.why = (
                f"It was given in hospital, and is not on the list of medication in the note of {day.isoformat()}."
            )
        elif course.concept not in named and not (course.until and course.until > day):
            # what was ordered for a time ends with that
            course.status = UNCLEAR
            course.why = f"It is not on the list of medication in the note of {day.isoformat()}."


def _is_of_stay(course: Course, note: NoteFacts, begun: datetime | None) -> bool:
    """Whether a drug was first given in a stay, and not before it; what goes into a vein is given nowhere else."""
    if course.route == "intravenous":
        return True
    first = course.evidence[0]
    if begun is None or first.note.taken_at < begun or first.fact.get("listed"):
        return False
    return first.fact.get("section") != "subjective" and course.evidence[-1].note.id != note.id


class Warned:
    """What the notes so far say to have done harm, or to be avoided."""

    def __init__(self) -> None:
        self._substances: set[str] = set()

    def hear(self, note: NoteFacts) -> None:
        """Take in what a note says of it."""
        for kind in ("avoid", "allergies"):
            for fact in note.facts.get(kind, ()):
                substance = concept_of(fact, "ingredient", "substance")
                if fact.get("retracted"):
                    self._substances.discard(substance)
                elif fact.get("status", "present") == "present":
                    self._substances.add(substance)

    def goes_for(self, drug: str) -> bool:
        """Whether a drug is one of it."""
        return any(covers(substance, drug) for substance in self._substances)


def harm(courses: Iterable[Course], note: NoteFacts) -> None:
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
            if last.note.id == note.id and is_given_in_spite(last.fact, fact):
                continue
            course.status, course.until = STOPPED, note.taken_at.date()
            course.why = "It is to be avoided."
            course.deciding.append(Evidence(note, fact))
            break


def is_given_in_spite(given: Mapping[str, Any], harmed: Mapping[str, Any]) -> bool:
    """Whether a note gives a drug knowingly, though it tells what it did: "hypothyroid from lithium, do not stop it".

    What only goes on lifts no allergy and no ban. A drug that is listed, and told to have done harm, is not "continued"
    (`clinical.medications.merging`); one that is told with dose and how often behind the harm is taken on. Nobody sets
    a new dose of what is not to be taken: "ankle swelling, amlodipine reduced to 5 mg".
    """
    if harmed.get("forbidden"):
        return given["status"] == "started" and bool(given["start"] > harmed["start"])
    if given["status"] == "changed" and given.get("dose"):
        return True
    behind = bool(given["start"] > harmed["start"])
    told_how = given["status"] == "mentioned" and given.get("dose") and given.get("frequency")
    goes_on = given["status"] == "continued" or bool(told_how and given["start"] >= harmed["end"])
    return (goes_on and "reaction" not in harmed) or (given["status"] == "started" and behind)


def heal(courses: Iterable[Course], notes: Sequence[NoteFacts]) -> None:
    """What is taken for a thing ends when a later note says that this is over: "for the wound", "wound healed"."""
    over = [(note, fact) for note in notes for fact in note.facts.get("resolutions", ())]
    for course in courses:
        told = f"{course.remark or ''} {course.reason or ''}".lower().split()
        if not course.is_taken or not told or not course.deciding:
            continue
        last = course.deciding[-1].note
        ended = next(
            ((note, fact) for note, fact in over if note.taken_at > last.taken_at and fact["what"] in told), None
        )
        if ended is not None:
            course.status, course.until = COMPLETED, None
            course.why = f"It was given for what is over: {str(ended[1]['original']).lower()}."
            course.deciding.append(Evidence(*ended))


def fade(courses: Iterable[Course], notes: Sequence[NoteFacts], today: date) -> None:
    """What was begun for a short illness and is named no more in later notes on medication need not be taken still."""
    newest = max((note.taken_at for note in notes if note.facts.get("medications")), default=None)
    for course in courses:
        if not course.is_taken or course.until is not None or newest is None:
            continue
        told = {each.note.id for each in course.evidence}
        first, last = course.evidence[0].note, course.evidence[-1].note
        if _is_drip(course) and newest > last.taken_at and today - last.taken_at.date() > _SHORT:
            course.status, course.until = COMPLETED, None
            course.why = f"It was given into a vein, and no note has named it since {last.taken_at.date().isoformat()}."
            continue
        # A letter gives what hurts on the way home, to be taken if need be.
        visit = first.type in _SHORT_VISITS or (first.type == "discharge" and "as needed" in f"{course.frequency}")
        short = visit and any(concepts.is_a(course.concept, group) for group in _SHORT_TERM)
        if len(told) == 1 and short and newest > first.taken_at and today - first.taken_at.date() > _SHORT:
            course.status = UNCLEAR
            course.why = f"No note has named it since that of {first.taken_at.date().isoformat()}."


def _is_drip(course: Course) -> bool:
    """Whether it goes into a vein day by day, which nobody does at home; infusions weeks apart go on."""
    return course.route == "intravenous" and not _WEEKS_APART.search(f"{course.frequency or ''} {course.regimen or ''}")


def last_day(said: Evidence) -> date | None:
    """The last day of a course that is given for a time; of a single dose, its day."""
    fact = said.fact
    until = day_in(fact.get("until"))
    if until is not None:
        return until
    if fact.get("duration"):
        if (gestation := _GESTATION.fullmatch(fact["duration"])) is not None:
            # nobody who is told so is further from that week than the whole of it
            return said.day + timedelta(weeks=int(gestation["week"]))
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


def step_down(course: Course, today: date) -> None:
    """Tell the dose of the day, where a regimen steps from one to the next."""
    if not course.is_taken or not course.regimen:
        return
    begun = next((said.day for said in course.deciding if said.fact.get("regimen") == course.regimen), None)
    step = _step_in_force(course.regimen, begun, today) if begun is not None else None
    if step is not None:
        course.dose, course.frequency = step["dose"], step.get("frequency") or course.frequency
