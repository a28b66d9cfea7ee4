"""What figures may be besides what they are first taken for: "6/5" is a day as well, "60 m" metres.

A note writes short, and what is meant often only its reader knows. So a figure keeps its other readings, and bears out
a statement that is right by any of them.
"""

import re
from collections.abc import Iterator

from clinical.propositions.figure import Figure
from clinical.propositions.figure_spans import SOLIDUS_UNITS

_SLASHED = re.compile(r"(?<![\w/.+-])(?P<a>\d{1,2})(?P<sign>[/.])(?P<b>\d{1,2})(?![\d/+%-]|\.\d|\s?[%\u00b0])")
_METRES = re.compile(r"\s?m(?![\w/.\u00b2])")
_AGED = re.compile(r"\b(?:aged|age(?:\sof)?|at|was|when\s(?:he|she)\swas)\s\Z", re.IGNORECASE)
_OLDEST = 110


def with_readings(text: str, figure: Figure) -> Figure:
    """A figure of a text with all that it may be."""
    others = tuple(each for each in _others(text, figure) if each.kind != figure.kind)
    return figure._replace(others=others) if others else figure


def _others(text: str, figure: Figure) -> Iterator[Figure]:
    slashed = _SLASHED.match(text, figure.start)
    if slashed and slashed.end() == figure.end and figure.kind in {"number", "pair", "span", "day"}:
        yield from _slashed(slashed)
    if figure.kind == "number" and not figure.unit:
        metres = _METRES.match(text, figure.end)
        if metres:
            yield figure._replace(kind="amount", unit="m", end=metres.end())
        if 0 < figure.value < _OLDEST and _AGED.search(text, max(0, figure.start - 16), figure.start):
            yield figure._replace(kind="span", unit="year", role="age")


def _slashed(match: re.Match[str]) -> Iterator[Figure]:
    """Two numbers with a sign between: a day, so many of so many days, weeks or months, so many of so many."""
    first, second = int(match["a"]), int(match["b"])
    whole = Figure(*match.span(), "day", match.group())
    if 1 <= second <= 12 and 1 <= first <= 31:
        yield whole._replace(day=(None, second, first))
    if match["sign"] == "/":
        if match["b"] in SOLIDUS_UNITS:
            yield whole._replace(kind="span", value=float(first), unit=SOLIDUS_UNITS[match["b"]])
        yield whole._replace(kind="pair", value=float(first), high=float(second))
