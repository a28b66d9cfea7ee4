"""Weights and lengths as people write them: in one unit, or in two that belong together ("11 stone 4", "1 m 62 cm")."""

import re
from fractions import Fraction
from typing import NamedTuple

from clinical.values.units import converted

_WEIGHTS = {
    "kilogram": r"kgs?|kilos?|kilogram(?:me)?s?",
    "gram": r"gram(?:me)?s?|gms?|g",
    "stone": r"stones?|sts?",
    "pound": r"pounds?|lbs?",
    "ounce": r"ounces?|ozs?",
}
_LENGTHS = {
    "meter": r"met(?:er|re)s?|m",
    "centimeter": r"centimet(?:er|re)s?|cms?",
    "foot": r"feet|foot|ft",
    "inch": r"inch(?:es)?|ins?",
}
# Signs for feet and inches.
_SIGNS = {"foot": r"['’\u2032\u00b4]", "inch": r"(?:[\"”\u2033]|''|’’|\u2032\u2032)"}
# Metric symbols are no abbreviations: behind those a full stop ends the sentence.
_ABBREVIATED = frozenset({"stone", "pound", "ounce", "foot", "inch"})
_STOP = r"\.?"
# What the smaller unit is in which a quantity goes on, and how many of those the larger one has.
_SMALLER = {
    "stone": ("pound", 14),
    "pound": ("ounce", 16),
    "foot": ("inch", 12),
    "meter": ("centimeter", 100),
    "kilogram": ("gram", 1000),
}
_VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_NUMBER = r"(?:\d{1,4}(?:,\d{3}(?!\d))?(?:[.,]\d{1,3})?(?!\d)(?:\s?[½¼¾]|\s[1-3]/[24](?![\d/]))?|[½¼¾])"
# A number that something else is counted by: "11 stone 4 weeks ago", "5 ft 3/7".
_COUNTS = (
    r"(?!\s?[-–]?\s?(?:\d|[/%'\"’]|(?!(?:was|is|has|as|vs)\b)[a-z]+s\b|(?:day|week|month|year|hour|minute|mm|cm|kg|lb|mg|st|ft|bpm)\b|"
    r"(?:to|or)\s\d))"
)
_CHANGE = r"(?!\s?(?:loss|gain|more|less|over|lost|gained|heavier|lighter)\b)"


def _units(units: dict[str, str], prefix: str) -> str:
    spelt = [
        rf"(?P<{prefix}_{unit}>(?:{pattern})(?![a-z]){_STOP if unit in _ABBREVIATED else ''}"
        rf"{rf'|{_SIGNS[unit]}' if unit in _SIGNS else ''})"
        for unit, pattern in units.items()
    ]
    return f"(?:{'|'.join(spelt)})"


def _pattern(units: dict[str, str]) -> str:
    one = _units(units, "first")
    more = _units(units, "second")
    return (
        rf"(?P<a>{_NUMBER})[ -]?{one}"
        rf"(?:(?P<between>(?:[ \t]?(?:[,-]|and\b|&)?[ \t]?))(?P<b>{_NUMBER})(?:[ -]?{more}|{_COUNTS}(?![.,]\d)))?"
    )


WEIGHT = _pattern(_WEIGHTS) + _CHANGE
LENGTH = _pattern(_LENGTHS) + r"(?![\w/])"


class _Part(NamedTuple):
    """So many of a unit."""

    number: Fraction
    unit: str


def quantity_of(value: re.Match[str], target: str) -> tuple[float, int] | None:
    """The quantity of a match of `WEIGHT` or `LENGTH` in `target`, and where it ends; None for 5 feet 14.

    A second number counts only in the unit below the first one's.
    """
    unit = _unit_of(value, "first")
    first = _Part(_number(value["a"], unit), unit)
    second = _second(value, first)
    if second is None:
        return converted(float(first.number), first.unit, target), _end(value, f"first_{unit}")
    each = _SMALLER[first.unit][1]
    if second.number >= each:
        return None
    end = _end(value, f"second_{second.unit}" if _said(value) else "b")
    return converted(float(first.number * each + second.number), second.unit, target), end


def _end(value: re.Match[str], group: str) -> int:
    """Where a group ends, without the full stop of an abbreviation, which may be that of the sentence."""
    return value.end(group) - value[group].endswith(".")


def _unit_of(value: re.Match[str], prefix: str) -> str:
    return next(
        name.removeprefix(f"{prefix}_")
        for name, found in value.groupdict().items()
        if found and name.startswith(f"{prefix}_")
    )


def _said(value: re.Match[str]) -> bool:
    return any(found for name, found in value.groupdict().items() if name.startswith("second_"))


def _second(value: re.Match[str], first: _Part) -> _Part | None:
    if value["b"] is None or first.unit not in _SMALLER or first.number.denominator != 1:
        return None
    unit = _SMALLER[first.unit][0]
    number = _number(value["b"], unit)
    if _said(value):
        return _Part(number, unit) if _unit_of(value, "second") == unit else None
    return _Part(number, unit) if _goes_without_saying(value, first) else None


def _goes_without_saying(value: re.Match[str], first: _Part) -> bool:
    """Whether a bare second number can be meant in the smaller unit: "11 stone 4", "5 ft 7", "1 m 62", "8 lb 5"."""
    if value["between"].strip():
        return False
    written = value["b"]
    if first.unit == "meter":
        return written.isdigit() and len(written) == 2
    return first.unit in {"stone", "foot"} or (first.unit == "pound" and first.number < 20)


def _number(written: str, unit: str) -> Fraction:
    """A number. A comma before three digits groups grams, and otherwise is a decimal sign."""
    whole, fraction = written, Fraction(0)
    if written[-1] in _VULGAR:
        whole, fraction = written[:-1].strip(), _VULGAR[written[-1]]
    elif "/" in written:
        whole, _, part = written.rpartition(" ")
        fraction = Fraction(part)
    whole = re.sub(r",(?=\d{3}$)", "", whole) if unit == "gram" else whole
    return Fraction(whole.replace(",", ".") or "0") + fraction
