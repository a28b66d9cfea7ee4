"""Courses of treatment that end: "for three days", "5/7", "until 22 November"."""

import re
from datetime import date, timedelta

from clinical.values.dates import DATE, day_of

_NUMBERS = {
    word: number
    for number, words in (
        (1, "a an one"),
        (2, "two"),
        (3, "three"),
        (4, "four"),
        (5, "five"),
        (6, "six"),
        (7, "seven"),
        (8, "eight"),
        (9, "nine"),
        (10, "ten"),
        (12, "twelve"),
        (14, "fourteen"),
        (21, "twenty-one"),
        (28, "twenty-eight"),
    )
    for word in words.split()
}
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?:days?|d|weeks?|wks?|months?|fortnights?|nights?)"
_SOLIDUS = {"7": "day", "52": "week", "12": "month"}
_DAYS = {"day": 1, "night": 1, "week": 7, "month": 31}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_DAY_MONTH = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})"
    rf"|(?P<month_first>{_MONTH})\.? (?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"\b(?! \d{4})",
    re.IGNORECASE,
)
_COURSE = re.compile(
    rf"\b(?:for|x)\s?(?:the next |a further |a total of |up to |another |only )?(?P<n>{_NUMBER})"
    rf"(?: full| more| further)?[ -]?(?P<u>{_UNIT})\b"
    rf"|\b(?P<n2>{_NUMBER})(?<!\ba)(?<!\ban)[ -](?P<u2>day|week|month)s?(?:[ -]course\b|(?=\s?(?:[.,;)\n]|$)))"
    r"|(?<![\d/])(?P<n3>\d{1,2})/(?P<u3>7|52|12)(?![\d/])",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\b(?:until|till|til|up to|through|to finish(?: on)?|finish(?:es|ing)?(?: on)?|ends?(?: on)?|stop(?:s|ping)? on|"
    rf"last dose(?: on)?)\s(?:and including )?"
    rf"(?P<when>{DATE.pattern}|{_DAY_MONTH.pattern}|(?:{'|'.join(_WEEKDAYS)})\b)",
    re.IGNORECASE,
)
# "Has been taking it for three weeks" tells how long it has been, not when it ends.
_SO_FAR = re.compile(r"\b(?:has|have|had|been|took|taken|taking|takes|tried|used|uses|using|was|were)\b", re.IGNORECASE)


def duration_in(before: str, text: str) -> str | None:
    """How long a medication is to be taken, going by what stands around its name: "3 days", "until 3 May"."""
    until = _UNTIL.search(text)
    if until:
        return f"until {until['when']}"
    course = _COURSE.search(text)
    if course is None or _SO_FAR.search(before):
        return None
    if course["n3"]:
        number, unit = int(course["n3"]), _SOLIDUS[course["u3"]]
    else:
        written = (course["n"] or course["n2"]).lower()
        number = _NUMBERS.get(written) or int(written)
        unit = (course["u"] or course["u2"]).lower().removesuffix("s")
        unit = {"d": "day", "wk": "week"}.get(unit, unit)
    if unit == "fortnight":
        number, unit = 2 * number, "week"
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else None


def last_day_of(duration: str, given: date) -> date | None:
    """The last day of a course that was ordered on a day; None where that cannot be known.

    Args:
        duration: As `duration_in` gives it.
        given: The day of the note.
    """
    if not duration.startswith("until "):
        number, _, unit = duration.partition(" ")
        days = _DAYS.get(unit.removesuffix("s")) if number.isdigit() else None
        return given + timedelta(days=int(number) * days) if days else None
    when = duration.removeprefix("until ")
    full = DATE.fullmatch(when)
    if full:
        return day_of(full)
    if when.lower() in _WEEKDAYS:
        return given + timedelta(days=(_WEEKDAYS.index(when.lower()) - given.weekday()) % 7)
    return _next(when, given)


def _next(when: str, given: date) -> date | None:
    """The next 22 November after a day."""
    found = _DAY_MONTH.fullmatch(when)
    if found is None:
        return None
    name = (found["month"] or found["month_first"]).lower()[:3]
    month = next(number for number, each in enumerate(_MONTHS, 1) if each.startswith(name))
    for year in (given.year, given.year + 1):
        try:
            day = date(year, month, int(found["day"] or found["day_behind"]))
        except ValueError:
            continue
        if day >= given:
            return day
    return None
