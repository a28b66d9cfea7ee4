"""Spans of time: "for 3 weeks", "10/7", "a year and a half", "6-year-old"."""

import re
from collections.abc import Iterator

from clinical.propositions.figure import Figure, role_at
from clinical.values.numbers import NUMBER, number_of

_UNITS_OF_TIME = {"minute": "min", "hour": "hr|h", "day": "d", "week": "wk", "month": "mth|mo", "year": "yr|y/o|yo|y"}
SPELT_TIME = "|".join(f"{name}s?|(?:{short})s?" for name, short in _UNITS_OF_TIME.items())
SPAN = re.compile(
    rf"(?:(?<!\w)(?P<role>in|within|every|for|over|at|after|x))?\s?"
    rf"(?:(?P<n>{NUMBER.pattern}|(?<=[x\u00d7])\d{{1,3}})(?:\s|-)?(?:(?:full|whole|entire)\s)?"
    rf"|(?<!\w)(?P<one>an?)\s(?:full\s|whole\s|entire\s)?)"
    rf"(?P<unit>{SPELT_TIME})(?:[- ]old)?(?![\w])(?!(?<=[ -](?i:day))\s\d)"  # "84 on day 2"
    r"(?P<behind>\s(?:ago|earlier|before\s(?:the|this|that|his|her)\s(?:visit|appointment|consultation|review)"
    r"|before|later|old))?",
    re.IGNORECASE,
)
_HALVES = {
    **dict.fromkeys(("half", "half a", "half an"), 0.5),
    **dict.fromkeys(("three quarters of a", "three quarters of an"), 0.75),
    **dict.fromkeys(("quarter of a", "quarter of an"), 0.25),
}
_AND_A_HALF = re.compile(
    rf"(?<!\w)(?:(?P<n>{NUMBER.pattern})|an?|one)\s"
    rf"(?:and a half (?P<plural>{SPELT_TIME})|(?P<unit>{SPELT_TIME}) and a half)(?!\w)",
    re.IGNORECASE,
)
_PART_OF_TIME = re.compile(
    rf"(?<!\w)(?P<part>half an?|half|three quarters of an?|(?<=a )quarter of an?)\s(?P<unit>{SPELT_TIME})(?!\w)",
    re.IGNORECASE,
)
_NAMED_SPANS = re.compile(
    rf"(?<!\w)(?:(?P<n>{NUMBER.pattern})\s|an?\s|the\s(?:last|past)\s)?(?P<name>fortnight|decade)s?(?!\w)(?P<behind>\s(?:ago|earlier))?",
    re.IGNORECASE,
)
_COUPLE = re.compile(rf"(?<!\w)couple\sof\s(?P<unit>{SPELT_TIME})(?!\w)", re.IGNORECASE)
_LENGTHS = {"fortnight": (2.0, "week"), "decade": (10.0, "year")}
_SOLIDUS = re.compile(r"(?<![\d/])(?P<n>\d{1,2})/(?P<unit>7|52|12|24|40)(?![\d/])")
SOLIDUS_UNITS = {"7": "day", "52": "week", "12": "month", "24": "hour", "40": "week"}
"""Of what a number over another one counts: 5/7 are five of seven days, 28/40 the weeks of a pregnancy."""
# How far a pregnancy is: "34+2", "34 weeks and 2 days".
_WEEKS_AND_DAYS = re.compile(
    r"(?<![\w+.])(?P<weeks>[1-4]?\d)(?:\+(?P<more>[0-6])(?:/40|\s?(?:weeks|wks)\b)?(?![\w+])"
    r"|(?:\s|-)(?:weeks|wks|w)[,\s]{1,2}(?:and\s)?(?P<days>[1-6])(?:\s|-)?(?:days?|d)\b)",
    re.IGNORECASE,
)


def told_span(written: str) -> tuple[float, None, str]:
    """How far off a day is told to be: 10 years of "10 years ago"."""
    found = SPAN.search(written)
    value = (number_of(found["n"]) if found["n"] else 1.0) if found else None
    return (value, None, unit_of_time(found["unit"])) if found and value is not None else (0.0, None, "")


def spans_in_words(text: str) -> Iterator[Figure]:
    """Spans told in other words than a number and a unit: "a year and a half", "half an hour", "a fortnight"."""
    for match in _AND_A_HALF.finditer(text):
        whole = number_of(match["n"]) if match["n"] else 1.0
        unit = match["unit"] or match["plural"]
        if whole is not None:
            yield Figure(*match.span(), "span", match.group(), whole + 0.5, unit=unit_of_time(unit))
    for match in _COUPLE.finditer(text):
        yield Figure(*match.span(), "span", match.group(), 2.0, unit=unit_of_time(match["unit"]))
    for match in _PART_OF_TIME.finditer(text):
        value = _HALVES[match["part"].lower()]
        yield Figure(*match.span(), "span", match.group(), value, unit=unit_of_time(match["unit"]))
    for match in _NAMED_SPANS.finditer(text):
        length, unit = _LENGTHS[match["name"].lower()]
        times = number_of(match["n"]) if match["n"] else 1.0
        role = "ago" if match["behind"] else ""
        yield Figure(*match.span(), "span", match.group(), length * (times or 1.0), unit=unit, role=role)


def spans_in(text: str) -> Iterator[Figure]:
    """The spans of time of a text, in no order."""
    yield from spans_in_words(text)
    for match in _WEEKS_AND_DAYS.finditer(text):
        days = int(match["more"] or match["days"] or 0)
        yield Figure(*match.span(), "span", match.group(), int(match["weeks"]) + days / 7, unit="week")
    for match in SPAN.finditer(text):
        value = number_of(match["n"]) if match["n"] else 1.0
        unit = unit_of_time(match["unit"])
        if value is None or (match["role"] or "").lower() == "every":
            continue
        behind = (match["behind"] or "").strip().lower()
        role = (
            "ago"
            if behind in {"ago", "earlier"} or behind.startswith("before ")
            else "in"
            if (match["role"] or "").lower() == "in"
            else ""
        )
        if "old" in match.group().lower() or (
            unit == "year" and value > 17 and match["unit"].lower() in {"yo", "y/o", "y"}
        ):
            role = "age"
        ends = role_at(text, match.start("n" if match["n"] else "one"))
        role = role or (ends if ends in {"from", "to"} else "")
        yield Figure(
            match.start("n" if match["n"] else "one"), match.end(), "span", match.group(), value, unit=unit, role=role
        )
    for match in _SOLIDUS.finditer(text):
        yield Figure(*match.span(), "span", match.group(), float(match["n"]), unit=SOLIDUS_UNITS[match["unit"]])


def unit_of_time(written: str) -> str:
    """The unit that is written so: week of "wks"."""
    lowered = written.lower()
    for name, short in _UNITS_OF_TIME.items():
        if lowered.rstrip("s") == name or lowered.rstrip("s") in short.split("|"):
            return name
    return lowered
