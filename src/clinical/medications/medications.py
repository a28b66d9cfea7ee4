"""Medications: which, how much, by which way, how often, and what becomes of them.

One fact for each medication of a note, put together from all that the note says of it. Names are those of the lexicon,
and unknown words with a dose and a form or a frequency behind them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clinical.allergies.avoidance import Warned, warned_of
from clinical.measurements.labs import without_results
from clinical.medications.doses import dose_of, without_supply
from clinical.medications.drug_names import (
    LISTS,
    ORDERS,
    Name,
    identity_of,
    is_aside,
    is_denied,
    is_taken,
    is_wanted,
)
from clinical.medications.statuses import CHANGED, CONTINUED, MENTIONED, STARTED, STOPPED, status_of
from clinical.note import Fact, Note
from clinical.values.durations import duration_in
from clinical.values.frequencies import frequency_in
from clinical.values.routes import route_in

# So far behind a name its dose, route and frequency are looked for; behind a prescription's name, in the lines below.
_REACH = 170
# So much of its sentence is read before and behind a name.
_SENTENCE = 400
_BELOW = re.compile(
    r"[ \t]*(?:sig|directions?|take|dose|dispense|disp|quantity|qty|refills?|route|frequency|form)\b", re.IGNORECASE
)
_SIG = re.compile(r"\b(?:sig|directions?)\s?[:.]\s?", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:which|who|that|but|because|reporting|however|although|since|while|until|due to|"
    r"secondary|prior to|with (?:limited|good|some|no|minimal|partial|mild)|he|she|they|"
    r"patient|pt|discussed|recheck|repeat|follow|return)\b"
    r"|,\s(?:as well as|and\s(?:has|is|was|then|we))|\b(?:after|before) (?!meals|bed|breakfast|"
    r"food|each|sleep|lunch|dinner|eating)",
    re.IGNORECASE,
)
# What stands before the next name belongs to it: "IV dilaudid to PO oxycodone".
_NEXT = re.compile(
    r"\b(?:IV|IM|PO|SC|SQ|SL|oral|inhaled|topical|nasal|intravenous|nebuli[sz]ed)\s(?:\w+\s)?$", re.IGNORECASE
)
_PRESCRIPTION = re.compile(r"prescri|rx|new med|started|start taking|tt[oa]", re.IGNORECASE)
_STOPPED_LIST = re.compile(r"stop|discontinued", re.IGNORECASE)
_CHANGED_LIST = re.compile(r"changed?\b", re.IGNORECASE)
_IF = re.compile(
    (
        r"\bif\b(?! (?:needed|tolerated|possible))|\bshould (?:he|she|they|it|symptoms|the pain|"
        r"pain|this)\b|\bunless\b|\bdepending (?:up)?on\b|\bin case\b|\b(?:may|might) need to\b"
    ),
    re.IGNORECASE,
)
_ONLY_IF = re.compile(
    (
        r"\bif (?:the )?(?:\w+ ){0,3}(?:positive|worse\w*|persist\w*|fails?|not improv\w*|"
        r"no improvement|does not|do not|doesn't|confirmed|returns?|recurs?|develops?|symptoms)"
    ),
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:he|she|they|patient|pt|i|we|is|are|was|were|has|had|her|his|their|the)\b", re.IGNORECASE)
_RANK = {MENTIONED: 0, CONTINUED: 1, STOPPED: 2, STARTED: 3, CHANGED: 3}


class _Statement(NamedTuple):
    """What one place says of a medication."""

    start: int
    end: int
    key: str
    name: str
    ingredient: str | None
    dose: str | None
    route: str | None
    frequency: str | None
    status: str
    said: bool
    prescription: bool
    duration: str | None
    warned: Warned | None


def medications(note: Note, names: Sequence[Name], results: Sequence[Fact] = ()) -> list[Fact]:
    """The medications of a note, in the order in which the text first names them.

    Args:
        note: The note.
        names: See `names_of`.
        results: What the laboratory found (`labs`); no value of it is a dose.
    """
    by_drug: dict[str, list[_Statement]] = {}
    for statement in _statements(note, names, without_results(note.text, results)):
        by_drug.setdefault(statement.key, []).append(statement)
    facts = []
    for statements in by_drug.values():
        fact = _merged(note, statements)
        if fact is not None:
            facts.append(fact)
    return facts


def _statements(note: Note, names: Sequence[Name], doses: str) -> Iterator[_Statement]:
    for number, name in enumerate(names):
        if number and name.start < names[number - 1].end:
            continue
        following = names[number + 1].start if number + 1 < len(names) else len(note.text)
        previous = names[number - 1].end if number else 0
        statement = _statement(note, name, doses, previous, following)
        if statement is not None:
            yield statement


def _statement(note: Note, name: Name, doses: str, previous: int, following: int) -> _Statement | None:
    text = note.text
    kind = note.kind_at(name.start)
    if is_aside(note, name):
        return None
    first, last = note.document.sentence_span(name.start)
    first, last = max(first, name.start - _SENTENCE), min(last, name.end + _SENTENCE)
    until = _until(note, name, last, following)
    dose, dose_end = dose_of(doses, name, max(first, previous), until)
    if name.term.flag and not is_taken(note, name, dose, first, previous):
        return None
    if is_denied(note, name):
        return None
    behind = without_supply(text, name.end, until)
    behind = _own(_NEXT.sub("", behind) if until == following else behind)
    status, said = status_of(
        text[first : name.start],
        text[name.end : min(until, last)],
        text[name.end : last],
        _fallback(note, name, kind, dose),
    )
    if (
        status == MENTIONED
        and said
        and kind in LISTS
        and not re.search(r"(?i)tried|consider|discuss", text[first : name.start])
    ):
        status = CONTINUED
    if status in {STARTED, CHANGED} and _is_conditional(text[first : name.start], behind):
        status = MENTIONED
    warned = warned_of(note, name, following)
    if warned is not None and (status != STOPPED or warned.shunned):
        status, said = MENTIONED, True
    if not is_wanted(note, name, status, text[first : name.start]):
        return None
    ingredient, written = identity_of(note, name)
    route = (
        route_in(behind, 0, len(behind))
        or _route_before(text, first, name.start)
        or route_in(name.term.name, 0, len(name.term.name))
    )
    frequency = frequency_in(behind, 0, len(behind)) or _frequency_before(text, max(first, previous), name.start)
    sig = _SIG.search(text, name.end, until) is not None
    return _Statement(
        name.start,
        max(name.end, dose_end),
        ingredient,
        written,
        ingredient if ingredient != written else None,
        dose,
        route,
        frequency,
        status,
        said,
        sig,
        duration_in(text[first : name.start], text[name.end : until]),
        warned,
    )


def _until(note: Note, name: Name, last: int, following: int) -> int:
    """How far what is said of a medication goes: its sentence, and in a prescription the lines that follow."""
    text = note.text
    end = last
    number = note.document.line_number(name.start)
    for line in note.document.lines[number + 1 : number + 6]:
        if line.blank or line.body >= following or not _BELOW.match(text, line.body, line.end):
            break
        end = max(end, line.end)
    return max(name.end, min(end, following, name.end + (_REACH if end == last else 3 * _REACH)))


def _own(behind: str) -> str:
    """What stands behind a name up to where another statement begins."""
    other = _OTHER.search(behind)
    return behind[: other.start()] if other else behind


def _is_conditional(before: str, behind: str) -> bool:
    """Whether it is only going to happen if something else does."""
    return bool(_IF.search(before) or _ONLY_IF.search(behind))


def _fallback(note: Note, name: Name, kind: str, dose: str | None) -> str:
    """What the place of a medication says where no verb does."""
    segment = note.segment_at(name.start)
    title = note.text[segment.start : segment.body] if segment else ""
    if kind in LISTS:
        return CONTINUED
    if kind == "discharge_medications":
        lists = ((STOPPED, _STOPPED_LIST), (CHANGED, _CHANGED_LIST), (STARTED, _PRESCRIPTION))
        return next((status for status, pattern in lists if pattern.search(title)), CONTINUED)
    if kind not in ORDERS or not dose:
        return MENTIONED
    line = note.document.line_at(name.start)
    before = note.text[line.body : name.start]
    if _SUBJECT.search(before):
        return MENTIONED
    return CONTINUED if not before.strip() and _goes_on(note, name) else STARTED


def _goes_on(note: Note, name: Name) -> bool:
    """Whether the line before says that its medication goes on, so that a list of such begins there."""
    number = note.document.line_number(name.start)
    above = note.document.lines[number - 1] if number else None
    segment = note.segment_at(name.start)
    if above is None or above.blank or segment is None:
        return False
    words = note.text[max(above.body, segment.body) : above.end].lower()
    return words.lstrip().startswith(("cont", "resume", "home med"))


def _route_before(text: str, first: int, start: int) -> str | None:
    """The route before a name: "IV ceftriaxone", "oral prednisone", "inhaled budesonide"."""
    found = re.search(
        (
            r"(?i)\b(IV|IM|oral|PO|inhaled|topical|intravenous|intramuscular|nasal|nebuli[sz]ed|"
            r"subcutaneous|sublingual|intranasal|subcut|SC|transdermal|rectal|vaginal)\s(?:\S+\s)?$"
        ),
        text[max(first, start - 30) : start],
    )
    return route_in(found.group(), 0, len(found.group())) if found else None


def _frequency_before(text: str, first: int, start: int) -> str | None:
    """The frequency before a name: "twice daily gabapentin", "daily aspirin"."""
    found = re.search(
        (
            r"(?i)\b(?:once[- ]|twice[- ]|three times[- ])?(?:daily|weekly|nightly|monthly|PRN|"
            r"as[- ]needed|a day of)\s(?:(?!and|or|with|plus|then)[\w-]+\s)?$"
        ),
        text[max(first, start - 40) : start],
    )
    return frequency_in(found.group(), 0, len(found.group())) if found else None


def _merged(note: Note, statements: list[_Statement]) -> Fact | None:
    """One fact from all that is said of a medication: what is done with it, then the fullest of what was said last."""
    best = max(statements, key=lambda said: (_weight(note, said), said.start))
    status = MENTIONED if _warned_off(note, statements, best) else best.status
    ordered = [best, *(said for said in reversed(statements) if said is not best)]
    same = [said for said in ordered if _agrees(said.dose, best.dose)] if best.status == CHANGED else ordered
    prescribed = [said for said in ordered if said.prescription]
    dose = best.dose or next((said.dose for said in (*prescribed, *same) if said.dose), None)
    route = next((said.route for said in (best, *prescribed, *same) if said.route), None)
    frequencies = [said.frequency for said in (best, *prescribed, *same) if said.frequency]
    frequency = frequencies[0] if frequencies else None
    if prescribed and frequency and any(found.startswith(frequency) for found in frequencies):
        frequency = max((found for found in frequencies if found.startswith(frequency)), key=len)
    return note.fact(
        best.start,
        best.end,
        name=best.name,
        ingredient=best.ingredient,
        dose=dose,
        route=route,
        frequency=frequency,
        status=status,
        duration=best.duration or next((said.duration for said in (*prescribed, *same) if said.duration), None),
    )


def _warned_off(note: Note, statements: list[_Statement], best: _Statement) -> bool:
    """Whether a note that lists a drug warns against it elsewhere. What it orders in so many words stands."""
    if best.status in {MENTIONED, STOPPED}:
        return False
    warnings = [said.warned for said in statements if said.warned is not None]
    ordered = best.said and note.part_at(best.start) == "plan"
    return any(warned.forbidden or not ordered for warned in warnings if warned.forbidden or warned.reason)


def _agrees(dose: str | None, other: str | None) -> bool:
    return dose is None or other is None or dose == other


def _weight(note: Note, said: _Statement) -> tuple[int, int, int]:
    """How much a statement counts: what is done in the plan before what was told before, and a dose before none."""
    plan = note.part_at(said.start) == "plan"
    return (
        _RANK[said.status] + (3 if plan and said.status != MENTIONED else 0),
        int(said.said),
        int(said.dose is not None),
    )
