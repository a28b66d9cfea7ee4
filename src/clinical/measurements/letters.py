"""Vital signs behind single letters: "T 37.2, P 72, R 16", where they stand among their kind."""

import re
from collections.abc import Callable, Iterator

from clinical.measurements.accepted import Reading, is_reading
from clinical.measurements.beside import values_beside
from clinical.measurements.core import Core, Valued
from clinical.measurements.moments import timed
from clinical.measurements.names import next_named
from clinical.measurements.readings import reading_at, temperature_of
from clinical.measurements.told_later import Further, with_later
from clinical.note import Note

_Values = tuple[tuple[str, float], ...]
_LETTER = re.compile(
    r"(?<![\w/])(?P<l>[TPRW])(?:[ \t]*[:=-][ \t]*|[ \t]+|(?=\d))(?P<v>\d{1,3}(?:[.,]\d{1,2})?)(?!\d|/(?!\s?min\b)|"
    r"\.\d|\s?(?:-|–)\s?\d)(?:\s?°?\s?(?P<u>[FC])\b)?",
    re.IGNORECASE,
)
_LETTERS = {"T": "body_temperature", "P": "heart_rate", "R": "respiratory_rate", "W": "weight"}
_COMPANY = re.compile(
    r"\b(?:BP|B/P|SpO2|sats?|RR|HR|temp|resps?|O2)(?![A-Za-z])|(?<![\w/])[TPR][: ]\s?\d{2}", re.IGNORECASE
)
_AROUND = 120


def lettered(
    note: Note, within: Callable[[Note, str, str], Callable[[int, int], Core[_Values] | None]]
) -> Iterator[Reading]:
    """What single letters stand for, where at least two vital signs share the line.

    Args:
        note: The note.
        within: What reads the value of a vital sign that a stretch of the text holds.
    """
    text = note.text
    for value in _LETTER.finditer(text):
        line = note.document.line_at(value.start())
        before = text[max(line.start, value.start() - _AROUND) : value.start()]
        after = text[value.end() : min(line.end, value.end() + _AROUND)]
        alone = value.start() == line.body and note.kind_at(value.start()) in {"vitals", "objective", "exam"}
        if not alone and not _is_temperature(value) and not _COMPANY.search(f"{before} {after}"):
            continue
        name, number = _LETTERS[value["l"].upper()], float(value["v"].replace(",", "."))
        if not is_reading(note, value.start(), value.start(), value.start(), value.end()):
            continue
        lead = note.dating.lead(value.start(), 0, vital=True)
        earlier = list(_beside(note, name, value.end()))
        yield from earlier
        if name == "body_temperature":
            if 34 <= number <= 43 or 92 <= number <= 110:
                data = temperature_of(number, value["u"])
                told = [Valued(value.start("v"), value.end(), data, None, "")]
                further = Further(within(note, name, ""), _size)
                following = value.end() if earlier else min(line.end, next_named(note, value.end()))
                for one in with_later(note, told, following, further):
                    start = value.start() if one.start == value.start("v") else one.start
                    yield Reading(start, one.end, one.data, timed(one.when, lead))
        elif name != "weight" and number.is_integer():
            yield Reading(value.start(), value.end(), ((name, number),), lead)


def _size(values: _Values) -> float:
    return values[0][1]


def _is_temperature(value: re.Match[str]) -> bool:
    """Whether a number behind T can be nothing else: 38.4, 101.2."""
    number = value["v"].replace(",", ".")
    return value["l"] == "T" and "." in number and (34 <= float(number) <= 43 or 94 <= float(number) <= 108)


def _beside(note: Note, name: str, end: int) -> Iterator[Reading]:
    """The earlier readings in the bracket behind one: "T 37.9 (39.1 at 23:00)"."""

    def core(at: int, stop: int) -> Core[_Values] | None:
        found = reading_at(name, name, note.text, at, stop)
        return Core(found.end, found.values) if found else None

    opened = end + note.text.startswith(" ", end)
    told = values_beside(note.text, opened, note.dating.times, core) if note.text.startswith("(", opened) else None
    for one in told[1] if told else ():
        yield Reading(one.start, one.end, one.data, one.when)
