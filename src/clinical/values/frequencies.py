"""How often a medicine is taken, or something is done: sig codes and plain words, in one wording and with a meaning.

What equals what is told in `clinical.values.schedules`; the ways of writing it in `clinical.values.frequency_codes`.
"""

import re
from functools import cache
from typing import NamedTuple

from clinical.values.frequency_codes import rules
from clinical.values.frequency_parts import Kind, Part
from clinical.values.scanning import Scanner
from clinical.values.schedules import Schedule, borne_out, same_schedule

# What may stand between the parts of one direction: "BD, with food (PRN)", "nocte/prn".
_JOIN = re.compile(r"[\s,(/&+-]{0,3}(?:and\s|to be taken\s|taken\s|only\s|then\s|or\s(?=prn|as ))?\(?", re.IGNORECASE)


# No direction has more parts.
_MOST_PARTS = 8


class Frequency(NamedTuple):
    """How often, at `text[start:end]`."""

    start: int
    end: int
    text: str
    """In plain words: "once daily at bedtime", "every 6 hours as needed", "Mon/Wed/Fri"."""
    meaning: Schedule


class _Placed(NamedTuple):
    start: int
    end: int
    part: Part


# A number that is followed by another one, but for a blank, tells no frequency.
_DIGITS = re.compile(r"[\d.,½]+(?!\s?\d)")


@cache
def _scanner() -> Scanner[Part]:
    return Scanner(rules(), digits=_DIGITS)


def frequencies_in(text: str, start: int = 0, end: int | None = None) -> list[Frequency]:
    """The frequencies of a text, in order. Parts that stand together are one: "BD PRN", "once daily at night".

    Parts that name different times ("in the morning ... in the evening") are one only where nothing stands between
    them but "and".
    """
    found: list[Frequency] = []
    group: list[_Placed] = []
    for at, stop, part in _scanner().scan(text, start, end):
        placed = _Placed(at, stop, part)
        if group and not _joins(text, group, placed):
            found.append(_told(group))
            group = []
        group.append(placed)
    if group:
        found.append(_told(group))
    return [frequency for frequency in found if frequency.text]


def whole_frequency_in(text: str, start: int = 0, end: int | None = None) -> Frequency | None:
    """All that a part of a text says of one frequency: "twice daily ... with food ... as needed"."""
    group: list[_Placed] = []
    for at, stop, part in _scanner().scan(text, start, end):
        if all(part.kind != other.part.kind or part.kind is Kind.TIME for other in group):
            group.append(_Placed(at, stop, part))
    told = _told(group) if group else None
    return told if told is not None and told.text else None


def same_frequency(one: str, other: str) -> bool:
    """Whether two wordings mean the same: "bd" and "every 12 hours" do, "EOD" and "daily" do not."""
    first, second = whole_frequency_in(one), whole_frequency_in(other)
    if first is None or second is None:
        return one.strip().lower() == other.strip().lower()
    return same_schedule(first.meaning, second.meaning)


def frequency_borne_out(claim: str, source: str) -> bool:
    """Whether what a claim says of how often is said by its source; see `clinical.values.schedules`."""
    first, second = whole_frequency_in(claim), whole_frequency_in(source)
    if first is None:
        return True
    return second is not None and borne_out(first.meaning, second.meaning)


def _joins(text: str, group: list[_Placed], placed: _Placed) -> bool:
    """Whether a part belongs to those before it."""
    last = group[-1]
    between = text[last.end : placed.start]
    if len(group) >= _MOST_PARTS or len(between) > 14 or "\n" in between or not _JOIN.fullmatch(between):
        return False
    if placed.part.kind is Kind.TIME:
        return True
    return all(placed.part.kind != other.part.kind for other in group)


def _told(group: list[_Placed]) -> Frequency:
    """The parts of one direction, put together."""
    parts = _without_repeats([placed.part for placed in group])
    meaning = parts[0].meaning
    for part in parts[1:]:
        meaning = meaning.joined(part.meaning)
    return Frequency(min(placed.start for placed in group), max(placed.end for placed in group), _words(parts), meaning)


def _words(parts: list[Part]) -> str:
    base = [part.words for part in parts if part.kind is Kind.RATE]
    days = [part.words for part in parts if part.kind is Kind.DAYS]
    times = [part for part in parts if part.kind is Kind.TIME]
    if base == ["twice daily"] and {part for time in times for part in time.meaning.parts} in (
        {"morning", "evening"},
        {"morning", "night"},
        {"morning"},
    ):
        times = []  # "twice daily, morning and evening" says nothing more
    words = base + [f"on {day}" if day.endswith("day") else day for day in days]
    if times:
        words.append(times[0].alone if len(times) == 1 and not words else _listed(times))
    words.extend(part.words for part in parts if part.kind is Kind.MEALS)
    words.extend(part.words for part in parts if part.kind is Kind.NEED)
    words.extend(part.words for part in parts if part.kind is Kind.LIMIT)
    return " ".join(words)


def _without_repeats(parts: list[Part]) -> list[Part]:
    """As in "Every night at bedtime" is one time; the last word of it counts."""
    last = {(part.kind, part.meaning.parts): at for at, part in enumerate(parts)}
    return [part for at, part in enumerate(parts) if last[part.kind, part.meaning.parts] == at]


def _listed(times: list[Part]) -> str:
    """As in "Every morning and evening"; "in the morning, at midday and at night"."""
    said = [time.words for time in times]
    if len(said) == 2 and {frozenset(time.meaning.parts) for time in times} == {
        frozenset({"morning"}),
        frozenset({"evening"}),
    }:
        return "every morning and evening"
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
