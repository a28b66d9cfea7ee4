"""What readings look like behind the names of vital signs, and their values in the units that are stored."""

import re
from typing import NamedTuple

from clinical.measurements.dictated import dictated_at
from clinical.values.quantities import LENGTH, WEIGHT, quantity_of
from clinical.values.spoken import spoken_pairs
from clinical.values.units import converted

# A number that something else is counted by, or the half of something longer.
_AFTER = r"(?!\d|/\s?\d|[.,]\d|s\b|'s\b|-?\d|\s?[–-]\s?\d|\s?%\s?(?:of|decrease|increase)|th\b|st\b|nd\b|x\b)"
_NUMBER = r"(?P<a>\d{2,3}(?:[.,]\d{1,2})?)"
_OXYGEN = r"(?:\s?(?:on|in)?\s?(?:room air|RA\b|air\b|\d{1,2}\s?l(?:itres?|iters?|pm)?\b(?:/min)?))?"
# The value of each vital sign, right where it stands.
VALUE = {
    "blood_pressure": re.compile(
        r"(?P<a>\d{2,3})\s?(?:/|over|\\)\s?(?P<b>\d{2,3})(?![\d/]|[.,]\d|s\b|'s\b|-\d|"
        r"\s?–\s?\d{2,3}/)(?:\s?mm\s?\[?hg\]?)?",
        re.IGNORECASE,
    ),
    "systolic_blood_pressure": re.compile(r"(?P<a>\d{2,3})" + _AFTER + r"(?:\s?mm\s?hg)?", re.IGNORECASE),
    "diastolic_blood_pressure": re.compile(r"(?P<a>\d{2,3})" + _AFTER + r"(?:\s?mm\s?hg)?", re.IGNORECASE),
    "heart_rate": re.compile(
        _NUMBER
        + _AFTER
        + r"(?!\s?(?:%|percent|mm|kg|lb|m?c?g\b|ml\b|/10))"
        + r"(?:\s?(?:bpm|beats?(?:\s?(?:per|/|a)\s?min\w*)?|/\s?min\w*))?",
        re.IGNORECASE,
    ),
    "respiratory_rate": re.compile(
        r"(?P<a>\d{1,2}(?:[.,]\d{1,2})?)"
        + _AFTER
        + r"(?!\s?(?:%|percent|days?|weeks?|mg|years?|l\b|lit(?:re|er)s?\b))"
        + r"(?:\s?(?:breaths?(?:\s?(?:per|/|a)\s?min\w*)?|bpm|/\s?min\w*|cpm))?",
        re.IGNORECASE,
    ),
    "body_temperature": re.compile(
        r"(?P<a>\d{2,3}(?:[.,]\d{1,2})?)(?![\d/]|\s?[–-]\s?\d|\s?(?:%|mg|kg|lbs?|bpm)\b)"
        r"(?:\s?(?:°|º|˚|deg(?:rees?)?|o(?=[FC]\b))?\s?(?P<u>f|c|fahrenheit|celsius|centigrade)\b|\s?(?:°|º|˚|"
        r"degrees?))?",
        re.IGNORECASE,
    ),
    "oxygen_saturation": re.compile(
        r"(?P<a>\d{2,3}(?:\.\d{1,2}|,\d{1,2}(?=\s?(?:%|per ?cent)))?)(?![\d/]|s\b|\s?[–-]\s?\d)\s?(?P<u>%|percent\b|"
        r"per cent\b)?" + _OXYGEN,
        re.IGNORECASE,
    ),
    "weight": re.compile(WEIGHT, re.IGNORECASE),
    "height": re.compile(LENGTH, re.IGNORECASE),
    "bmi": re.compile(
        r"(?P<a>\d{1,2}(?:[.,]\d{1,2})?)(?!\d|\s?[–-]\s?\d)(?:\s?kg\s?/\s?m(?:2|²|\^2|\*\*2|sq)?)?", re.IGNORECASE
    ),
    "pain_score": re.compile(
        r"(?P<a>\d{1,2})(?![\d.,]?\d|\s?[–-]\s?\d)(?:\s?(?:/|out of|of)\s?10\b(?!/))?", re.IGNORECASE
    ),
}
# A bare weight or height, of which the size tells the unit: nobody is 170 m tall.
_NOT_OF_SIZE = (
    r"(?![\d/:]|[.,]\d|\s?[–-]\s?\d|[a-z]|\s?(?:%|(?:kgs?|g|lbs?|pounds?|stones?|st|oz|mg|ml|cm|mm|m|per|percent|"
    r"(?:per)?centiles?|th|days?|weeks?|wks?|months?|mths?|mo|years?|yrs?|y|hours?|hrs?|min\w*|x|times?|points?|units?)\b))"
)
_BARE = {
    "weight": re.compile(rf"(?P<a>\d{{1,3}}(?:[.,]\d{{1,2}})?){_NOT_OF_SIZE}", re.IGNORECASE),
    "height": re.compile(rf"(?P<a>\d{{3}}|[12][.,]\d{{2}}){_NOT_OF_SIZE}", re.IGNORECASE),
}
# "154 lb (70 kg)", "5 ft 6 / 168 cm": what the measurement was converted to is what it was rounded to.
_AGAIN = {
    name: re.compile(
        rf"\s?(?:(?P<opened>[(\[])|[/=,])\s?(?P<a>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s?{unit}\b(?(opened)\s?[)\]])",
        re.IGNORECASE,
    )
    for name, unit in (("weight", "kgs?"), ("height", "cms?"))
}
_ROUNDED = 0.02
# Of what is dictated these need their unit, since years and grams are counted as well.
_NEED_UNIT = {"weight": ("k",), "height": ("cent",), "pain_score": ("out",)}
# No dictated blood pressure is longer.
_DICTATED = 80


