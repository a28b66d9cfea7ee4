"""How often a medication is taken: from sig codes and plain words to plain words."""

import re
from collections.abc import Callable
from typing import NamedTuple

from clinical.values.dosing import NUMBERS


class _Frequency(NamedTuple):
    pattern: re.Pattern[str]
    words: Callable[[re.Match[str]], str]


_HOURS = {"hourly": "hour", "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour", "o": "hour"}
_PERIODS = {
    "d": "day",
    "day": "day",
    "days": "day",
    "wk": "week",
    "wks": "week",
    "week": "week",
    "weeks": "week",
    "mo": "month",
    "month": "month",
    "months": "month",
}
_PERIODS |= _HOURS | {"minutes": "minute", "min": "minute", "mins": "minute"}
_TIMES = {
    "once": "once",
    "one": "once",
    "1": "once",
    "twice": "twice",
    "two": "twice",
    "2": "twice",
    "three": "three times",
    "3": "three times",
    "thrice": "three times",
    "four": "four times",
    "4": "four times",
    "five": "five times",
    "5": "five times",
    "six": "six times",
    "6": "six times",
}


def _every(match: re.Match[str]) -> str:
    number = match["n"]
    number = (
        "-".join(NUMBERS.get(part.lower(), part) for part in re.split(r"\s?(?:-|–|to)\s?", number)) if number else "1"
    )
    period = _PERIODS[match["p"].lower()]
    return f"every {period}" if number == "1" else f"every {number} {period}s"


def _times(match: re.Match[str]) -> str:
    times = _TIMES[match["n"].lower()]
    period = match["p"].lower()
    name = {
        "day": "daily",
        "daily": "daily",
        "d": "daily",
        "week": "weekly",
        "wk": "weekly",
        "weekly": "weekly",
        "month": "monthly",
        "monthly": "monthly",
        "year": "yearly",
        "yearly": "yearly",
        "nightly": "nightly",
    }[period]
    return f"{times} {name}"


def _said(words: str) -> Callable[[re.Match[str]], str]:
    return lambda _: words


def _frequency(pattern: str, words: str | Callable[[re.Match[str]], str], flags: int = re.IGNORECASE) -> _Frequency:
    return _Frequency(
        re.compile(rf"(?<![\w/]){pattern}(?!\w)", flags), _said(words) if isinstance(words, str) else words
    )


