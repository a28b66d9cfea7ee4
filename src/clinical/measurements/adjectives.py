"""Values behind the word for what they mean: "tachycardic at 126", "hypotensive, 84/50", "hyperkalaemic at 6.8".

A value counts only on the side that its word tells: what is tachycardic is no 50.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.measurements.core import Called

# What may stand between the word and its value.
_TO_VALUE = (
    r"(?:\s(?:again|today|on arrival|overnight|now|(?:in|on) (?:the )?[a-z]{2,12}))?(?:\s?[,:(@~-]\s?|\s)"
    r"(?:(?:at|to|of|with(?: a)?|was|is|around|about|"
    r"up to|down to|as low as|as high as|rate|temp|T|HR|RR|BP|sats?|pulse)\s){0,3}"
)
_NO_MORE = (
    r"(?![\d/]|[.,]\d|s\b|\s?(?:[–-]\s?\d|/|x\b|mg\b|mcg\b|%?\sof|years?|yrs?|days?|weeks?|wks?|hours?|hrs?|h\b|min))"
)
_PRESSURE = r"(?P<value>\d{2,3}/\d{2,3})(?![\d/])"
_WHOLE = r"(?P<value>\d{2,3})" + _NO_MORE
_DEGREES = r"(?P<value>\d{2,3}(?:[.,]\d{1,2})?)(?:\s?°?\s?[CF]\b)?" + _NO_MORE
_PERCENT = r"(?P<value>\d{2})\s?(?:%|(?=\s(?:on|RA|in)\b))" + _NO_MORE
_DECIMAL = r"(?P<value>\d{1,2}[.,]\d)" + _NO_MORE


class _Kind(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    lowest: float
    highest: float


def _kind(name: str, adjectives: str, value: str, lowest: float, highest: float) -> _Kind:
    return _Kind(name, re.compile(rf"\b(?:{adjectives}){_TO_VALUE}{value}", re.IGNORECASE), lowest, highest)


_VITALS = (
    _kind("blood_pressure", r"(?:hyper|hypo|normo)tensi(?:ve|on)|HTN|BP soft|soft BP|shocked", _PRESSURE, 0, 400),
    _kind("heart_rate", r"tachy(?:cardi(?:c|a))?", _WHOLE, 85, 300),
    _kind("heart_rate", r"brady(?:cardi(?:c|a))?", _WHOLE, 20, 65),
    _kind("respiratory_rate", r"tachypno?e(?:ic|a)", _WHOLE, 18, 80),
    _kind("respiratory_rate", r"bradypno?e(?:ic|a)", _WHOLE, 4, 14),
    _kind(
        "body_temperature",
        r"(?<!no )(?:(?:py|hyperpy)rexi(?:al|a)|febrile|fever(?:ish)?|spik(?:ed|ing)|temp spike)",
        _DEGREES,
        37.2,
        43,
    ),
    _kind("body_temperature", r"apyrexi(?:al|c|a)|afebrile|no fever|no pyrexia", _DEGREES, 34, 38.1),
    _kind("body_temperature", r"hypothermi(?:c|a)", _DEGREES, 25, 36.5),
    _kind("oxygen_saturation", r"hypox(?:ic|i?a|a?emi(?:c|a))|desat(?:s|urat(?:ed|es|ing|ion))?", _PERCENT, 40, 96),
)
_LABS = (
    _kind("glucose", r"hypoglyca?emi(?:c|a)", _DECIMAL, 0.5, 4.2),
    _kind("glucose", r"hyperglyca?emi(?:c|a)", _DECIMAL, 7, 60),
    _kind("potassium", r"hyperkala?emi(?:c|a)", _DECIMAL, 5, 10),
    _kind("potassium", r"hypokala?emi(?:c|a)", _DECIMAL, 1, 3.6),
    _kind("sodium", r"hyponatra?emi(?:c|a)", _WHOLE, 90, 136),
    _kind("sodium", r"hypernatra?emi(?:c|a)", _WHOLE, 144, 200),
    _kind("hemoglobin", r"ana?emic", r"(?P<value>\d{2,3}|\d{1,2}\.\d)" + _NO_MORE, 2, 139),
)
_MIDDLE = 50  # no temperature in Celsius is higher


def vitals_called(text: str) -> Iterator[Called]:
    """The vital signs behind their adjectives; a blood pressure with both its numbers."""
    return _called(text, _VITALS)


def labs_called(text: str) -> Iterator[Called]:
    """The laboratory values behind their adjectives."""
    return _called(text, _LABS)


def _called(text: str, kinds: tuple[_Kind, ...]) -> Iterator[Called]:
    for kind in kinds:
        for found in kind.pattern.finditer(text):
            written = found["value"]
            if kind.name != "blood_pressure" and not kind.lowest <= _number(kind.name, written) <= kind.highest:
                continue
            yield Called(found.start(), found.start("value"), found.end(), kind.name, written)


def _number(name: str, written: str) -> float:
    number = float(written.replace(",", "."))
    return (number - 32) / 1.8 if name == "body_temperature" and number > _MIDDLE else number
