"""Days and moments in notes: as they are written, and which day they are, where that is certain.

`DATE`, `day_of` and `moment_at` know full dates only. `dates_in` knows all forms: partial ("March 2019"), without a
year ("18/4", "1 June"), and, given the day of the note, relative ones ("yesterday", "3 days ago", "last March").
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_ISO = r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
_DAY_FIRST = rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[ .-](?:of )?(?P<m2>{MONTH})\b\.?,?[ .-](?P<y2>(?:19|20)\d\d)\b"
_MONTH_FIRST = rf"(?P<m3>{MONTH})\b\.?[ -](?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<y3>(?:19|20)\d\d)\b"
_NUMBERS = r"(?P<a4>\d{1,2})(?P<s4>[/.-])(?P<b4>\d{1,2})(?P=s4)(?P<y4>(?:19|20)\d\d)(?!\d)"
DATE = re.compile(rf"(?<![\d/.-])(?:{_ISO}|{_DAY_FIRST}|{_MONTH_FIRST}|{_NUMBERS})", re.IGNORECASE)
_TIME = re.compile(
    r"[ T,]{0,3}(?:at |@ ?|- )?(?P<h>\d{1,2})[:.](?P<min>\d\d)(?::(?P<s>\d\d))?(?:\.\d+)?"
    r"\s?(?P<half>[ap]\.?m\b)?(?P<zone>Z|[+-]\d\d:?\d\d)?(?:\s?(?:h|hrs|hours)\b)?",
    re.IGNORECASE,
)
_BARE_TIME = re.compile(r"[ ,]{1,3}(?:at |@ ?)?(?P<h>[012]\d)(?P<min>[0-5]\d)\s?(?:h|hrs|hours)\b", re.IGNORECASE)


class Day(NamedTuple):
    """A day, month or year as far as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """As an ISO date, as far as it is known: "2019-03-05", "2019-03", "2019"."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def first(self) -> date:
        """The first day that it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that it may be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def made(year: int, month: int | None = None, day: int | None = None) -> Day | None:
    """A day, if the calendar has it."""
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return Day(year, month, day)


def day_of(match: re.Match[str], *, day_first: bool | None = None) -> date | None:
    """The day that a match of `DATE` means; None where it may be two (03/04/2024) or is none.

    Args:
        match: A match of `DATE`.
        day_first: Whether the text writes the day before the month, where that is known (`day_first_in`).
    """
    found = match.groupdict()
    try:
        if found["y1"]:
            return date(int(found["y1"]), int(found["m1"]), int(found["d1"]))
        if found["y2"]:
            return date(int(found["y2"]), MONTHS[found["m2"].lower()], int(found["d2"]))
        if found["y3"]:
            return date(int(found["y3"]), MONTHS[found["m3"].lower()], int(found["d3"]))
        pair = ordered(int(found["a4"]), int(found["b4"]), day_first=day_first)
        return date(int(found["y4"]), *pair) if pair else None
    except ValueError:
        return None


def ordered(first: int, second: int, *, day_first: bool | None) -> tuple[int, int] | None:
    """Month and day of two numbers; None where either may be either."""
    if first > 12 or first == second:
        return second, first
    if second > 12:
        return first, second
    return None if day_first is None else (second, first) if day_first else (first, second)


@lru_cache(maxsize=4)  # asked of one text for each of its sentences
def day_first_in(text: str) -> bool | None:
    """Whether a text writes the day before the month, going by its dates that can be read in one way only."""
    said = set()
    for match in re.finditer(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(?:(?:19|20)?\d\d)(?![\d/])", text):
        first, second = int(match[1]), int(match[3])
        if 12 < first <= 31 and 1 <= second <= 12:
            said.add(True)
        elif 12 < second <= 31 and 1 <= first <= 12:
            said.add(False)
    return said.pop() if len(said) == 1 else None


def moment_at(text: str, match: re.Match[str], *, day_first: bool | None = None) -> date | datetime | None:
    """The day of a match, with the time of day where one follows."""
    day = day_of(match, day_first=day_first)
    return None if day is None else moment_of(text, match.end(), day)


def moment_of(text: str, end: int, day: date) -> date | datetime:
    """A day that is written up to `end`, with the time of day where one follows."""
    clock = _TIME.match(text, end) or _BARE_TIME.match(text, end)
    if clock is None:
        return day
    hour, found = int(clock["h"]), clock.groupdict()
    half = (found.get("half") or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            return day
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        at = datetime.combine(day, time(hour, int(clock["min"]), int(found.get("s") or 0)))
        return datetime.fromisoformat(f"{at.isoformat()}{_offset(found['zone'])}") if found.get("zone") else at
    except ValueError:
        return day


def _offset(zone: str) -> str:
    return "+00:00" if zone in "Zz" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


class DateFound(NamedTuple):
    """A day, month or year named at `text[start:end]`."""

    start: int
    end: int
    day: Day | None
    """Which it is; None where it may be several (03/04/2024), or where the day of the note would be needed."""
    relative: bool
    """Whether it is told in relation to the note: "yesterday", "last March", "Tuesday"."""
    yearless: str | None = None
    """The month, or month and day, of what is written without a year, as in XML Schema: "--11", "--07-13"."""

    @property
    def iso(self) -> str | None:
        """As an ISO date, as far as it is known."""
        return self.day.iso if self.day else None


def dates_in(
    text: str, base: date | None = None, *, day_first: bool | None = None, start: int = 0, end: int | None = None
) -> list[DateFound]:
    """The days, months and years that a text names, in order; a date inside another is none.

    Args:
        text: The text.
        base: The day of the note, which relative days go by; a day without a year is the last one up to it, unless the
            text says "next", "until" or "on" something to come.
        day_first: Whether 03/04/2024 is the third of April; None takes what the text's other dates tell.
        start: Where to begin.
        end: Where to stop.
    """
    from clinical.values.relative_days import found_in  # noqa: PLC0415 (it stands on this module)

    order = day_first_in(text) if day_first is None else day_first
    return list(_apart(found_in(text, base, day_first=order, start=start, end=len(text) if end is None else end)))


def _apart(found: Iterable[DateFound]) -> Iterable[DateFound]:
    last = -1
    for one in sorted(found, key=lambda date_: (date_.start, -date_.end)):
        if one.start >= last:
            last = one.end
            yield one
