"""What belongs to one naming of a drug: doses, route, frequency and reason, each with its place."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from clinical.facts import MedicationStatus, Place, RegimenStep
from clinical.lexicon.phrases import Match, Term
from clinical.medications.doses import Said, counted, doses_of
from clinical.medications.drug_names import Name
from clinical.medications.reach import BEFORE, Reach
from clinical.medications.regimens import regimen_of, steps_of
from clinical.medications.turns import Turn
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.values.cycles import cycle_in
from clinical.values.frequencies import Frequency, frequencies_in, whole_frequency_in
from clinical.values.routes import Route, routes_in

_SUPPLY = re.compile(
    r"\bx\s?\d{1,2}\sdoses\b|(?:\b(?:disp(?:ense)?|quantity|qty|refills?|supply|supplied|no\.)|#)\s?[:#]?\s?#?\d*(?:\s?\(\w+\))?"
    r"(?:\s?(?:tablets?|tabs?|capsules?|caps?|bottles?))?",
    re.IGNORECASE,
)
_AMOUNT = r"\d{1,4}(?:[.,]\d{1,3})?\s?(?:mg|mcg|micrograms?|µg|g|units?|iu|ml|tablets?)"
_PACE = (
    rf"by {_AMOUNT}\s(?:(?:every|each|per|a)\s(?:(?:\d{{1,2}}(?:-\d{{1,2}})?|other|second|third|two|three|four|few)\s)?"
    r"(?:days?|weeks?|months?|fortnight)|weekly|monthly|fortnightly|daily|on alternate days)\b"
)
# How fast a dose changes is neither a dose nor how often it is taken, and where it starts from is what is taken now:
# "reduce by 5 mg every week from 30 mg daily".
_STEPS = re.compile(rf"\b{_PACE}(?:\sfrom\b)?|\bfrom\b(?=\s{_AMOUNT}[^.;\n]{{0,20}}\s{_PACE})", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:for|to treat|to help(?: with)?|to control)\s(?:(?:her|his|their|the|any|acute|chronic|severe|mild|"
    r"breakthrough|residual)\s){0,2}$",
    re.IGNORECASE,
)
_DIRECTIONS = re.compile(r"\b(?:sig|directions?)\s?[:.]\s?", re.IGNORECASE)
# What may stand between a frequency or a route and the name behind it.
_FREQUENCY_BEFORE = re.compile(r"\s(?:(?!and|or|with|plus|then|but|to)[\w-]+\s)?(?:of\s)?")
# ... and what belongs to the drug before: "enoxaparin 40 mg SC OD, paracetamol 1 g".
_ROUTE_BEFORE = re.compile(r"\s(?:(?![^\s]*[,;:.)]\s)\S+\s)?")


@dataclass(slots=True)
class Parts:
    """The parts of one naming, in the words of the API, and where they stand."""

    dose: str | None = None
    previous: str | None = None
    strength: str | None = None
    route: str | None = None
    frequency: str | None = None
    reason: str | None = None
    regimen: tuple[RegimenStep, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    end: int = 0
    """Where the last part stands that is near the name."""
    arrow: Place | None = None
    """Where an arrow leads from one dose to another."""
    turn: Turn | None = None
    """Where words turn from one dose to another."""
    split: bool = False
    """Whether the dose of a whole day stands before the single one."""
    until: int = 0
    """Where what is said of it ends."""
    sliding: bool = False
    """Whether the doses depend on measured values."""
    sig: bool = False
    """Whether a prescription's directions were read."""


