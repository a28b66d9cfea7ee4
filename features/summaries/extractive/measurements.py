"""The latest vital signs and laboratory values, with their dates and what they were before."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from features.summaries.extractive.doubts import is_earlier
from features.summaries.extractive.evidence import Fact, Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import plain

_PRESSURE = ("systolic_blood_pressure", "diastolic_blood_pressure")
# Name for clinicians, for relatives, and which line it stands in.
_VITALS = {
    "blood_pressure": ("BP", "blood pressure", 0),
    "heart_rate": ("HR", "pulse", 1),
    "respiratory_rate": ("RR", "breathing rate", 1),
    "body_temperature": ("Temp", "temperature", 1),
    "oxygen_saturation": ("SpO2", "oxygen level", 1),
    "pain_score": ("pain", "pain", 1),
    "weight": ("weight", "weight", 2),
    "height": ("height", "height", 2),
    "bmi": ("BMI", "body mass index", 2),
}
_LABS = {
    "ldl_cholesterol": ("LDL cholesterol", "“bad” cholesterol (LDL)"),
    "hdl_cholesterol": ("HDL cholesterol", "“good” cholesterol (HDL)"),
    "hemoglobin_a1c": ("HbA1c", "long-term blood sugar (HbA1c)"),
    "egfr": ("eGFR", "kidney function"),
    "tsh": ("TSH", "thyroid blood test"),
    "inr": ("INR", "blood clotting test"),
    "crp": ("CRP", "inflammation blood test"),
    "bun": ("BUN", "kidney blood test"),
    "esr": ("ESR", "inflammation blood test"),
    "psa": ("PSA", "prostate blood test"),
    "bnp": ("BNP", "heart strain blood test"),
    "nt_probnp": ("NT-proBNP", "heart strain blood test"),
    "ejection_fraction": ("ejection fraction", "pumping strength of the heart"),
}
_FLAGS = {"high": ("high", "higher than normal"), "low": ("low", "lower than normal"), "normal": ("normal", "normal")}
_UNITS = {"mmHg": "", "bpm": "beats per minute", "breaths/min": "breaths per minute"}
_LABS_IN_A_LINE = 4
_BOTH = re.compile(r"(\d{2,3})\s?(?:/|over)\s?(\d{2,3})")


class Reading(NamedTuple):
    """A value, when it was taken, and where it stands."""

    name: str
    value: str
    unit: str
    day: date
    flag: str | None
    fact: Fact
    places: tuple[Place, ...]

    @property
    def shown(self) -> str:
        """The value with its unit."""
        if not self.unit or self.unit in {"%", "/10"}:
            return f"{self.value}{self.unit}"
        return f"{self.value} {self.unit}"


class Measurements:
    """All readings of the chart, by what was measured, the latest last."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.vitals: dict[str, list[Reading]] = {}
        self.labs: dict[str, list[Reading]] = {}
        for source in sources:
            for reading in _vitals(source):
                self.vitals.setdefault(reading.name, []).append(reading)
            for fact in source.facts("labs"):
                reading = _lab(source, fact)
                self.labs.setdefault(reading.name, []).append(reading)
        for readings in (*self.vitals.values(), *self.labs.values()):
            readings.sort(key=lambda reading: (reading.day, reading.fact.get("section") == "objective"))

    def lines(self, voice: Voice) -> list[Line]:
        """Blood pressure, the other vital signs, the body, and the laboratory, each with its trend."""
        found: list[Line] = []
        for row in range(3):
            readings = [self.vitals[name] for name, (*_, at) in _VITALS.items() if at == row and name in self.vitals]
            found.extend(_row(group, voice) for group in _by_day(readings))
        labs = sorted(self.labs.values(), key=lambda one: (-one[-1].day.toordinal(), one[-1].flag is None))
        for group in _by_day(labs):
            found.extend(_row(group[at : at + _LABS_IN_A_LINE], voice) for at in range(0, len(group), _LABS_IN_A_LINE))
        return found

    def latest_vitals(self) -> list[tuple[Fact, Place]]:
        """The facts behind the latest readings; of a blood pressure both numbers."""
        found: list[tuple[Fact, Place]] = []
        for readings in self.vitals.values():
            last = readings[-1]
            place = last.places[0]
            both = [fact for fact in place.source.facts("vitals") if fact["start"] == last.fact["start"]]
            found.extend((fact, place) for fact in (both if last.name == "blood_pressure" else [last.fact]))
        return found


