"""The figures of a text, each as what it measures: amounts, rates, days, spans of time, ways of giving, bare numbers."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from clinical.values.amounts import amounts_in
from clinical.values.dates import MONTH, MONTHS, dates_in
from clinical.values.frequencies import frequencies_in
from clinical.values.numbers import NUMBER, numbers_in, number_of
from clinical.values.routes import routes_in


class Figure(NamedTuple):
    """A figure at `text[start:end]`."""

    start: int
    end: int
    kind: str
    """amount, number, pair, frequency, route, span or day."""
    text: str
    value: float = 0.0
    high: float | None = None
    unit: str = ""
    """Of an amount; of a span its unit of time; of a number what it counts ("stage"), where that is told."""
    decimals: int = 0
    """How many decimals it is written with."""
    day: tuple[int | None, int | None, int | None] = (None, None, None)
    """Year, month and day, as far as they are told."""
    role: str = ""
    """from, to, by, below, above; ago, in or every of a span."""


_UNITS_OF_TIME = {"minute": "min", "hour": "hr|h", "day": "d", "week": "wk", "month": "mth|mo", "year": "yr|y/o|yo|y"}
_SPELT_TIME = "|".join(f"{name}s?|(?:{short})s?" for name, short in _UNITS_OF_TIME.items())
_SPAN = re.compile(
    rf"(?P<role>in|within|every|for|over|at|after|x)?\s?(?:(?P<n>{NUMBER.pattern}|(?<=[x×])\d{{1,3}})(?:\s|-)?|(?<!\w)(?P<one>an?)\s)(?P<unit>{_SPELT_TIME})(?:[- ]old)?"
    rf"(?![\w])(?P<behind>\s(?:ago|earlier|before|later|old))?",
    re.IGNORECASE,
)
_SOLIDUS = re.compile(r"(?<![\d/])(?P<n>\d{1,2})/(?P<unit>7|52|12|24)(?![\d/])")
_SOLIDUS_UNITS = {"7": "day", "52": "week", "12": "month", "24": "hour"}
# "20 a day" is a number and how often; "for a day" is a span.
_COUNTED = re.compile(r"\d+\s(?=(?:a|per|each|every)\s(?P<each>day|week|month|night)$)", re.IGNORECASE)
_EACH = {"day": "daily", "week": "weekly", "month": "monthly", "night": "nightly"}
_LASTS = re.compile(r"\b(?:for|in|after|within|over)\s\Z", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\d/.])(?P<a>\d{2,3})\s?(?:/|over)\s?(?P<b>\d{2,3})(?![\d/])(?:\s?mm\s?Hg)?", re.IGNORECASE)
_PER_MINUTE = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s?(?:/\s?min(?:ute)?|bpm|per minute|(?:beats|breaths)(?:/| per | a )min(?:ute)?)(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d/-])")
_MONTH_ALONE = re.compile(
    rf"(?:(?:in|for|until|till|since|by|from|of|early|late|mid|last|next|this)[ -])(?P<m>{MONTH})\b(?! \d)"
)
_TIMES = re.compile(r"\b(?:once|twice|thrice)\b", re.IGNORECASE)
_COUNTS = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_DAY_MONTH = re.compile(
    rf"(?<![\d/])(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})|(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?![\w])",
    re.IGNORECASE,
)
_ROLES = {
    "from": "from",
    **dict.fromkeys(("was", "were", "previously", "baseline"), "was"),
    "to": "to",
    "by": "by",
    "below": "below",
    "under": "below",
    "<": "below",
    "above": "above",
    "over": "above",
    ">": "above",
    "exceeds": "above",
    "least": "above",
}
_ROLE = re.compile(
    r"(?:\b(from|was|were|previously|baseline|to|by|below|under|above|over|exceeds|at least|less than|more than|greater than|fewer than|lower than|higher than)\s"
    r"|([<>])\s?)\Z",
    re.IGNORECASE,
)
_THAN = {
    "at least": "above",
    "less than": "below",
    "fewer than": "below",
    "lower than": "below",
    "more than": "above",
    "greater than": "above",
    "higher than": "above",
}
_LABEL = re.compile(r"\b(stage|type|grade|class|phase|score|nyha|gcs)\s\Z", re.IGNORECASE)


def figures_in(text: str, day: date | None = None) -> list[Figure]:
    """The figures of a text, in order; what is part of a longer one is none of its own.

    Args:
        text: A sentence or several.
        day: The day of the note, which "yesterday" goes by.
    """
    found: list[Figure] = []
    for figure in sorted(_all(text, day), key=lambda one: (_RANK[one.kind], one.start)):
        if all(figure.end <= other.start or other.end <= figure.start for other in found):
            found.append(figure)
    return sorted(found)


_RANK = {kind: rank for rank, kind in enumerate(("day", "pair", "amount", "frequency", "span", "route", "number"))}


def _all(text: str, day: date | None) -> Iterator[Figure]:
    yield from _days(text, day)
    yield from _spans(text)
    for match in _PAIR.finditer(text):
        if int(match["a"]) > int(match["b"]) >= 20:
            yield Figure(*match.span(), "pair", match.group(), float(match["a"]), float(match["b"]), role=_role(text, match.start()))
    for match in _PER_MINUTE.finditer(text):
        yield Figure(*match.span(), "amount", match.group(), float(match["n"]), unit="/min", role=_role(text, match.start()))
    for amount in amounts_in(text):
        written = text[amount.start : amount.end]
        if amount.kind == "length" and not written[0].isdigit():
            continue  # "a foot specialist"
        yield Figure(
            amount.start, amount.end, "amount", written, amount.value, amount.high, amount.unit, _decimals(written),
            role=_role(text, amount.start),
        )  # fmt: skip
    for often in frequencies_in(text):
        counted = _COUNTED.match(text, often.start, often.end)
        if counted:
            yield Figure(counted.end(), often.end, "frequency", f"once {_EACH[counted['each'].lower()]}")
            continue
        if _LASTS.search(text, max(0, often.start - 7), often.start) and text[often.start : often.end].startswith("a "):
            continue
        yield Figure(often.start, often.end, "frequency", often.text)
    for route in routes_in(text):
        if not route.implied and not text[route.start : route.end].lower().startswith(("right", "left")):
            yield Figure(route.start, route.end, "route", route.name)
    for number in numbers_in(text):
        label = _LABEL.search(text, max(0, number.start - 8), number.start)
        written = text[number.start : number.end]
        yield Figure(
            number.start, number.end, "number", written, number.value, unit=label[1].lower() if label else "",
            decimals=_decimals(written), role=_role(text, number.start),
        )  # fmt: skip
    for match in _TIMES.finditer(text):
        yield Figure(*match.span(), "number", match.group(), _COUNTS[match.group().lower()])


def _days(text: str, day: date | None) -> Iterator[Figure]:
    taken: list[tuple[int, int]] = []
    for match in _DAY_MONTH.finditer(text):
        after = _YEAR.match(text, match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip(" ,")))
        if after is None:
            month, number = MONTHS[(match["m"] or match["m2"]).lower()], int(match["d"] or match["d2"])
            if number <= 31:
                taken.append(match.span())
                yield Figure(*match.span(), "day", match.group(), day=(None, month, number))
    for match in _MONTH_ALONE.finditer(text):
        if not _YEAR.match(text, match.end() + 1):
            taken.append(match.span("m"))
            yield Figure(*match.span("m"), "day", match["m"], day=(None, MONTHS[match["m"].lower()], None))
    for one in dates_in(text, day):
        if one.day is None or any(one.start < end and start < one.end for start, end in taken):
            continue
        if one.relative and re.search(r"\d|\b(?:one|two|three|four|five|six|ten|an?)\b", text[one.start : one.end]):
            yield Figure(one.start, one.end, "day", text[one.start : one.end], day=tuple(one.day), role="relative")
        else:
            yield Figure(one.start, one.end, "day", text[one.start : one.end], day=tuple(one.day))
        taken.append((one.start, one.end))
    for match in _YEAR.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            yield Figure(*match.span(), "day", match.group(), day=(int(match.group()), None, None))


def _spans(text: str) -> Iterator[Figure]:
    for match in _SPAN.finditer(text):
        value = number_of(match["n"]) if match["n"] else 1.0
        unit = _time(match["unit"])
        if value is None or (match["role"] or "").lower() == "every":
            continue
        behind = (match["behind"] or "").strip().lower()
        role = "ago" if behind in {"ago", "earlier"} else "in" if (match["role"] or "").lower() == "in" else ""
        if "old" in match.group().lower() or (unit == "year" and value > 17 and match["unit"].lower() in {"yo", "y/o", "y"}):
            role = "age"
        yield Figure(match.start("n" if match["n"] else "one"), match.end(), "span", match.group(), value, unit=unit, role=role)
    for match in _SOLIDUS.finditer(text):
        yield Figure(*match.span(), "span", match.group(), float(match["n"]), unit=_SOLIDUS_UNITS[match["unit"]])


def _time(written: str) -> str:
    lowered = written.lower()
    for name, short in _UNITS_OF_TIME.items():
        if lowered.rstrip("s") == name or lowered.rstrip("s") in short.split("|"):
            return name
    return lowered


def _role(text: str, at: int) -> str:
    found = _ROLE.search(text, max(0, at - 14), at)
    if found is None:
        return ""
    word = (found[1] or found[2]).lower()
    return _THAN.get(word) or _ROLES.get(word, "")


def _decimals(written: str) -> int:
    found = re.match(r"\d+[.,](\d+)", written)
    return len(found[1]) if found else 0