def without_supply(text: str) -> str:
    """A text with blanks for what only says how much is dispensed, or by how much a dose changes at a time."""
    for pattern in (_SUPPLY, _STEPS):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def parts_of(note: Note, name: Name, reach: Reach, verdict: Verdict | None, text: str) -> Parts:
    """The parts of a naming.

    Args:
        note: The note.
        name: The drug.
        reach: Where to look.
        verdict: What is said of it: of what was changed, the last dose is the dose.
        text: The text of the note, with blanks where results and amounts dispensed stand.
    """
    parts = Parts(end=name.end, until=reach.until)
    _take_doses(parts, text, name, reach, changed=verdict is not None and verdict.status is MedicationStatus.CHANGED)
    if not parts.regimen:
        _take_frequency(parts, text, reach)
    _take_cycle(parts, text, reach)
    if (
        verdict is not None
        and verdict.needed
        and "as needed" not in (parts.frequency or "")
        and _is_felt(note, verdict)
    ):
        parts.frequency = f"{parts.frequency} as needed" if parts.frequency else "as needed"
        parts.places.setdefault("frequency", Place(verdict.start, verdict.end))
    _take_route(parts, text, name, reach)
    _take_reason(parts, note, reach)
    parts.sig = _DIRECTIONS.search(text, reach.end, reach.until) is not None
    near = [place.end for part, place in parts.places.items() if part != "reason" and _is_near(place, name)]
    parts.end = max([name.end, *near])
    return parts


_FELT = re.compile(
    r"\b(?:need\w*|req\w*|pain\w*|sore|temp\w*|fever\w*|itch\w*|wheez\w*|sick\w*|nause\w*|constipat\w*|distress\w*|"
    r"symptom\w*|flar\w*|breathless\w*|sob|agitat\w*|anxi\w*|sleep\w*|headache\w*|cough\w*|spasm\w*|hypo\w*|bad|worse)\b",
    re.IGNORECASE,
)
# So far behind "if" stands what is felt.
_FELT_WITHIN = 40


def _is_felt(note: Note, verdict: Verdict) -> bool:
    """Whether "if" is followed by what the patient feels, so that it is taken as needed."""
    until = min(verdict.end + _FELT_WITHIN, note.document.sentence_span(verdict.start)[1])
    if _FELT.search(note.text, verdict.start, until):
        return True
    first, after = note.document.tokens_in(verdict.end, max(until, verdict.end + 1))
    return any(term.kind == "symptom" for match in _matches(note, first, after) for term in match.found)


def _is_near(place: Place, name: Name) -> bool:
    return 0 <= place.start - name.end < BEFORE


def _take_doses(parts: Parts, text: str, name: Name, reach: Reach, *, changed: bool) -> None:
    found = doses_of(text, name, reach, changed=changed)
    parts.arrow, parts.turn, parts.split = found.arrow, found.turn, found.split
    parts.previous = _put(parts, "previous_dose", found.previous)
    parts.strength = _put(parts, "strength", found.strength)
    parts.dose = _put(parts, "dose", found.dose)
    if not found.steps:
        return
    steps = steps_of(text, found.steps, frequencies_in(text, reach.end, reach.until), reach.end, reach.until)
    parts.regimen = regimen_of(steps)
    parts.sliding = len(steps) > 1 and all(step.on_value for step in steps)
    if parts.regimen:
        parts.frequency = steps[0].frequency
        if steps[0].frequency_place is not None:
            parts.places["frequency"] = steps[0].frequency_place
        elif (told := whole_frequency_in(text, reach.end, steps[0].start)) is not None:
            # "5 mg nocte - reduce to 2.5 mg for two weeks, then off": it is taken as it was before
            parts.frequency, parts.places["frequency"] = told.text, Place(told.start, told.end)
        parts.places["regimen"] = Place(steps[0].start, steps[-1].end)
    elif found.strength is None and (taken := counted(text, found.steps[0], reach)) is not None:
        parts.dose, parts.strength = _put(parts, "dose", taken[0]), _put(parts, "strength", taken[1])


def _put(parts: Parts, part: str, said: Said | None) -> str | None:
    if said is None:
        return None
    parts.places[part] = said.place
    return said.text


# "Given at 22:10", "ran out on Thursday": when something was done, and not how often.
_DONE = re.compile(
    r"\b(?:took|taken|given|gave|had|received|administered|finish\w*|complet\w*|ran out|stopp?\w*|discontinu\w*|"
    r"started|commenced|last|omit\w*|vomited|ceas\w*|begun|due|further|dose)\b",
    re.IGNORECASE,
)
_ONCE_AT = re.compile(r"(?:at \d\d:\d\d|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)")
_A_DAY = re.compile(r"\s?/\s?(?:day|d|24\s?h(?:rs?)?)\b", re.IGNORECASE)
_BEFORE_DONE = 30


