"""Values with the time of each, so that the latest of a name is beyond doubt."""

import re
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from clinical.facts import Measurement, Place
from clinical.measurements.provoked import strain_of
from clinical.measurements.times import Kind, When, at_of
from clinical.note import Note

_FULL_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Taken(NamedTuple):
    """A value at `text[start:end]`, and when it was taken."""

    start: int
    end: int
    name: str
    value: float | str
    unit: str | None
    flag: str | None
    when: When | None
    places: dict[str, Place]


def facts_of(note: Note, taken: Iterable[Taken]) -> list[Measurement]:
    """The values as facts in the order of the text; the same value of the same time once.

    What was measured on arrival is the note's own value where there is no later one.
    """
    readings = sorted(taken, key=lambda one: (one.start, one.end))
    later = {one.name for one in readings if one.when is None or one.when.kind in (Kind.NOW, Kind.LATER)}
    facts: list[Measurement] = []
    seen: dict[tuple[str, float | str], list[int]] = {}
    strained = _strained(note, readings)
    beside = {readings[number].name for number in strained}
    for number, one in enumerate(readings):
        at = strained.get(number) or at_of(_rested(one, beside), alone=one.name not in later)
        fact = _fact(note, one, at)
        known = seen.setdefault((one.name, one.value), [])
        same = next((number for number in known if _same_time(facts[number].at, at)), None)
        if same is None:
            known.append(len(facts))
            facts.append(fact)
        elif facts[same].at is None and at is not None:
            facts[same] = fact
    return sorted(facts, key=lambda fact: (fact.start, fact.end))


def _strained(note: Note, readings: Sequence[Taken]) -> dict[int, str]:
    """The values that were measured under a strain, by their numbers, where the note has one at rest besides."""
    told = {number: strain_of(note.text, one.name, one.start, one.end) for number, one in enumerate(readings)}
    rested = {one.name for number, one in enumerate(readings) if told[number] is None}
    return {number: how for number, how in told.items() if how and readings[number].name in rested}


def _rested(one: Taken, beside: Container[str]) -> When | None:
    """When a value was taken; "before" beside one under a strain is no time of its own."""
    inferred = one.when is not None and one.when.start == one.when.end
    return None if inferred and one.name in beside else one.when


def timed(own: When | None, lead: When | None) -> When | None:
    """The time of a value: its own, or that of its clause; "was 170/100" at the last visit was then."""
    if own is None:
        return lead
    inferred = own.start == own.end
    return lead if inferred and lead is not None and lead.kind is Kind.EARLIER else own


def _same_time(one: str | None, other: str | None) -> bool:
    """Whether two times may be one: a value that is told again without its day is the same value."""
    if one is None or other is None:
        return one == other or _is_day(one or other)
    return one == other


def _is_day(at: str | None) -> bool:
    return at is not None and at[:4].isdigit()


def _fact(note: Note, one: Taken, at: str | None) -> Measurement:
    places = dict(one.places)
    if one.when is not None and at is not None and one.when.end > one.when.start:
        places["at"] = Place(one.when.start, one.when.end)
    return Measurement(
        start=one.start,
        end=one.end,
        original=note.text[one.start : one.end],
        section=note.part_at(one.start),
        places=places,
        name=one.name,
        value=one.value,
        unit=one.unit,
        flag=one.flag,
        at=at,
        earlier=at is not None and _FULL_DAY.match(at) is None,
    )
