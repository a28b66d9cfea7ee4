"""Vital signs: the reading, not the goal, the range, the threshold or what it was last year.

Bounds of what is believed are those of survivable readings; what lies outside is a slip of the pen or something else.
"""

import re
from collections.abc import Callable, Iterator

from clinical.facts import Measurement, Place
from clinical.measurements.accepted import Reading, is_reading
from clinical.measurements.adjectives import vitals_called
from clinical.measurements.after_aims import value_behind_aim
from clinical.measurements.bare import bare_readings
from clinical.measurements.core import Core, Valued
from clinical.measurements.letters import lettered
from clinical.measurements.moments import Taken, facts_of, timed
from clinical.measurements.names import Measured, next_named
from clinical.measurements.pains import pain_scores
from clinical.measurements.readings import VALUE, pressure_of, reading_at, temperature_of
from clinical.measurements.series import Rules, values_behind
from clinical.measurements.times import Kind, When
from clinical.measurements.told_later import Further, with_later
from clinical.note import Note

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
# What is counted in whole numbers.
_WHOLE = frozenset({"blood_pressure", "heart_rate", "respiratory_rate", "oxygen_saturation", "pain_score"})
_UNNAMED_PRESSURE = re.compile(r"(?<![\d/])(?P<a>\d{2,3})\s?/\s?(?P<b>\d{2,3})\s?mm\s?\[?hg", re.IGNORECASE)
# "134 systolic and 78 diastolic".
_HALVES = frozenset({"systolic_blood_pressure", "diastolic_blood_pressure"})
_NUMBER_BEFORE = re.compile(r"\d\s(?:mm\s?hg\s)?$", re.IGNORECASE)
_HALF_BEFORE = {
    half: re.compile(rf"(?<![\d/.,-])(?P<a>\d{{2,3}})\s(?:mm\s?hg\s)?{half}(?:ys|ias)tolic\b", re.IGNORECASE)
    for half in "sd"
}
# "ECG: AF, rate 132", "sinus tachycardia 118".
_RHYTHM = re.compile(
    r"\b(?:sinus(?: rhythm| tachy\w{0,8}| brady\w{0,8}| arrhythmia)?|NSR|ventricular (?:rate|response)|"
    r"(?:ECG|EKG|monitor|telemetry|tele|12[- ]lead)[^.;\n\d]{0,30}?\b(?:rate|AF|SR|NSR|AFib|flutter|SVT))"
    r"(?:,?\s(?:at|of|with|a|ventricular|rate|around|about|is|was)){0,5}\s?(?P<a>\d{2,3})"
    r"(?![\d/]|[.,-]\d|\s?(?:ms|mg|%|years?|yrs?|days?|hours?|seconds?|secs?)\b)",
    re.IGNORECASE,
)
_UNNAMED_RATE = re.compile(r"(?<![\d/-])(?P<a>\d{2,3})\s?bpm\b", re.IGNORECASE)
_BREATHING = re.compile(
    r"\b(?:breathing|respirations?|breaths) (?:(?:at|of|were|was|is|up|around|about|a|rate|counted) ){0,4}"
    r"(?P<a>\d{1,2})"
    r"(?![\d/.,]\d|\s?(?:%|l\b|litres?|days?|weeks?))",
    re.IGNORECASE,
)
_UNNAMED_SATURATION = re.compile(
    r"(?<![\d/.,-])(?P<a>\d{2,3}(?:[.,]\d{1,2})?)\s?(?:%|percent)\s?(?:on|in)\s"
    r"(?:room air|RA\b|air\b|\d{1,2}\s?L|\d{2}\s?%\s(?:venturi|O2|oxygen|FiO2)|"
    r"(?:nasal|venturi|nrb|non-?rebreath\w*|face ?mask|cpap|bipap|niv|hfno|oxygen|O2)\b)",
    re.IGNORECASE,
)
# "Sats 88 on air, 94 on 2 litres": a further value, by what is breathed with it.
_FURTHER_SATURATION = re.compile(
    r"\b(?:sats?|spo2|saturat\w+)\b[^.;\n]{0,24}?\d{2,3}[^.;\n]{0,40}?"
    r"(?:,|\band|\bbut|\bthen|->|→)\s?(?:now\s|up to\s|back to\s|to\s)?"
    r"(?P<a>\d{2,3})\s(?:on|with|in)\s(?:room air|RA\b|air\b|\d{1,2}(?:\.\d)?\s?l(?:itres?|pm)?\b)",
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
# "Target weight 75 kg, today 81", and what is aimed at behind a name.
_AIMED = re.compile(r"\b(?:goal|target|aim(?:ing)?)(?:\s(?:for|of|an?|his|her|the|resting)){0,2}\s$", re.IGNORECASE)
_AIMED_WITHIN = 30
_AIM = re.compile(r"\b(?:goals?|targets?|aims?|aiming)\b", re.IGNORECASE)
_AIMED_AT = re.compile(r"(?:[^\d\n]{0,30}[\d./–-]+){1,4}")
_NOW_AT = re.compile(
    r"(?:[^.;:\n\d]|\d{1,3}s\b|[-–]\d{2,3}\b){1,50}?[,–—-]\s(?:and\s|but\s)?(?:(?:is|are)\s)?"
    r"(?:now|currently|today)\s(?:(?:at|to|is|down to|up to)\s)?",
    re.IGNORECASE,
)
# A change tells how much, not what: "weight down 5 kg", but "down to 70 kg".
_CHANGE = re.compile(r"\b(?:down|up|increased|decreased|reduced|dropped|fell|risen|rose)\b", re.IGNORECASE)
_TO_VALUE = re.compile(r"\b(?:to|from|at|is|was|now)\b", re.IGNORECASE)
_OBS = re.compile(
    r"\b(?:obs(?:ervations)?|vitals?|vital signs|"
    r"vs)\s?[:=-]?\s*(?P<a>\d{2,3})/(?P<b>\d{2,3})(?![\d/])(?:[,;]?\s+(?:p |hr |pulse )?(?P<rate>\d{2,3})(?![\d/%.]|"
    r"\s?(?:kg|cm|%)))?",
    re.IGNORECASE,
)


# At home, or by a device that runs for a day; no other words stand before the value but those that lead to it.
_AT_HOME = re.compile(
    r"\b(?P<home>home|ambulatory|abpm|hbpm|(?:own|patient['’]?s|his|her|their) (?:own )?(?:machine|cuff|monitor|"
    r"scales))\b"
    r"[^.;\n\d)]{0,40}(?:\b7[- ]days?\b[^.;\n\d)]{0,25})?$",
    re.IGNORECASE,
)
_HERE = re.compile(r"\b(?:clinic|surgery|office|here|today|now|ours)\b", re.IGNORECASE)
_AT_HOME_WITHIN = 70


def vitals(note: Note) -> list[Measurement]:
    """The vital signs that a note reports, in the order of the text, each reading once, with the time of each."""
    taken = []
    taken_until = dict.fromkeys(UNITS, -1)
    for told in sorted(_readings(note), key=lambda one: (one.start, one.end)):
        reading = _with_place(note, told)
        for name, value in reading.values:
            if not _BOUNDS[name][0] <= value <= _BOUNDS[name][1] or reading.start < taken_until[name]:
                continue
            taken_until[name] = reading.end
            places = {"value": Place(reading.start, reading.end)}
            taken.append(Taken(reading.start, reading.end, name, value, UNITS[name], None, reading.when, places))
    return facts_of(note, taken)


def _with_place(note: Note, reading: Reading) -> Reading:
    """A reading with the time that a place stands for: what was measured at home is earlier than the clinic's own."""
    if reading.when is not None and (reading.when.kind is not Kind.NOW or reading.when.start >= reading.start):
        return reading
    first, _ = note.document.sentence_span(reading.start)
    value = re.compile(r"\d").search(note.text, reading.start, reading.end)
    stop = value.start() if value else reading.start
    begin = max(first, stop - _AT_HOME_WITHIN)
    home = _AT_HOME.search(note.text, begin, stop)
    if home is None or _HERE.search(note.text, home.end("home"), stop):
        return reading
    return reading._replace(when=When(*home.span("home"), Kind.FIRST, home["home"]))


def _readings(note: Note) -> Iterator[Reading]:
    yield from _tabled(note)
    after = 0
    for number, named in enumerate(note.measured):
        if not named.vital or note.grid.covers(named.start) or _stands_behind(note, named):
            continue
        following = note.measured[number + 1].start if number + 1 < len(note.measured) else len(note.text)
        for reading in _behind(note, named, following, after):
            after = max(reading.end, reading.when.end if reading.when and reading.when.start >= named.start else 0)
            yield reading
    yield from _unnamed(note)
    yield from lettered(note, _within)


def _tabled(note: Note) -> Iterator[Reading]:
    """What stands in tables: a row for each sign, or for each time."""
    text = note.text
    for cell in note.grid.cells:
        if not cell.vital:
            continue
        label = cell.label
        found = reading_at(cell.name, label, text, cell.start, cell.end)
        if found is not None and cell.name == "blood_pressure":
            for each in VALUE[cell.name].finditer(text, cell.start, cell.end):  # "141/70 lying, 112/62 standing"
                yield Reading(each.start(), each.end(), pressure_of(each), cell.when)
        elif found is not None and not any(map(str.isdigit, text[found.end : cell.end].partition("(")[0])):
            yield Reading(cell.start, found.end, found.values, cell.when)


def _is_change(between: str) -> bool:
    """Whether what stands before a value makes it the size of a change, since it does not lead to the value itself."""
    changes = list(_CHANGE.finditer(between))
    return bool(changes) and _TO_VALUE.search(between, changes[-1].end()) is None


def _stands_behind(note: Note, named: Measured) -> bool:
    """Whether a name stands behind its value: "134 systolic and 78 diastolic"."""
    return named.name in _HALVES and _NUMBER_BEFORE.search(note.text, max(0, named.start - 10), named.start) is not None


def _behind(note: Note, named: Measured, following: int, after: int) -> Iterator[Reading]:
    """The readings behind the name of a sign."""
    text = note.text
    label = text[named.start : named.end].lower()
    _, last = note.document.sentence_span(named.start)

    def core(at: int, end: int) -> Core[tuple[tuple[str, float], ...]] | None:
        found = reading_at(named.name, label, text, at, max(end, last))
        return Core(found.end, found.values) if found else None

    inside = _within(note, named.name, label)

    aimed = _AIMED.search(text, max(0, named.start - _AIMED_WITHIN), named.start) is not None
    rules = Rules(core, named.name == "blood_pressure", inside, aimed, min(following, last + 90))
    found = values_behind(text, named.end, min(following, last), note.dating.times, rules)
    place = None if found else value_behind_aim(text, named.end, following)
    goes_on = core(place, following) if place is not None else None
    if place is not None and goes_on is not None and is_reading(note, place, place, place, goes_on.end):
        yield Reading(place, goes_on.end, goes_on.data, note.dating.lead(place, after, vital=True))
        return
    if not found:
        yield from _now_behind(note, named, core, min(following, last))
        return
    begin, end = named.start, named.end
    behind_aim = aimed or _AIM.search(text, named.end, found[0].start) is not None
    if behind_aim:  # "goal 130/80, today 142/86": what stands behind the aim is asked
        aim = _AIMED_AT.match(text, named.end, found[0].start)
        begin = end = aim.end() if aim else named.end
    if not is_reading(note, begin, end, found[0].start, found[0].end, aimed=behind_aim):
        return
    if named.name == "weight" and len(found) == 1 and _is_change(found[0].between):
        return
    found = with_later(note, found, following, Further(inside, _size, whole=named.name in _WHOLE))
    lead = note.dating.lead(named.start, after, vital=True)
    for number, value in enumerate(found):
        start = named.start if number == 0 else value.start
        yield Reading(start, value.end, value.data, timed(value.when, lead))


def _now_behind(
    note: Note, named: Measured, core: Callable[[int, int], Core[tuple[tuple[str, float], ...]] | None], until: int
) -> Iterator[Reading]:
    """The reading of now, where what was before is told without one: "HR 120s in AF, now 88", "febrile, now 37.2"."""
    now = _NOW_AT.match(note.text, named.end, until)
    value = core(now.end(), until) if now else None
    if now is None or value is None or not is_reading(note, now.end(), now.end(), now.end(), value.end):
        return
    yield Reading(now.end(), value.end, value.data, note.dating.lead(named.start, 0, vital=True))


def _within(note: Note, name: str, label: str) -> Callable[[int, int], Core[tuple[tuple[str, float], ...]] | None]:
    """What reads the value that a stretch of the text holds."""

    def inside(at: int, end: int) -> Core[tuple[tuple[str, float], ...]] | None:
        found = reading_at(name, label, note.text, at, end)
        if found is None or any(not _BOUNDS[one][0] <= value <= _BOUNDS[one][1] for one, value in found.values):
            return None
        return Core(found.end, found.values)

    return inside


def _size(values: tuple[tuple[str, float], ...]) -> float:
    return values[0][1]


def _unnamed(note: Note) -> Iterator[Reading]:
    """Readings whose unit says what they are."""
    text = note.text
    patterns = (
        (_UNNAMED_PRESSURE, "blood_pressure"),
        (_OBS, "blood_pressure"),
        (_HALF_BEFORE["s"], "systolic_blood_pressure"),
        (_HALF_BEFORE["d"], "diastolic_blood_pressure"),
        (_UNNAMED_RATE, "heart_rate"),
        (_RHYTHM, "heart_rate"),
        (_BREATHING, "respiratory_rate"),
        (_UNNAMED_SATURATION, "oxygen_saturation"),
        (_FURTHER_SATURATION, "oxygen_saturation"),
        (_UNNAMED_TEMPERATURE, "body_temperature"),
        (_AFEBRILE, "body_temperature"),
    )
    for pattern, name in patterns:
        for value in pattern.finditer(text):
            start = value.start("a")
            if not is_reading(note, start, start, start, value.end()):
                continue
            lead = note.dating.lead(start, 0, vital=True)
            if name == "body_temperature":
                values = temperature_of(float(value["a"]), value["u"])
            elif name == "blood_pressure":
                values = pressure_of(value)
                if pattern is _OBS and value["rate"] and values:
                    values = (*values, ("heart_rate", float(value["rate"])))
            else:
                values = ((name, float(value["a"].replace(",", "."))),)
            begin = start if pattern is _FURTHER_SATURATION else value.start()
            yield Reading(begin, value.end(), values, lead)
    yield from _bare(note)
    yield from _called(note)
    yield from pain_scores(note)


def _bare(note: Note) -> Iterator[Reading]:
    """Readings without a name or a unit of their own."""
    for one in bare_readings(note.text):
        if note.grid.covers(one.start) or not is_reading(note, one.start, one.start, one.start, one.end):
            continue
        found = reading_at(one.name, "pain score", note.text, one.start, one.end)
        if found is not None:
            yield Reading(one.start, one.end, found.values, note.dating.lead(one.start, 0, vital=True))


def _called(note: Note) -> Iterator[Reading]:
    """Readings behind the word for what they mean: "tachycardic at 126"."""
    for one in vitals_called(note.text):
        if not is_reading(note, one.start, one.start, one.start, one.end):
            continue
        found = reading_at(one.name, "", note.text, one.value, one.end + 3)
        if found is None:
            continue
        lead = note.dating.lead(one.start, 0, vital=True)
        told = [Valued(one.value, max(found.end, one.end), found.values, None, "")]
        further = Further(_within(note, one.name, ""), _size, whole=one.name in _WHOLE)
        for value in with_later(note, told, next_named(note, one.end), further):
            start = one.start if value.start == one.value else value.start
            yield Reading(start, value.end, value.data, timed(value.when, lead))
