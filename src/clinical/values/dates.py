"""Days and moments in notes, where there is no doubt which they are."""

import re
from datetime import date, datetime, time

_MONTHS = {
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
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
_DAY_FIRST = rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[ .-](?:of )?(?P<m2>{_MONTH})\b\.?,?[ .-](?P<y2>(?:19|20)\d\d)\b"
_MONTH_FIRST = rf"(?P<m3>{_MONTH})\b\.?[ -](?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<y3>(?:19|20)\d\d)\b"
_NUMBERS = r"(?P<a4>\d{1,2})(?P<s4>[/.-])(?P<b4>\d{1,2})(?P=s4)(?P<y4>(?:19|20)\d\d)(?!\d)"
DATE = re.compile(rf"(?<![\d/.-])(?:{_ISO}|{_DAY_FIRST}|{_MONTH_FIRST}|{_NUMBERS})", re.IGNORECASE)
_TIME = re.compile(
    r"[ T,]{0,3}(?:at |@ ?|- )?(?P<h>\d{1,2})[:.](?P<min>\d\d)(?::(?P<s>\d\d))?(?:\.\d+)?"
    r"\s?(?P<half>[ap]\.?m\b)?(?P<zone>Z|[+-]\d\d:?\d\d)?(?:\s?(?:h|hrs|hours)\b)?",
    re.IGNORECASE,
)
_BARE_TIME = re.compile(r"[ ,]{1,3}(?:at |@ ?)?(?P<h>[012]\d)(?P<min>[0-5]\d)\s?(?:h|hrs|hours)\b", re.IGNORECASE)


def day_of(match: re.Match[str]) -> date | None:
    """The day that a match of `DATE` means; None where it may be two (03/04/2024) or is none."""
    found = match.groupdict()
    try:
        if found["y1"]:
            return date(int(found["y1"]), int(found["m1"]), int(found["d1"]))
        if found["y2"]:
            return date(int(found["y2"]), _MONTHS[found["m2"].lower()], int(found["d2"]))
        if found["y3"]:
            return date(int(found["y3"]), _MONTHS[found["m3"].lower()], int(found["d3"]))
        first, second, year = int(found["a4"]), int(found["b4"]), int(found["y4"])
        if first > 12 or first == second:
            return date(year, second, first)
        return date(year, first, second) if second > 12 else None
    except ValueError:
        return None


def moment_at(text: str, match: re.Match[str]) -> date | datetime | None:
    """The day of a match, with the time of day where one follows."""
    day = day_of(match)
    if day is None:
        return None
    clock = _TIME.match(text, match.end()) or _BARE_TIME.match(text, match.end())
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


def only_day_in(text: str, start: int, end: int) -> date | None:
    """The day that `text[start:end]` speaks of, if it names just one and that one is certain."""
    days = {day_of(match) for match in DATE.finditer(text, start, end)}
    return days.pop() if len(days) == 1 else None
