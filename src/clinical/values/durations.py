"""Spans of time: how long something is taken or lasts. "For three days", "5/7", "x 10 days", "until 22 November"."""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import NamedTuple

from clinical.values.dates import DATE, MONTH, MONTHS, WEEKDAY, WEEKDAY_NAMES, day_of
from clinical.values.numbers import number_of, plain, ranges_of
from clinical.values.scanning import Rule, Scanner

_N = (
    r"(?:\d{1,3}(?:[.,]5)?|twenty[- ](?:one|two|three|four|five|six|seven|eight)|one|two|three"
    r"|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|sixty|ninety)"
)
_RANGE = rf"(?:{_N}(?:\s?(?:-|–|to|or)\s?{_N})?|an?|a\scouple\sof|half\san?)"
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|h|days?|d|nights?|weeks?|wks?|months?|mths?|mos?|fortnights?|years?|yrs?)"
_SOLIDUS = {"7": "day", "52": "week", "12": "month", "24": "hour"}
_NAMES = {
    "min": "minute",
    "hr": "hour",
    "h": "hour",
    "d": "day",
    "night": "night",
    "wk": "week",
    "mth": "month",
    "mo": "month",
    "yr": "year",
}
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "night": 1.0, "week": 7.0, "month": 31.0, "year": 366.0}
_DAY_MONTH = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{MONTH})\b"
    rf"|(?P<month_first>{MONTH})\.? (?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?![^\W_])(?! \d{4})",
    re.IGNORECASE,
)
_SHORT_DAY = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/])")
# "June", "the end of June 2026", "the autumn"
_IN_MONTH = re.compile(
    rf"(?:the\s)?(?:(?:beginning|start|middle|end)\sof\s|(?:early|mid|late)[\s-])?(?:the\s|next\s)?"
    rf"(?:(?P<month>{MONTH})|(?P<season>spring|summer|autumn|winter|christmas|easter))\.?(?:,?\s(?P<year>20\d\d))?",
    re.IGNORECASE,
)
# The last month of each.
_SEASONS = {"spring": 5, "easter": 4, "summer": 8, "autumn": 11, "christmas": 12, "winter": 2}
_MONTHS = re.compile(r"(?:\d{1,3}-)?(?P<count>\d{1,3}) (?P<unit>month|year)s?")
# What makes a span of time something else: an interval, an age, a moment.
_NO_SPAN_BEFORE = re.compile(
    r"(?:every|each|q|per|in|after|within|last|past|previous|than|at|aged?|of\sage|about|over\sthe)\s?\Z", re.IGNORECASE
)
_NO_SPAN_BEHIND = re.compile(
    (
        r"[\s-]?(?:ago|old|earlier|later|before|prior|post|pregnant|gestation|of\sage|from\snow"
        r"|after|time|following|hence|'?\stime|history|hx|interval|hourly)(?![^\W_])"
    ),
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:until|till|til|'til|up\sto|through|thru|to\sfinish(?:\son)?|finish(?:es"
    r"|ing)?(?:\son)?|ends?(?:\son)?|ending(?:\son)?|stop(?:s|ping)?\son|"
    rf"to\sstop\son|stop\sdate|last\sdose(?:\son)?|to\send\son|last\sday(?:\sis)?)[\s:]\s?(?:and\sincluding\s)?"
    rf"(?P<when>(?:{WEEKDAY},?\s)?(?:{DATE.pattern}|{_DAY_MONTH.pattern}"
    rf"|{_SHORT_DAY.pattern.replace('?P<day>', '').replace('?P<month>', '')})"
    rf"|{WEEKDAY}(?![^\W_])|"
    r"(?:the\s|this\s)?(?:course|treatment|antibiotics?)\s(?:is\s|are\s|has\s|have\s)?(?:finished|completed?|over)|"
    r"[1-4]\d/40|"
    r"(?:next\s)?(?:reviewed|review|seen|surgery|delivery|discharge|follow[- ]?up"
    r"|(?:the\s)?next\s(?:visit|appointment)|complete[d]?|finished|gone|better"
    r"|symptoms?\s(?:resolve|settle)\w*|further\snotice))",
    re.IGNORECASE,
)
# "Has been taking it for three weeks" tells how long it has been, not when it ends.
_SO_FAR = re.compile(r"\b(?:has|have|had|been|took|taken|taking|takes|tried|used|uses|using|was|were)\b", re.IGNORECASE)


class Span(Enum):
    """What kind of span it is."""

    COURSE = "course"
    """"For 5 days", "x 5 days", "a 5 day course"."""
    PLAIN = "plain"
    """A span of time by itself: "5 days"."""
    UNTIL = "until"
    ENDLESS = "endless"
    """"Lifelong", "indefinitely"."""


class Duration(NamedTuple):
    """A span of time at `text[start:end]`."""

    start: int
    end: int
    text: str
    """In plain words: "5 days", "7-10 days", "until 3 May", "lifelong"."""
    kind: Span
    least: float | None = None
    """In days (a month has 31, so that nothing ends too early); None where it is not counted."""
    most: float | None = None


