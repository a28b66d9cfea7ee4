"""Ages: "66-year-old", "aged 5", "at age 12", "72M", "6 months old", "3/12 old"."""

import re
from functools import cache
from typing import NamedTuple

from clinical.values.numbers import number_of
from clinical.values.scanning import Rule, Scanner

_YEARS = {"year": 1.0, "yr": 1.0, "y": 1.0, "yo": 1.0, "month": 1 / 12, "mo": 1 / 12, "mth": 1 / 12, "week": 7 / 365.25}
_YEARS |= {"wk": 7 / 365.25, "day": 1 / 365.25, "d": 1 / 365.25}
_SPELT = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two"
    r"|three|four|five|six|seven|eight|nine))?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen)"
)
_OLDEST = 125.0


class Age(NamedTuple):
    """An age at `text[start:end]`."""

    start: int
    end: int
    years: float
    at_event: bool
    """Whether it tells when something was ("at age 5", "aged 5"), and not how old somebody is."""


class _Told(NamedTuple):
    years: float
    at_event: bool


@cache
def _scanner() -> Scanner[_Told]:
    unit = r"(?P<u>years?|yrs?|months?|mths?|mo|weeks?|wks?|days?|y)"
    flags = re.IGNORECASE
    return Scanner(
        [
            Rule(
                "#",
                re.compile(rf"(?<![\w.,/-])(?P<n>{_SPELT})[\s-]?{unit}[\s-]?(?:old|o\b|of\sage)(?![^\W_])", flags),
                _now,
            ),
            Rule("#", re.compile(r"(?<![\w.,/-])(?P<n>\d{1,3})\s?(?P<u>y/?o|y\.o\.?)(?![^\W_])", flags), _now),
            Rule(
                "#",
                re.compile(r"(?<![\w.,/-])(?P<n>\d{1,3})\s?(?:y\s?)?(?:M|(?<!9\d)(?<!1\d\d)F)(?![\w/]|\s?(?:to|°))"),
                _now,
            ),
            Rule("#", re.compile(r"(?<![\w.,/-])(?P<n>\d{1,2})/(?P<s>12|52)\sold(?![^\W_])", flags), _solidus),
            Rule(
                "aged age at ages",
                re.compile(
                    (
                        r"(?<![^\W_])(?:at\s(?:the\s)?age(?:\sof)?"
                        rf"|aged?(?:\sof)?:?)\s(?P<n>{_SPELT})(?![\d.,/]\d)(?:[\s-]?{unit}(?![^\W_]))?"
                    ),
                    flags,
                ),
                _then,
            ),
        ]
    )


def ages_in(text: str, start: int = 0, end: int | None = None) -> list[Age]:
    """The ages of a text, in order."""
    return [Age(at, stop, *told) for at, stop, told in _scanner().scan(text, start, end)]


def _years(match: re.Match[str]) -> float | None:
    number = number_of(match["n"])
    written = (match.groupdict().get("u") or "year").lower().replace("/", "").replace(".", "")
    unit = written.removesuffix("s")
    years = None if number is None else number * _YEARS.get(unit, 1.0)
    return years if years is not None and years <= _OLDEST else None


def _now(match: re.Match[str]) -> _Told | None:
    years = _years(match)
    return None if years is None else _Told(years, at_event=False)


def _solidus(match: re.Match[str]) -> _Told | None:
    return _Told(int(match["n"]) / (12 if match["s"] == "12" else 52), at_event=False)


def _then(match: re.Match[str]) -> _Told | None:
    years = _years(match)
    return None if years is None else _Told(years, at_event=not match.group().lower().startswith("age:"))