_N = r"(?P<n>\d{1,2}(?:\s?(?:-|–|to)\s?\d{1,2})?|one|two|three|four|six|eight|twelve)"
_BASE = (
    _frequency(
        r"(?:every other day|QOD|q\.o\.d\.?|EOD|alternate days|on alternate days|every second day)", "every other day"
    ),
    _frequency(r"(?:every other week|every second week|fortnightly|biweekly|every fortnight)", "every 2 weeks"),
    _frequency(
        rf"(?:every|each|q)\s?{_N}\s?-?(?P<p>hours?|hrs?|hourly|h|days?|d|weeks?|wks?|wk|months?|mo|minutes|mins?)",
        _every,
    ),
    _frequency(rf"{_N}\s?-?\s?(?P<p>hourly)", _every),
    _frequency(
        (
            r"(?P<n>once|twice|thrice|(?:one|two|three|four|five|six|[1-6])(?=\s?(?:times?|x|a\s|"
            r"per\s|/)))\s?(?:times?|x)?\s?(?:a|per|/|each|every|an|in a)?\s?(?P<p>day|daily|week|"
            r"weekly|wk|month|monthly|year|yearly|d|nightly)"
        ),
        _times,
    ),
    _frequency(r"(?P<n>[1-6])\s?x\s?/?\s?(?P<p>day|daily|week|wk|d)", _times),
    _frequency(r"(?:B\.?I\.?D\.?|BD|twice-daily|b\.d\.)", "twice daily"),
    _frequency(r"(?:T\.?I\.?D\.?|TDS|t\.d\.s\.?)", "three times daily"),
    _frequency(r"(?:Q\.?I\.?D\.?|QDS|q\.d\.s\.?)", "four times daily"),
    _frequency(
        (
            r"(?:Q\.?D\.?|q\.d\.|QDAY|q day|q\.day|once-daily|daily|every day|each day|per day|"
            r"a day|/day|everyday|q24h|q 24h|o\.d\.)"
        ),
        "once daily",
    ),
    _frequency(r"(?:OD|od|Od)", "once daily", 0),
    _frequency(r"(?:weekly|every week|each week|per week|q\.?week|qwk|once-weekly|q week)", "once weekly"),
    _frequency(r"(?:monthly|every month|per month|qmonth|q month|once-monthly)", "once monthly"),
    _frequency(r"(?:hourly|every hour|q1h)", "every hour"),
    _frequency(r"(?:every few hours)", "every few hours"),
    _frequency(r"(?:yearly|annually|every year)", "once yearly"),
    _frequency(r"(?:single dose|one dose|once only|one[- ]time dose|STAT|x\s?1|once now|stat dose)", "once"),
)
_WHEN = (
    _frequency(
        (
            r"(?:q\.?h\.?s\.?|HS|h\.s\.|at bedtime|before bed|nightly|bedtime|every bedtime|at bed time|"
            r"before bedtime|q\.? ?hs|when going to bed)"
        ),
        "at bedtime",
    ),
    _frequency(
        r"(?:nocte|every night|at night|each night|ON(?=[\s.,;)]*$)|qpm at night|night time|nighttime|qnight)",
        "at night",
    ),
    _frequency(
        r"(?:q\.?a\.?m\.?|every morning|each morning|in the mornings?|mane|OM(?=[\s.,;)]*$)|in the am|q am)",
        "every morning",
    ),
    _frequency(r"(?:q\.?p\.?m\.?|every evening|each evening|in the evenings?|q pm|in the pm)", "every evening"),
    _frequency(
        r"(?:with meals|with food|with each meal|with breakfast|with dinner|with supper|with lunch|with every meal)",
        "with meals",
    ),
    _frequency(r"(?:before meals|a\.?c\.?|qac|before breakfast|before food|before each meal)", "before meals"),
    _frequency(r"(?:after meals|p\.c\.|after food|after each meal)", "after meals"),
)
_NEEDED = re.compile(
    (
        r"(?<!\w)(?:p\.?r\.?n\b\.?|as needed|as required|when needed|if needed|when required|"
        r"if required|as necessary|on an as-needed basis|as-needed)(?!\w)"
    ),
    re.IGNORECASE,
)
_TIMES_OF_DAY = {
    "at bedtime": "at bedtime",
    "at night": "at night",
    "every morning": "in the morning",
    "every evening": "in the evening",
}


def frequency_in(text: str, start: int, end: int) -> str | None:
    """How often, in plain words: "once daily at bedtime", "every 6 hours as needed"; None if it is not said."""
    part = text[start:end]
    base = _first(_BASE, part)
    when = _first(_WHEN, part)
    if (base == "twice daily" and when == "every morning") or (
        base is None and when == "every morning" and _both_ends(part)
    ):
        when = None if base else "every morning and evening"
    words = [base] if base else []
    if when:
        words.append(_TIMES_OF_DAY.get(when, when) if base else when)
    if _NEEDED.search(part):
        words.append("as needed")
    return " ".join(words) or None


def _both_ends(part: str) -> bool:
    return bool(re.search(r"(?i)morning and (?:(?:in the |every )?evening|night)", part))


def _first(frequencies: tuple[_Frequency, ...], part: str) -> str | None:
    best: tuple[int, int, str] | None = None
    for frequency in frequencies:
        found = frequency.pattern.search(part)
        # of two that begin at the same place, "daily" is part of the longer "twice daily"
        if found and (best is None or (found.start(), -len(found.group())) < best[:2]):
            best = (found.start(), -len(found.group()), frequency.words(found))
    return best[2] if best else None