def _by_day(readings: list[list[Reading]]) -> list[list[list[Reading]]]:
    days: dict[date, list[list[Reading]]] = {}
    for one in readings:
        days.setdefault(one[-1].day, []).append(one)
    return [days[day] for day in sorted(days, reverse=True)]


def _vitals(source: Source) -> list[Reading]:
    """The vital signs of a note; the two numbers of a blood pressure are one reading."""
    facts = source.facts("vitals")
    lower = {fact["start"]: fact for fact in facts if fact["name"] == _PRESSURE[1]}
    found = []
    for fact in facts:
        name, value, unit = fact["name"], _number(fact["value"]), str(fact["unit"])
        if name == "pain_score" and is_earlier(source.place(fact)):
            continue
        if name == _PRESSURE[0]:
            below = _below(fact, lower)
            if below is None:
                continue
            name, value = "blood_pressure", f"{value}/{below}"
        if name in _VITALS:
            day, places = _when(source, fact)
            found.append(Reading(name, value, unit, day, None, fact, places))
    return found


def _below(fact: Fact, lower: dict[int, Fact]) -> str | None:
    """The lower number of a blood pressure."""
    if fact["start"] in lower:
        return _number(lower[fact["start"]]["value"])
    both = _BOTH.search(str(fact.get("original", "")))
    return both[2] if both and float(both[1]) == float(fact["value"]) else None


def _lab(source: Source, fact: Fact) -> Reading:
    value = fact["value"]
    shown = value if isinstance(value, str) else _number(value)
    day, places = _when(source, fact)
    return Reading(str(fact["name"]), shown, str(fact.get("unit") or ""), day, fact.get("flag"), fact, places)


def _when(source: Source, fact: Fact) -> tuple[date, tuple[Place, ...]]:
    """When a value was taken. Another day than the note's is quoted with it."""
    place = source.place(fact)
    at = str(fact.get("at") or "")[:10]
    try:
        day = date.fromisoformat(at)
    except ValueError:
        return source.day, (place,)
    stands = source.content.rfind(at, 0, place.end + 200)
    if day == source.day or stands < 0:
        return day, (place,)
    return day, (place, Place(source, stands, stands + len(at)))


def _row(group: list[list[Reading]], voice: Voice) -> Line:
    """Readings of one day."""
    places: list[Place] = []
    parts, shorts = [], []
    for readings in group:
        last = readings[-1]
        name = _name(last, voice)
        shorts.append(f"{name} {_shown(last, voice)}")
        flag = f" ({_FLAGS[last.flag][voice.family]})" if last.flag in _FLAGS and last.flag is not None else ""
        before = next((one for one in reversed(readings[:-1]) if one.day != last.day), None)
        was = ""
        places.extend(last.places)
        if before is not None and before.unit == last.unit:
            verb = "the same" if before.value == last.value else f"was {before.value}"
            was = f", {verb} on {day_in(before.day, voice.audience)}"
            places.extend(before.places)
        parts.append(f"{shorts[-1]}{flag}{was}")
    day = day_in(group[0][-1].day, voice.audience)
    # what a patient tells of was measured some time before
    told = any(one[-1].fact.get("section") == "subjective" and not one[-1].fact.get("at") for one in group)
    text = f"{'; '.join(parts)} ({'reported ' if told else ''}{day})"
    return Line("measurements", capital(text), tuple(dict.fromkeys(places)), ", ".join(shorts))


def _shown(reading: Reading, voice: Voice) -> str:
    """The value with its unit, and as the note has it, where that is another."""
    unit = _UNITS.get(reading.unit, reading.unit) if voice.family else reading.unit
    shown = reading._replace(unit=unit).shown
    numbers = re.findall(r"\d+(?:[.,]\d+)?", str(reading.fact.get("original", "")))
    if reading.value.replace("/", " ").split()[0] in numbers or reading.name == "blood_pressure" or not numbers:
        return shown
    return f"{shown} ({_original(reading)})"


def _original(reading: Reading) -> str:
    """The words of the value itself: “98.2°F” of “Temp: 98.2°F”."""
    found = re.search(r"\d.*", " ".join(str(reading.fact["original"]).split()))
    return found.group().strip() if found else str(reading.fact["original"])


def _name(reading: Reading, voice: Voice) -> str:
    if reading.name in _VITALS:
        return voice.choose(*_VITALS[reading.name][:2])
    names = _LABS.get(reading.name)
    if names:
        return names[voice.family]
    name = reading.name.replace("_", " ")
    return plain(name)[:1].lower() + plain(name)[1:] if voice.family else name


def _number(value: float | str) -> str:
    return f"{float(value):g}" if not isinstance(value, str) else value