class Reading(NamedTuple):
    """What was read: the end of it, and the values by the names they are stored under."""

    end: int
    values: tuple[tuple[str, float], ...]


def reading_at(name: str, label: str, text: str, at: int, end: int) -> Reading | None:
    """The value of a vital sign that stands right at a place."""
    value = VALUE[name].match(text, at, end)
    if value is not None:
        values = values_of(name, label, value)
        also = _in_stored_unit(name, value, values, text, end)
        if also is not None:
            return also
        return Reading(end_of(name, value), values) if values else None
    bare = _BARE[name].match(text, at, end) if name in _BARE else None
    if bare is None:
        return _spoken_at(name, text, at, end)
    number = float(bare["a"].replace(",", "."))
    if name == "height" and number < 3:
        number = round(number * 100, 1)
    return Reading(bare.end(), ((name, number),))


def _spoken_at(name: str, text: str, at: int, end: int) -> Reading | None:
    """A value that was dictated: "one hundred and ten over seventy", "thirty-eight point five"."""
    if text[at : at + 1].isdigit():
        return None
    if name == "blood_pressure":
        pair = next(iter(spoken_pairs(text, at, min(end, at + _DICTATED))), None)
        return (
            Reading(pair[1], pressure_spoken(*pair[2:]))
            if pair and pair[0] == at and pressure_spoken(*pair[2:])
            else None
        )
    found = dictated_at(text, at, end)
    if found is None:
        return None
    stop, value, unit = found
    if name == "body_temperature":
        return Reading(stop, temperature_of(value, None)) if temperature_of(value, None) else None
    if name in _NEED_UNIT and not unit.startswith(_NEED_UNIT[name]):
        return None
    return Reading(stop, ((name, value),))


def _in_stored_unit(
    name: str, value: re.Match[str], values: tuple[tuple[str, float], ...], text: str, end: int
) -> Reading | None:
    """The same weight or height in the unit that is stored, where it is told as well: "154 lb (70 kg)"."""
    again = _AGAIN[name].match(text, end_of(name, value), end) if name in _AGAIN and values else None
    number = float(again["a"].replace(",", ".")) if again else 0.0
    if again is None or abs(number - values[0][1]) > _ROUNDED * values[0][1]:
        return None
    return Reading(again.end(), ((name, number),))


def values_of(name: str, label: str, value: re.Match[str]) -> tuple[tuple[str, float], ...]:
    """The values of a match of `VALUE[name]` behind `label`, by the names they are stored under."""
    simple = {"blood_pressure": pressure_of, "weight": _weight, "height": _height}.get(name)
    if simple is not None:
        return simple(value)
    if name == "body_temperature":
        return temperature_of(float(value["a"].replace(",", ".")), value["u"])
    if name == "oxygen_saturation":
        number = float(value["a"].replace(",", "."))
        sure = value["u"] or label not in {"o2", "oxygenation"}
        return (("oxygen_saturation", number),) if sure and number >= (50 if value["u"] else 70) else ()
    if name == "pain_score":
        return _pain(label, value)
    return ((name, float(value["a"].replace(",", "."))),)


def end_of(name: str, value: re.Match[str]) -> int:
    """Where what a match of `VALUE[name]` says of the reading ends; a number behind it may belong to something else."""
    if name in {"weight", "height"}:
        found = quantity_of(value, "kilogram" if name == "weight" else "centimeter")
        return found[1] if found else value.end()
    return value.end()


def pressure_of(value: re.Match[str]) -> tuple[tuple[str, float], ...]:
    """Systolic and diastolic pressure, if they can be both."""
    upper, lower = float(value["a"]), float(value["b"])
    if not (upper > lower and 40 <= upper <= 300 and 15 <= lower <= 200):
        return ()
    return ("systolic_blood_pressure", upper), ("diastolic_blood_pressure", lower)


def pressure_spoken(upper: float, lower: float) -> tuple[tuple[str, float], ...]:
    """Systolic and diastolic pressure, if what was dictated can be both."""
    sure = upper > lower and 60 <= upper <= 300 and 30 <= lower <= 200
    return (("systolic_blood_pressure", upper), ("diastolic_blood_pressure", lower)) if sure else ()


def temperature_of(number: float, unit: str | None) -> tuple[tuple[str, float], ...]:
    """A temperature; without a unit its size tells which it is."""
    if unit is None:
        # no one lives at 85 °C or at 40 °F
        unit = "f" if 85 <= number <= 113 else "c" if 30 <= number <= 44 else None
        if unit is None:
            return ()
    return (("body_temperature", converted(number, {"f": "degF", "c": "degC"}[unit[0].lower()], "degC")),)


def _weight(value: re.Match[str]) -> tuple[tuple[str, float], ...]:
    found = quantity_of(value, "kilogram")
    return (("weight", found[0]),) if found else ()


def _height(value: re.Match[str]) -> tuple[tuple[str, float], ...]:
    found = quantity_of(value, "centimeter")
    return (("height", found[0]),) if found else ()


def _pain(label: str, value: re.Match[str]) -> tuple[tuple[str, float], ...]:
    stated = re.search(r"10\b", value.group()[value.end("a") - value.start() :]) is not None
    scale = label.rsplit(maxsplit=1)[-1] in {"score", "scale", "level", "rating", "intensity", "vas", "nrs"}
    return (("pain_score", float(value["a"])),) if stated or scale else ()