class _Told(NamedTuple):
    text: str
    kind: Span
    least: float | None = None
    most: float | None = None


def durations_in(text: str, start: int = 0, end: int | None = None) -> list[Duration]:
    """The spans of time of a text, in order; not intervals ("every 3 months"), ages, or moments ("3 days ago")."""
    return [Duration(at, stop, *told) for at, stop, told in _scanner().scan(text, start, end)]


def courses_in(text: str, start: int = 0, end: int | None = None) -> list[Duration]:
    """The spans for which something goes on: "for 5 days", "until 3 May"; not a bare "5 days" inside a sentence."""
    return [one for one in durations_in(text, start, end) if is_course(text, one)]


def is_course(text: str, one: Duration) -> bool:
    """Whether a span is one for which something goes on; a bare one, where its item ends behind it."""
    if one.kind is Span.PLAIN:
        return re.match(r"\s?(?:[.,;)\n]|course\b|\Z)", text[one.end : one.end + 8], re.IGNORECASE) is not None
    return True


def same_duration(one: str, other: str) -> bool:
    """Whether two spans are one: 2 weeks are 14 days and "2/52"; a month is 28 to 31 days, and 4 weeks."""
    first, second = (
        next(iter(durations_in(f"for {text}") if not text.startswith("until") else durations_in(text)), None)
        for text in (one, other)
    )
    if first is None or second is None or first.least is None or second.least is None:
        return (first.text if first else one.strip().lower()) == (second.text if second else other.strip().lower())
    pairs = ((first.least, second.least), (first.most or first.least, second.most or second.least))
    return all(abs(mine - its) <= 0.11 * max(mine, its) if max(mine, its) >= 28 else mine == its for mine, its in pairs)


def last_day_of(duration: str, given: date) -> date | None:
    """The last day of a course that was ordered on a day; None where that cannot be known.

    Args:
        duration: As `courses_in` tells it: "5 days", "until 18/4".
        given: The day of the note.
    """
    if not duration.startswith("until "):
        return _after(duration, given)
    when = re.sub(rf"^{WEEKDAY},?\s(?=.*\d)", "", duration.removeprefix("until "), flags=re.IGNORECASE)
    full = DATE.fullmatch(when)
    if full:
        return day_of(full)
    weekday = next((at for at, name in enumerate(WEEKDAY_NAMES) if name.startswith(when.lower()[:3])), None)
    if weekday is not None and re.fullmatch(WEEKDAY, when, re.IGNORECASE):
        return given + timedelta(days=(weekday - given.weekday()) % 7)
    return _next(when, given) or _end_of_month(when, given)


def _after(duration: str, given: date) -> date | None:
    """The last day of so long from a day on; of what is told as the least, nobody knows."""
    found = next(iter(durations_in(duration)), None) if not duration.startswith("at least ") else None
    if found is None:
        return None
    if months := _MONTHS.fullmatch(found.text):
        return _months_after(given, int(months["count"]) * (12 if months["unit"] == "year" else 1))
    try:
        return given + timedelta(days=int(found.most)) if found.most else None
    except OverflowError:
        return None


def _months_after(given: date, months: int) -> date | None:
    """The same day so many months later; the last of a month that is shorter."""
    year, month = divmod(given.year * 12 + given.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(given.day, monthrange(year, month + 1)[1]))


def _next(when: str, given: date) -> date | None:
    """The next 22 November after a day."""
    found = _DAY_MONTH.fullmatch(when)
    short = _SHORT_DAY.fullmatch(when)
    if found is not None:
        month, day = MONTHS[(found["month"] or found["month_first"]).lower()], int(found["day"] or found["day_behind"])
    elif short is not None and int(short["day"]) > 12:
        month, day = int(short["month"]), int(short["day"])
    elif short is not None and int(short["month"]) > 12:
        month, day = int(short["day"]), int(short["month"])
    else:
        return None
    for year in (given.year, given.year + 1):
        try:
            found_day = date(year, month, day)
        except ValueError:
            continue
        if found_day >= given:
            return found_day
    return None


def _end_of_month(when: str, given: date) -> date | None:
    """The last day of the month, or of the season, that is named: nobody knows how much of it is meant."""
    found = _IN_MONTH.fullmatch(when)
    if found is None:
        return None
    month = MONTHS[found["month"].lower()] if found["month"] else _SEASONS[found["season"].lower()]
    year = int(found["year"]) if found["year"] else given.year + (month < given.month)
    return date(year, month, monthrange(year, month)[1])