def _is_when_done(text: str, told: Frequency, reach: Reach) -> bool:
    """Whether a time of the clock or a day tells when something was done with a drug."""
    if not _ONCE_AT.fullmatch(told.text):
        return False
    return _DONE.search(text, max(0, reach.start - _BEFORE_DONE), told.start) is not None


def _of_new_dose(parts: Parts, text: str, reach: Reach) -> Frequency | None:
    """How often the new dose of a changed drug is taken: "100 mg bd, now 200 mg tds"."""
    dose, previous = parts.places.get("dose"), parts.places.get("previous_dose")
    if dose is None or not (parts.split or (previous is not None and dose.start > previous.start)):
        return None
    return whole_frequency_in(text, dose.end, reach.until)


def _take_frequency(parts: Parts, text: str, reach: Reach) -> None:
    whole = _of_new_dose(parts, text, reach) or whole_frequency_in(text, reach.end, reach.until)
    if whole is not None and _is_when_done(text, whole, reach):
        return
    if whole is None and "dose" in parts.places:
        a_day = _A_DAY.match(text, parts.places["dose"].end) or _A_DAY.search(text, *parts.places["dose"])
        if a_day is not None:
            parts.frequency, parts.places["frequency"] = "once daily", Place(*a_day.span())
            return
    if whole is not None:
        first = frequencies_in(text, whole.start, reach.until)
        told = first[0] if first and first[0].text == whole.text else whole
        parts.frequency, parts.places["frequency"] = whole.text, Place(told.start, told.end)
        return
    for before in reversed(frequencies_in(text, reach.before, reach.start)):
        if _FREQUENCY_BEFORE.fullmatch(text, before.end, reach.start):
            parts.frequency, parts.places["frequency"] = before.text, Place(before.start, before.end)
            return


def _take_cycle(parts: Parts, text: str, reach: Reach) -> None:
    """In which cycle it is taken belongs to how often: "once daily, 3 weeks on, 1 week off"."""
    cycle = cycle_in(text, reach.end, reach.until)
    if cycle is not None:
        parts.frequency = f"{parts.frequency}, {cycle.text}" if parts.frequency else cycle.text
        start = parts.places["frequency"].start if "frequency" in parts.places else cycle.start
        parts.places["frequency"] = Place(min(start, cycle.start), cycle.end)


_TOWARDS_ROUTE = re.compile(r"\s{1,3}(?:to|into|then|->|→)\s{1,3}(?:the\s)?", re.IGNORECASE)


def _take_route(parts: Parts, text: str, name: Name, reach: Reach) -> None:
    behind = routes_in(text, reach.end, reach.until)
    before = [
        one
        for one in routes_in(text, reach.before, reach.start)
        if _ROUTE_BEFORE.fullmatch(text, one.end, reach.start)
        and (not frequencies_in(text, one.end, reach.start) or "stat" in text[one.end : reach.start].lower())
    ]
    found: Route | None = behind[0] if behind else before[-1] if before else None
    if len(behind) > 1 and _TOWARDS_ROUTE.fullmatch(text, behind[0].end, behind[1].start):
        found = behind[1]  # "from IV to oral": the way it is given now
    if found is not None:
        parts.route, parts.places["route"] = found.name, Place(found.start, found.end)
        return
    inside = routes_in(name.term.name)
    if inside:
        parts.route, parts.places["route"] = inside[0].name, Place(name.start, name.end)


def _take_reason(parts: Parts, note: Note, reach: Reach) -> None:
    """What it is for: a condition or symptom right behind "for"."""
    first, after = note.document.tokens_in(reach.end, max(reach.until, reach.end + 1))
    for match in _matches(note, first, after):
        start, end = note.document.span(match)
        if end > reach.until or not any(term.kind in {"condition", "symptom"} for term in match.found):
            continue
        if _REASON.search(note.text, max(reach.end, start - 40), start):
            parts.reason, parts.places["reason"] = note.text[start:end], Place(start, end)
            return


def _matches(note: Note, first: int, after: int) -> list[Match[Term]]:
    """What the lexicon finds in the tokens from `first` up to `after`."""
    found = note.document.matches
    place, stop = (bisect_left(found, at, key=lambda match: match.first) for at in (first, after))
    return found[place:stop]
