"""Vital signs: the reading, not the goal, the range, the threshold or what it was last year.

Bounds of what is believed are those of survivable readings; what lies outside is a slip of the pen or something else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.measurements.readings import VALUE, end_of, pressure_of, temperature_of, values_of
from clinical.note import Fact, Note

UNITS = {
    "systolic_blood_pressure": "mmHg",
    "diastolic_blood_pressure": "mmHg",
    "heart_rate": "bpm",
    "respiratory_rate": "breaths/min",
    "body_temperature": "°C",
    "oxygen_saturation": "%",
    "weight": "kg",
    "height": "cm",
    "bmi": "kg/m²",
    "pain_score": "/10",
}
_BOUNDS = {
    "systolic_blood_pressure": (40, 300),
    "diastolic_blood_pressure": (15, 200),
    "heart_rate": (20, 300),
    "respiratory_rate": (4, 80),
    "body_temperature": (25, 45),
    "oxygen_saturation": (30, 100),
    "weight": (0.3, 500),
    "height": (25, 260),
    "bmi": (7, 120),
    "pain_score": (0, 10),
}
_PAIN = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?:/|out of|over)\s?10\b(?![/\d-])", re.IGNORECASE)
_PAIN_WORD = re.compile(r"pain|ache|sore|discomfort|severity|hurt|cramp|tender", re.IGNORECASE)
_PAIN_RANGE = re.compile(r"\d\s?(?:-|–|to|or|and)\s?$")
_UNNAMED_PRESSURE = re.compile(r"(?<![\d/])(?P<a>\d{2,3})\s?/\s?(?P<b>\d{2,3})\s?mm\s?\[?hg", re.IGNORECASE)
_UNNAMED_RATE = re.compile(r"(?<![\d/-])(?P<a>\d{2,3})\s?bpm\b", re.IGNORECASE)
_UNNAMED_SATURATION = re.compile(
    r"(?<![\d/.,-])(?P<a>\d{2,3}(?:[.,]\d{1,2})?)\s?(?:%|percent)\s?(?:on|in)\s(?:room air|RA\b|air\b|\d{1,2}\s?L)",
    re.IGNORECASE,
)
_UNNAMED_TEMPERATURE = re.compile(
    (
        r"(?:fever|febrile|\btemp\w*) (?:of|to|at|up to|around|was)\s(?P<a>\d{2,3}(?:\.\d{1,2})?)\s?(?:°|"
        r"º|˚|degrees?)?\s?(?P<u>f|c|fahrenheit|celsius)?\b(?![-/]|\s?to)"
    ),
    re.IGNORECASE,
)
_AFEBRILE = re.compile(r"\bafebrile(?: at)? \(?(?P<a>\d{2,3}(?:\.\d{1,2})?)\s?(?:°|º)?\s?(?P<u>f|c)?\b", re.IGNORECASE)
# T, P, R and the like, where they stand among their kind.
_LETTER = re.compile(
    (
        r"(?<![\w/])(?P<l>[TPRW])(?:[ \t]*[:=-][ \t]*|[ \t]+|(?=\d))(?P<v>\d{1,3}(?:\.\d{1,2})?)(?![\d/]|"
        r"\.\d|\s?(?:-|–)\s?\d)(?:\s?°?\s?(?P<u>[FC])\b)?"
    ),
    re.IGNORECASE,
)
_LETTERS = {"T": "body_temperature", "P": "heart_rate", "R": "respiratory_rate", "W": "weight"}
_SECOND_PRESSURE = re.compile(
    (
        r"\s?[,;(]?\s?(?:and|then|now|repeat(?:ed)?|recheck(?:ed)?|re-check(?:ed)?|subsequently|"
        r"later|on repeat)[\w ]{0,20}?:?\s(?P<a>\d{2,3})/(?P<b>\d{2,3})(?![\d/]|s\b)"
    ),
    re.IGNORECASE,
)
# Before the value in its sentence, these make it a goal, a limit or the past.
_NOT_A_READING = re.compile(
    r"\b(?:goals?|targets?|targeting|aim(?:ing)?|maintain(?:ing)?|keep(?:ing)?|until|unless|"
    r"should|call (?:if|for)|return (?:if|for)|"
    r"parameters?|thresholds?|limits?|less than|greater than|more than|lower than|higher than|"
    r"below|above|under|over|at least|at most|exceeds?|"
    r"last (?:visit|year|month|week|time|appointment)|previous(?:ly)?|prior|used to|at birth|"
    r"birth|born|ideal|dry weight|desired|expected|"
    r"if|when(?:ever)?|hold for|titrate|baseline|pre-?pregnancy|normal range|reference|"
    r"max(?:imum)?|peak(?:ed)?|between|fluctuat\w+|"
    r"ranges?|ranging|usual(?:ly)?|varies|lost|gained|loss|gain|down|alert|notify|inform|escalate)\b|[<>≤≥]",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"^[^.;\n]{0,30}\b(?:last (?:visit|year|month|time)|ago|previously|as of last|at (?:his|her|their) last)\b",
    re.IGNORECASE,
)


class _Reading(NamedTuple):
    start: int
    end: int
    values: tuple[tuple[str, float], ...]


def vitals(note: Note) -> list[Fact]:
    """The vital signs that a note reports, in the order of the text, each reading once."""
    found = sorted(_readings(note))
    facts = []
    seen: set[tuple[str, float, str | None]] = set()
    taken_until = dict.fromkeys(UNITS, -1)
    for reading in found:
        at = note.day_of(reading.start)
        for name, value in reading.values:
            if not _BOUNDS[name][0] <= value <= _BOUNDS[name][1] or reading.start < taken_until[name]:
                continue
            taken_until[name] = reading.end
            if (name, value, at) not in seen:
                seen.add((name, value, at))
                facts.append(note.fact(reading.start, reading.end, name=name, value=value, unit=UNITS[name], at=at))
    return facts


def _readings(note: Note) -> Iterator[_Reading]:
    text = note.text
    for match in note.document.matches:
        names = [term.name for term in match.found if term.kind == "vital"]
        if not names:
            continue
        start, end = note.document.span(match)
        value = VALUE[names[0]].match(text, end, end + 160)
        if value is None or not _is_reading(note, start, end, value):
            continue
        values = values_of(names[0], text[start:end].lower(), value)
        if values:
            yield _Reading(start, end_of(names[0], value), values)
            yield from _second(text, names[0], value)
    yield from _unnamed(note)
    yield from _letters(note)


def _second(text: str, name: str, value: re.Match[str]) -> Iterator[_Reading]:
    if name != "blood_pressure":
        return
    again = _SECOND_PRESSURE.match(text, value.end(), value.end() + 60)
    if again:
        yield _Reading(again.start("a"), again.end(), pressure_of(again))


def _is_reading(note: Note, start: int, end: int, value: re.Match[str]) -> bool:
    """Whether a value is what was measured, of the patient."""
    text = note.text
    first, last = note.document.sentence_span(start)
    before = text[max(first, start - 60) : start]
    for mark in (";", ","):
        before = before.rpartition(mark)[2] if mark == ";" else _after_reading(before, mark)
    if _NOT_A_READING.search(before) or _NOT_A_READING.search(
        text[end : value.start("a")] if "a" in value.groupdict() and value["a"] else ""
    ):
        return False
    if _PAST.match(text[value.end() : last]):
        return False
    meant = note.context.of(start, end)
    return not (meant.family or note.kind_at(start) == "family")


def _after_reading(before: str, mark: str) -> str:
    """What stands behind the last comma, if what stands before it was a statement of its own."""
    head, _, tail = before.rpartition(mark)
    return tail if any(letter.isdigit() for letter in head) and "if" not in head.lower().split() else before


def _unnamed(note: Note) -> Iterator[_Reading]:
    """Readings whose unit says what they are."""
    text = note.text
    patterns = (
        (_UNNAMED_PRESSURE, "blood_pressure"),
        (_UNNAMED_RATE, "heart_rate"),
        (_UNNAMED_SATURATION, "oxygen_saturation"),
        (_UNNAMED_TEMPERATURE, "body_temperature"),
        (_AFEBRILE, "body_temperature"),
    )
    for pattern, name in patterns:
        for value in pattern.finditer(text):
            if not _is_reading(note, value.start("a"), value.start("a"), value):
                continue
            if name == "body_temperature":
                yield _Reading(value.start(), value.end(), temperature_of(float(value["a"]), value["u"]))
            elif name == "blood_pressure":
                yield _Reading(value.start(), value.end(), pressure_of(value))
            else:
                yield _Reading(value.start(), value.end(), ((name, float(value["a"].replace(",", "."))),))
    for value in _PAIN.finditer(text):
        first, last = note.document.sentence_span(value.start())
        around = text[max(first, value.start() - 80) : min(last, value.end() + 40)]
        ranged = _PAIN_RANGE.search(text[max(0, value.start() - 8) : value.start()])
        if _PAIN_WORD.search(around) and not ranged and not note.context.of(*value.span()).hypothetical:
            yield _Reading(value.start(), value.end(), (("pain_score", float(value["a"])),))


def _letters(note: Note) -> Iterator[_Reading]:
    """What single letters stand for: "T 37.2, P 72, R 16", where at least two vital signs share the line."""
    text = note.text
    for value in _LETTER.finditer(text):
        line = note.document.line_at(value.start())
        before, after = (
            text[max(line.start, value.start() - 120) : value.start()],
            text[value.end() : min(line.end, value.end() + 120)],
        )
        alone = value.start() == line.body and note.kind_at(value.start()) in {"vitals", "objective", "exam"}
        if not alone and not _COMPANY.search(f"{before} {after}"):
            continue
        name, number = _LETTERS[value["l"].upper()], float(value["v"])
        if not _is_reading(note, value.start(), value.start(), value):
            continue
        if name == "body_temperature":
            if 34 <= number <= 43 or 92 <= number <= 110:
                yield _Reading(value.start(), value.end(), temperature_of(number, value["u"]))
        elif name != "weight" and number.is_integer():
            yield _Reading(value.start(), value.end(), ((name, number),))


_COMPANY = re.compile(r"\b(?:BP|B/P|SpO2|sats?|RR|HR|temp|resps?|O2)\b|(?<![\w/])[TPR][: ]\s?\d{2}", re.IGNORECASE)
