"""What readings look like behind the names of vital signs, and their values in the units that are stored."""

import re

from clinical.values.quantities import LENGTH, WEIGHT, quantity_of
from clinical.values.units import converted

# What may stand between the name of a vital sign and its value.
_FILLER = (
    r"(?:[ \t]*(?:[:=,(\[|•~]|[-–—](?=[ \t]*\d| )|\b(?:is|was|of|at|are|were|today|currently|"
    r"now|reading|reads?|measured|measures|"
    r"measuring|stable|on arrival|elevated|normal|slightly|mildly|recorded|as|in (?:the )?(?:office|"
    r"clinic|ed|er|room)|here|"
    r"initially|initial|sitting|standing|supine|lying|resting|regular|reg|irregular|manual|"
    r"repeat|noted|to be|about|around|"
    r"approximately|approx\.?|ca\.?|on (?:room air|ra|examination|exam|admission)|rate|"
    r"value|low|high|oral|orally|tympanic|"
    r"and|running|this (?:morning|visit)|for (?:this|today's) visit|left arm|right arm|"
    r"la|ra|lue|rue|level|mmhg|bpm|kg|cm|lbs|"
    r"c|f|max|current|actual|the|office|with|monitor|at home|home|percent(?:age)?|\(?(?:kg|"
    r"cm|lbs?|bpm|mm ?hg|°?[cf]|%|f|c)\)?)\b\.?|[)\]])){0,6}[ \t]*"
)
_AFTER = r"(?!\d|/\s?\d|[.,]\d|s\b|'s\b|-?\d|\s?(?:-|–|to)\s?\d|\s?%\s?(?:of|decrease|increase)|th\b|st\b|nd\b|x\b)"
VALUE = {
    "blood_pressure": re.compile(
        _FILLER
        + (
            r"(?P<a>\d{2,3})\s?(?:/|over|\\)\s?(?P<b>\d{2,3})(?![\d/]|[.,]\d|s\b|'s\b|-\d|\s?(?:to|"
            r"–)\s?\d{2,3}/)(?:\s?mm\s?\[?hg\]?)?"
        ),
        re.IGNORECASE,
    ),
    "heart_rate": re.compile(
        _FILLER
        + r"(?P<a>\d{2,3}(?:\.\d{1,2})?)"
        + _AFTER
        + r"(?!\s?(?:%|percent|mm|kg|lb))(?:\s?(?:bpm|beats?(?:\s?(?:per|/|a)\s?min\w*)?|/\s?min\w*))?",
        re.IGNORECASE,
    ),
    "respiratory_rate": re.compile(
        _FILLER
        + r"(?P<a>\d{1,2}(?:\.\d{1,2})?)"
        + _AFTER
        + (
            r"(?!\s?(?:%|percent|days?|weeks?|mg|years?))(?:\s?(?:breaths?(?:\s?(?:per|/|a)\s?min\w*)?|"
            r"bpm|/\s?min\w*|cpm))?"
        ),
        re.IGNORECASE,
    ),
    "body_temperature": re.compile(
        _FILLER
        + r"(?P<a>\d{2,3}(?:[.,]\d{1,2})?)(?![\d/]|\s?(?:-|–|to)\s?\d|\s?(?:%|mg|kg|lbs?|bpm)\b)"
        + (
            r"(?:\s?(?:°|º|˚|deg(?:rees?)?|o(?=[FC]\b))?\s?(?P<u>f|c|fahrenheit|celsius|centigrade)\b|"
            r"\s?(?:°|º|˚|degrees?))?"
        ),
        re.IGNORECASE,
    ),
    "oxygen_saturation": re.compile(
        _FILLER
        + (
            r"(?P<a>\d{2,3}(?:\.\d{1,2}|,\d{1,2}(?=\s?(?:%|per ?cent)))?)(?![\d/]|s\b|\s?(?:-|–|to)\s?\d)\s?"
            r"(?P<u>%|percent\b|per cent\b)?(?:\s?(?:on|"
            r"in)?\s?(?:room air|ra\b|air\b|\d{1,2}\s?l(?:itres?|iters?|pm)?\b(?:/min)?))?"
        ),
        re.IGNORECASE,
    ),
    "weight": re.compile(_FILLER + WEIGHT, re.IGNORECASE),
    "height": re.compile(_FILLER + LENGTH, re.IGNORECASE),
    "bmi": re.compile(
        _FILLER + r"(?P<a>\d{1,2}(?:[.,]\d{1,2})?)(?!\d|\s?(?:-|–|to)\s?\d)(?:\s?kg\s?/\s?m(?:2|²|\^2|\*\*2|sq)?)?",
        re.IGNORECASE,
    ),
    "pain_score": re.compile(
        r"(?:[ \t]*(?:[:=,(\[-]|\b(?:is|was|of|at|score|level|scale|rating|rated|rates|currently|"
        r"now|today|as|a|severity|intensity|about|around|on)\b)){0,5}[ \t]*"
        r"(?P<a>\d{1,2})(?![\d.,]?\d|\s?(?:-|–|to)\s?\d)(?:\s?(?:/|out of|of)\s?10\b(?!/))?",
        re.IGNORECASE,
    ),
}


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
