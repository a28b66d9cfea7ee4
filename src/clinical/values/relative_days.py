"""Dates in all their forms, by the day of the note: "12 Mar", "18/4", "March 2019", "3 days ago", "last March"."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from clinical.values.dates import (
    DATE,
    MONTH,
    MONTHS,
    WEEKDAY,
    WEEKDAY_NAMES,
    DateFound,
    Day,
    day_of,
    made,
    ordered,
)
from clinical.values.numbers import number_of
from clinical.values.scanning import Rule, Scanner


class Reference(NamedTuple):
    """What a date is read by."""

    base: date | None
    day_first: bool | None


class _Reading(NamedTuple):
    """A date that is recognised, and how it is read once the day of the note is known."""

    read: Callable[[Reference], Day | None]
    relative: bool


_N = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen"
    r"|twenty|thirty|a\scouple\sof|several|"
    r"a\sfew|many|some)"
)
_UNIT = r"(?:days?|weeks?|wks?|months?|mths?|years?|yrs?|hours?|hrs?|nights?|fortnights?)"
_SOLIDUS = {"7": "day", "52": "week", "12": "month"}
# Words behind which a day without a year is one to come.
_AHEAD = re.compile(
    (
        r"(?:until|till|til|next|by|from|due|booked|scheduled|for|on|follow[- ]?up|review"
        r"|appointment|appt|start(?:s|ed|ing)?|finish(?:es|ed|ing)?)\s(?:on\s|the\s)?\Z"
    ),
    re.IGNORECASE,
)
_SURELY_AHEAD = re.compile(
    r"(?:until|till|til|next|due|booked|scheduled(?:\sfor)?|finish(?:es|ed|ing)?)\s(?:on\s|the\s)?\Z", re.IGNORECASE
)
_NO_DAY_MONTH = re.compile(
    (
        r"(?:power|strength|score|scored|reflexes|grade|pain|gcs|bp|apgar|mrc|para|gravida|mri"
        r"|vision|va|acuity|day)\W{0,3}\Z"
    ),
    re.IGNORECASE,
)
_MONTH_SAID = re.compile(
    (
        r"(?:in|since|from|until|till|by|of|during|last|this|next|early|late|mid|around|before"
        r"|after|end of|start of|beginning of|every)[\s-]\Z"
    ),
    re.IGNORECASE,
)


def found_in(text: str, base: date | None, *, day_first: bool | None, start: int, end: int) -> Iterator[DateFound]:
    """The dates of a text; they may overlap."""
    reference = Reference(base, day_first)
    for at, stop, reading in _scanner().scan(text, start, end):
        yield DateFound(at, stop, reading.read(reference), reading.relative)


@cache
def _scanner() -> Scanner[_Reading]:
    months = " ".join(MONTHS)
    full = re.compile(DATE.pattern, re.IGNORECASE)
    return Scanner(
        [
            Rule(f"# {months}", full, _full),
            Rule(
                "#",
                re.compile(
                    (
                        rf"(?<![\w/.-])(?P<d>\d{{1,2}})(?:st|nd|rd"
                        rf"|th)?[\s.-](?:of\s)?(?P<m>{MONTH})(?![^\W_])\.?(?:,?[\s.'’-]{{1,2}}(?P<y>\d\d)(?![\d:/.]"
                        r"|\s?(?:mg|mcg|%|units|ml|kg|bpm|years)))?"
                    ),
                    re.IGNORECASE,
                ),
                _day_month,
            ),
            Rule(
                months,
                re.compile(
                    (
                        rf"(?<![^\W_])(?P<m>{MONTH})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/:.]?\d|\s?(?:mg|mcg"
                        r"|%|units|ml|kg|bpm))(?:,?\s'?(?P<y>\d\d)(?![\d:/.]|\s?(?:mg|mcg|%|units|ml|kg|bpm"
                        r"|years)))?"
                    ),
                    re.IGNORECASE,
                ),
                _day_month,
            ),
            Rule(
                months,
                re.compile(
                    (
                        rf"(?<![^\W_])(?P<m>{MONTH})\.?,?[\s-](?:of\s)?['’]?(?P<y>(?:19|20)\d\d"
                        r"|(?<=['’])\d\d)(?![\d/.]\d|\d)"
                    ),
                    re.IGNORECASE,
                ),
                _month_year,
            ),
            Rule(
                "#",
                re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d\d)(?![\d/.-])"),
                _short_year,
            ),
            Rule("#", re.compile(r"(?<![\d/.-])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\d/])"), _month_number),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.,-])(?<![A-Za-z])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/]|\s?(?:mg|mcg|%|units|ml"
                    r"|kg|out|pain|strength|bilat\w*|throughout)\b)"
                ),
                _day_slash_month,
            ),
            Rule(
                "#",
                re.compile(
                    (
                        r"(?<![\d/.,-])(?<![A-Za-z])(?P<y>(?:19[2-9]|20[0-4])\d)s?(?![\d/-]|[.,]\d|\s?(?:mg|mcg|ml"
                        r"|units|iu|kcal|steps|calories|h\b|hrs?|hours))"
                    ),
                    re.IGNORECASE,
                ),
                _year,
            ),
            Rule(months, re.compile(rf"(?<![^\W_])(?P<m>{MONTH})(?![^\W_])\.?", re.IGNORECASE), _month),
            Rule(
                "last next this",
                re.compile(rf"(?<![^\W_])(?P<which>last|next|this)\s(?P<m>{MONTH})(?![^\W_])", re.IGNORECASE),
                _which_month,
            ),
            Rule(
                "last next this on",
                re.compile(
                    (
                        r"(?<![^\W_])(?P<which>last|next|this(?:\spast|\scoming)?"
                        rf"|on)\s(?P<day>{WEEKDAY})(?![^\W_])(?:\s(?:last|night|morning|afternoon|evening"
                        r"|gone)(?![^\W_]))?"
                    ),
                    re.IGNORECASE,
                ),
                _weekday,
            ),
            Rule(
                "last next this",
                re.compile(
                    (
                        r"(?<![^\W_])(?P<which>last|next|this)\s(?P<u>week|month|year|weekend|winter|summer|spring"
                        r"|autumn|fall)(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                _which_period,
            ),
            Rule(
                "today yesterday tomorrow tonight this last overnight the now",
                re.compile(
                    (
                        r"(?<![^\W_])(?:the\sday\s(?P<over>before\syesterday|after\stomorrow)|(?P<word>today"
                        r"|yesterday|tomorrow|tonight|overnight)|this\s(?:morning|afternoon|evening|am|pm)"
                        r"|last\s(?P<night>night|evening))(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                _word,
            ),
            Rule(
                "# a an several many some",
                re.compile(
                    (
                        rf"(?<![\w.,/-])(?P<n>{_N})(?:\s?(?:-|–|to|or)\s?(?P<n2>{_N}))?[\s-]?(?P<u>{_UNIT})\s(?:ago"
                        r"|prior|earlier|before|previously|back)(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                _ago,
            ),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.])(?P<n>\d{1,2})/(?P<s>7|52|12)\s(?:ago|prior|earlier|previously)(?![^\W_])",
                    re.IGNORECASE,
                ),
                _ago,
            ),
            Rule(
                "in within",
                re.compile(
                    (
                        rf"(?<![^\W_])in\s(?:about\s|approximately\s|approx\.?\s)?(?P<n>{_N})(?:\s?(?:-|–"
                        rf"|to)\s?(?P<n2>{_N}))?[\s-]?(?P<u>{_UNIT})(?:['’]?\stime)?(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                _ahead,
            ),
            Rule("in", re.compile(r"(?<![^\W_])in\s(?P<n>\d{1,2})/(?P<s>7|52|12)(?![\d/])", re.IGNORECASE), _ahead),
        ],
        digits=re.compile(r"\d{1,4}(?:[/.-]\d|(?:st|nd|rd|th)?[\s.-]?(?:of\s)?[A-Za-z]|\s?[–-]|(?<=\d{4}))"),
    )


def _full(match: re.Match[str]) -> _Reading | None:
    def read(reference: Reference) -> Day | None:
        day = day_of(match, day_first=reference.day_first)
        return Day(day.year, day.month, day.day) if day else None

    return _Reading(read, relative=False)


def _century(written: str, base: date | None) -> int:
    """A year of two digits: the last one up to the day of the note; as POSIX has it, where that is not known."""
    year = int(written)
    if year >= 100:
        return year
    limit = base.year + 1 if base else 2068
    return 2000 + year if 2000 + year <= limit else 1900 + year


def _day_month(match: re.Match[str]) -> _Reading | None:
    month, day, year = MONTHS[match["m"].lower()], int(match["d"]), match["y"]
    if made(2024, month, day) is None:
        return None
    if year is not None:
        return _Reading(lambda reference: made(_century(year, reference.base), month, day), relative=False)
    ahead = _is_ahead(match)
    return _Reading(lambda reference: _nearest(month, day, reference.base, ahead=ahead), relative=True)


def _is_ahead(match: re.Match[str]) -> bool:
    return _SURELY_AHEAD.search(match.string, max(0, match.start() - 20), match.start()) is not None


def _nearest(month: int, day: int, base: date | None, *, ahead: bool) -> Day | None:
    """The last such day up to the day of the note, or the next one."""
    if base is None:
        return None
    years = (base.year, base.year + 1, base.year + 2, base.year + 3) if ahead else range(base.year, base.year - 5, -1)
    for year in years:
        found = made(year, month, day)
        if found is not None and (found.first >= base if ahead else found.first <= base):
            return found
    return None


def _month_year(match: re.Match[str]) -> _Reading | None:
    month, year = MONTHS[match["m"].lower()], match["y"]
    return _Reading(lambda reference: made(_century(year, reference.base), month), relative=False)


def _month_number(match: re.Match[str]) -> _Reading | None:
    return _Reading(lambda _: made(int(match["y"]), int(match["m"])), relative=False)


def _short_year(match: re.Match[str]) -> _Reading | None:
    first, second = int(match["a"]), int(match["b"])
    if not (1 <= first <= 31 and 1 <= second <= 31) or (first > 12 and second > 12):
        return None

    def read(reference: Reference) -> Day | None:
        pair = ordered(first, second, day_first=reference.day_first)
        return made(_century(match["y"], reference.base), *pair) if pair else None

    return _Reading(read, relative=False)


def _day_slash_month(match: re.Match[str]) -> _Reading | None:
    """As in "18/4"; not "5/7" and "4/5", which are spans and scores more often than days."""
    first, second = int(match["a"]), int(match["b"])
    if _NO_DAY_MONTH.search(match.string, max(0, match.start() - 14), match.start()):
        return None
    if not (first > 12 or second > 12) or not (1 <= min(first, second) <= 12 and max(first, second) <= 31):
        return None
    if (
        (first, second) == (24, 7)
        or second in {52, 24, 28}
        or (second > 12 and not _AHEAD.search(match.string, max(0, match.start() - 20), match.start()))
    ):
        return None
    month, day = (second, first) if first > 12 else (first, second)
    if made(2024, month, day) is None:
        return None
    ahead = _is_ahead(match)
    return _Reading(lambda reference: _nearest(month, day, reference.base, ahead=ahead), relative=True)


def _year(match: re.Match[str]) -> _Reading | None:
    year = int(match["y"])
    return _Reading(lambda _: made(year), relative=False)


def _month(match: re.Match[str]) -> _Reading | None:
    """A month alone: "since June". "May" and "march" are other words too."""
    before = _MONTH_SAID.search(match.string, max(0, match.start() - 14), match.start())
    if not match.group()[0].isupper() or before is None or before.group().lower().startswith("every"):
        return None
    month = MONTHS[match["m"].lower()]
    ahead = before.group().lower()[:5] in {"until", "till ", "next ", "by "}
    return _Reading(lambda reference: _nearest_month(month, reference.base, ahead=ahead), relative=True)


def _nearest_month(month: int, base: date | None, *, ahead: bool) -> Day | None:
    if base is None:
        return None
    if ahead:
        return Day(base.year + (month < base.month), month)
    return Day(base.year - (month > base.month), month)


def _which_month(match: re.Match[str]) -> _Reading | None:
    month, which = MONTHS[match["m"].lower()], match["which"].lower()

    def read(reference: Reference) -> Day | None:
        base = reference.base
        if base is None:
            return None
        if which == "this":
            return Day(base.year, month)
        if which == "next":
            return Day(base.year + (month <= base.month), month)
        return Day(base.year - (month >= base.month), month)

    return _Reading(read, relative=True)


def _weekday(match: re.Match[str]) -> _Reading | None:
    number = next(at for at, name in enumerate(WEEKDAY_NAMES) if name.startswith(match["day"].lower()[:3]))
    which = match["which"].lower()

    def read(reference: Reference) -> Day | None:
        if reference.base is None or which == "on":
            return None  # it may be the one before or the one to come
        if which in {"next", "this coming"}:
            return _day(reference.base + timedelta(days=(number - reference.base.weekday() - 1) % 7 + 1))
        if which == "this":
            return None
        return _day(reference.base - timedelta(days=(reference.base.weekday() - number - 1) % 7 + 1))

    return _Reading(read, relative=True)


def _which_period(match: re.Match[str]) -> _Reading | None:
    which, unit = match["which"].lower(), match["u"].lower()
    step = {"last": -1, "this": 0, "next": 1}[which]

    def read(reference: Reference) -> Day | None:
        base = reference.base
        if base is None:
            return None
        if unit == "year":
            return Day(base.year + step)
        if unit == "month":
            return _months_from(base, step)
        if unit == "week" and step == 0:
            return Day(base.year, base.month)
        return None

    return _Reading(read, relative=True)


def _word(match: re.Match[str]) -> _Reading | None:
    word = (match["word"] or "").lower()
    step = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
    if match["over"]:
        step = -2 if match["over"].lower().startswith("before") else 2
    elif match["night"]:
        step = -1
    return _Reading(lambda ref: _day(ref.base + timedelta(days=step)) if ref.base else None, relative=True)


def _ago(match: re.Match[str]) -> _Reading | None:
    return _shifted(match, -1)


def _ahead(match: re.Match[str]) -> _Reading | None:
    return _shifted(match, 1)


def _shifted(match: re.Match[str], sign: int) -> _Reading | None:
    """So many days, weeks, months or years from the day of the note, as exactly as people mean it."""
    parts = match.groupdict()
    unit = _SOLIDUS[parts["s"]] if parts.get("s") else parts["u"].lower().rstrip("s")
    written = parts["n"].lower()
    count = {"a couple of": 2.0}.get(written) or number_of(written)
    vague = count is None or parts.get("n2") is not None

    def read(reference: Reference) -> Day | None:
        if reference.base is None or vague or count is None:
            return None
        try:
            return _moved(reference.base, unit, sign * int(count))
        except (OverflowError, ValueError):
            return None

    return _Reading(read, relative=True)


def _moved(base: date, unit: str, count: int) -> Day | None:
    if unit in {"day", "night"}:
        return _day(base + timedelta(days=count))
    if unit in {"hour", "hr"}:
        return _day(base + timedelta(hours=count)) if abs(count) % 24 == 0 else None
    if unit in {"week", "wk", "fortnight"}:
        return _day(base + timedelta(days=count * (14 if unit == "fortnight" else 7)))
    if unit in {"month", "mth"}:
        return _months_from(base, count)
    return Day(base.year + count)


def _months_from(base: date, count: int) -> Day:
    whole = base.year * 12 + base.month - 1 + count
    return Day(whole // 12, whole % 12 + 1)


def _day(day: date) -> Day:
    return Day(day.year, day.month, day.day)