@cache
def _scanner() -> Scanner[_Told]:
    counted = rf"(?P<n>{_RANGE})(?:\s(?:full|more|further|additional|consecutive|whole))?[\s-]?(?P<u>{_UNIT})(?![^\W_])"
    course = (
        r"(?:for|x|over|\u00d7|times)\s?(?:the\s(?:next|first|following|last)\s|a\s(?:further|total\sof"
        r"|period\sof)\s|up\sto\s|another\s|only\s|at\sleast\s|about\s|approximately\s|the\s)?"
    )
    return Scanner(
        [
            Rule(
                "for x over times",
                re.compile(rf"(?<![^\W_]){course}{counted}(?!\s(?:ago|old))", re.IGNORECASE),
                _course,
            ),
            Rule(
                "for x",
                re.compile(
                    r"(?<![^\W_])(?:for|x)\s?(?P<n>\d{1,2}(?:-\d{1,2})?)/(?P<s>7|52|12|24)(?![\d/])", re.IGNORECASE
                ),
                _course,
            ),
            Rule(
                "# a an",
                re.compile(
                    (
                        rf"(?<![\w.,/-])(?:a|an|another)?\s?{counted}(?P<course>[\s-](?:course|supply|trial"
                        r"|taper))?"
                    ),
                    re.IGNORECASE,
                ),
                _plain,
            ),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.,])(?<!from\s)(?<!since\s)(?P<n>\d{1,2}(?:-\d{1,2})?)/(?P<s>7|52|12)(?![\d/])(?P<course>\scourse)?",
                    re.IGNORECASE,
                ),
                _plain,
            ),
            Rule(
                "until till til up through thru to finish finishes finishing ends end ending stop stops stopping last",
                re.compile(rf"(?<![^\W_]){_UNTIL.pattern}", re.IGNORECASE),
                lambda match: _Told(f"until {' '.join(match['when'].split())}", Span.UNTIL),
            ),
            Rule(
                "while whilst",
                re.compile(
                    r"whil(?:e|st)\s(?:inpatient|(?:on|taking|in|an)\s(?:\w{1,16}\s?){1,2}(?<!\s))", re.IGNORECASE
                ),
                lambda match: _Told(" ".join(match.group().lower().split()), Span.UNTIL),
            ),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.])[0-3]?\d/[0-3]?\d(?:\s?[-–]\s?|\sto\s)[0-3]?\d/[0-3]?\d(?![\d/])|(?<![\d/.])20\d\d\s?[-–]\s?20\d\d(?![\d/])"
                ),
                lambda match: _Told(match.group(), Span.COURSE),
            ),
            Rule(
                "day days d week weeks wk wks cycle cycles",
                re.compile(
                    r"(?<![\w/])(?:days?|d|weeks?|wks?|cycles?)\s?\d{1,2}(?:\s?(?:[-–]|to)\s?\d{1,2}|\sonly)(?![\w/]|[.,]\d)",
                    re.IGNORECASE,
                ),
                lambda match: _Told(match.group(), Span.COURSE),
            ),
            Rule(
                "lifelong life for indefinitely indefinite long ongoing",
                re.compile(
                    (
                        r"(?:for\s)?(?:life(?:[\s-]?long)?|long[\s-]term|indefinite(?:ly)?)(?!\s(?:style|events?"
                        r"|threat|expect))(?![^\W_-])"
                    ),
                    re.IGNORECASE,
                ),
                _endless,
            ),
        ],
        digits=re.compile(r"\d[\d.,]{0,6}(?!\s?\d)"),
    )


_TIMES_A = re.compile(r"times\s(?:an?\s)", re.IGNORECASE)


def _course(match: re.Match[str]) -> _Told | None:
    if _TIMES_A.match(match.group()):
        return None  # "four times a day" is how often
    return _counted(match, Span.COURSE)


def _plain(match: re.Match[str]) -> _Told | None:
    text = match.string
    article = re.match(r"(?:an?|half an?)\b", match["n"], re.IGNORECASE)
    if article and not match["course"]:
        return None  # "a day" is how often
    if _NO_SPAN_BEFORE.search(text, max(0, match.start() - 12), match.start()) or _NO_SPAN_BEHIND.match(
        text, match.end()
    ):
        return None
    return _counted(match, Span.COURSE if match["course"] else Span.PLAIN)


def _endless(match: re.Match[str]) -> _Told | None:
    words = match.group().lower().replace("-", " ")
    if words == "life":
        return None
    return _Told(
        "long term" if "long term" in words else "indefinitely" if "indef" in words else "lifelong", Span.ENDLESS
    )


def _counted(match: re.Match[str], kind: Span) -> _Told | None:
    parts = match.groupdict()
    unit = _SOLIDUS[parts["s"]] if parts.get("s") else parts["u"].lower()
    unit = unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit
    unit = _NAMES.get(unit, unit)
    written = parts["n"].lower()
    ends = {"a": (1.0, 1.0), "an": (1.0, 1.0), "a couple of": (2.0, 2.0)}.get(written)
    ends = ends or ((0.5, 0.5) if written.startswith("half") else ranges_of(written))
    if ends is None or not ends[1] or number_of(plain(ends[1])) is None:
        return None
    if unit == "fortnight":
        ends, unit = (2 * ends[0], 2 * ends[1]), "week"
    number = plain(ends[0]) if ends[0] == ends[1] else f"{plain(ends[0])}-{plain(ends[1])}"
    days = _DAYS[unit]
    return _Told(f"{number} {unit}{'' if number in {'1', '0.5'} else 's'}", kind, ends[0] * days, ends[1] * days)
