"""What the forms of dates mean once the day of the note is known: partial ones, and relative ones."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from clinical.values.dates import MONTHS, WEEKDAY_NAMES, Day, day_of, made, ordered
from clinical.values.numbers import number_of


class Reference(NamedTuple):
    """What a date is read by."""

    base: date | None
    day_first: bool | None


class Reading(NamedTuple):
    """A date that is recognised, and how it is read once the day of the note is known."""

    read: Callable[[Reference], Day | None]
    relative: bool
    yearless: str | None = None
    """The month, or the month and the day, of what is written without a year: "--11", "--07-13"."""


COUNT = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen"
    r"|twenty|thirty|a\scouple\sof|several|"
    r"a\sfew|many|some)"
)
SPAN_UNIT = r"(?:days?|weeks?|wks?|months?|mths?|years?|yrs?|hours?|hrs?|nights?|fortnights?)"
_SOLIDUS = {"7": "day", "52": "week", "12": "month"}
# "Cardiac MRI December." "Preconception clinic, January": a month that ends what is said, right behind a noun.
_IS_LAST = re.compile(r"(?:(?<=\.)\s+[A-Z]|\s*(?:[;)\n]|\.(?!\d)|\Z))")
_NAMED = re.compile(r"[A-Za-z]{2},?\s\Z")
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
        r"|after|end of|start of|beginning of|every|"
        r"(?:planned|booked|listed|scheduled|arranged|requested|due|first|next)\sfor|"
        r"(?:postponed|moved|deferred|rescheduled)\sto|"
        r"finished|completed|started|stopped|ended)[\s-]\Z"
    ),
    re.IGNORECASE,
)


def full_date(match: re.Match[str]) -> Reading | None:
    """A full date."""

    def read(reference: Reference) -> Day | None:
        day = day_of(match, day_first=reference.day_first)
        return Day(day.year, day.month, day.day) if day else None

    return Reading(read, relative=False)


def _century(written: str, base: date | None) -> int:
    """A year of two digits: the last one up to the day of the note; as POSIX has it, where that is not known."""
    year = int(written)
    if year >= 100:
        return year
    limit = base.year + 1 if base else 2068
    return 2000 + year if 2000 + year <= limit else 1900 + year


def day_and_month(match: re.Match[str]) -> Reading | None:
    """As in "12 March", "Mar 12, 24"."""
    month, day, year = MONTHS[match["m"].lower()], int(match["d"]), match["y"]
    if made(2024, month, day) is None:
        return None
    if year is not None:
        return Reading(lambda reference: made(_century(year, reference.base), month, day), relative=False)
    return _without_year(match, month, day)


def _without_year(match: re.Match[str], month: int, day: int) -> Reading:
    ahead = _is_ahead(match)
    return Reading(
        lambda reference: _nearest(month, day, reference.base, ahead=ahead),
        relative=True,
        yearless=f"--{month:02d}-{day:02d}",
    )


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


def month_and_year(match: re.Match[str]) -> Reading | None:
    """As in "March 2019"."""
    month, year = MONTHS[match["m"].lower()], match["y"]
    return Reading(lambda reference: made(_century(year, reference.base), month), relative=False)


def numbered_month(match: re.Match[str]) -> Reading | None:
    """As in "03/2019"."""
    return Reading(lambda _: made(int(match["y"]), int(match["m"])), relative=False)


def short_year(match: re.Match[str]) -> Reading | None:
    """As in "03/04/24"; None where either may be the month."""
    first, second = int(match["a"]), int(match["b"])
    if not (1 <= first <= 31 and 1 <= second <= 31) or (first > 12 and second > 12):
        return None

    def read(reference: Reference) -> Day | None:
        pair = ordered(first, second, day_first=reference.day_first)
        return made(_century(match["y"], reference.base), *pair) if pair else None

    return Reading(read, relative=False)


def day_slash_month(match: re.Match[str]) -> Reading | None:
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
    return _without_year(match, month, day)


def bare_year(match: re.Match[str]) -> Reading | None:
    """As in "2019"."""
    year = int(match["y"])
    return Reading(lambda _: made(year), relative=False)


def bare_month(match: re.Match[str]) -> Reading | None:
    """A month alone: "since June". "May" and "march" are other words too."""
    before = _MONTH_SAID.search(match.string, max(0, match.start() - 16), match.start())
    alone = (
        before is None
        and _IS_LAST.match(match.string, match.end())
        and _NAMED.search(match.string, max(0, match.start() - 16), match.start())
    )
    said = before.group().lower() if before else ""
    if not match.group()[0].isupper() or not (before or alone) or said.startswith("every"):
        return None
    month = MONTHS[match["m"].lower()]
    ahead = said[:5] in {"until", "till ", "next ", "by "} or said.endswith(("for ", " to "))
    return Reading(
        lambda reference: _nearest_month(month, reference.base, ahead=ahead),
        relative=True,
        yearless=f"--{month:02d}",
    )


def _nearest_month(month: int, base: date | None, *, ahead: bool) -> Day | None:
    if base is None:
        return None
    if ahead:
        return Day(base.year + (month < base.month), month)
    return Day(base.year - (month > base.month), month)


def which_month(match: re.Match[str]) -> Reading | None:
    """As in "Last March"."""
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

    return Reading(read, relative=True)


def named_weekday(match: re.Match[str]) -> Reading | None:
    """As in "Last Tuesday"; "on Tuesday" may be either."""
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

    return Reading(read, relative=True)


def which_period(match: re.Match[str]) -> Reading | None:
    """As in "Last year", "next month"; a week has no day."""
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

    return Reading(read, relative=True)


def named_day(match: re.Match[str]) -> Reading | None:
    """As in "Yesterday", "this morning"."""
    word = (match["word"] or "").lower()
    step = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
    if match["over"]:
        step = -2 if match["over"].lower().startswith("before") else 2
    elif match["night"]:
        step = -1
    return Reading(lambda ref: _day(ref.base + timedelta(days=step)) if ref.base else None, relative=True)


def days_ago(match: re.Match[str]) -> Reading | None:
    """As in "3 weeks ago"."""
    return _shifted(match, -1)


def days_ahead(match: re.Match[str]) -> Reading | None:
    """As in "In 3 weeks"."""
    return _shifted(match, 1)


def _shifted(match: re.Match[str], sign: int) -> Reading | None:
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

    return Reading(read, relative=True)


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
