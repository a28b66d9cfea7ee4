"""Days: whole dates, months and years, days without a year, and days told from the day of the note."""

import re
from collections.abc import Iterator
from datetime import date

from clinical.propositions.figure import Figure
from clinical.propositions.figure_spans import told_span
from clinical.values.dates import MONTH, MONTHS, dates_in

_SLASHED = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>(?:(?:19|20)\d\d|\d\d)))?(?![\d/-])")
_DAYS_RANGE = re.compile(
    rf"(?<![\d/.-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:to|until|and|-|–|till)\s?"
    rf"(?=\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d|\b(?:one|two|three|four|five|six|ten|an?)\b")
_IN_A_DAY = re.compile(r"(?:with)?in 24[ -]h(?:ou)?rs?", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|until|till|since|from|by|before|after|dated?|for|due)\s(?:the\s)?\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d/-])")
_MONTH_ALONE = re.compile(
    r"(?:(?i:in|between|through|during|both|and|or|the|for|until|till|since|by|from|of|early|late|mid|last|next|this)"
    r"[ -])"
    rf"(?P<m>(?i:{MONTH}))\b(?! \d)"
)
# "At her July visit"
_MONTH_OF = re.compile(
    rf"\b(?P<m>(?i:{MONTH}))\s(?=(?i:visit|clinic|review|appointment|consultation|admission|letter|note|scan|bloods?|test)s?\b)"
)
_DAY_MONTH = re.compile(
    rf"(?<![\d/])(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})|(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?![\w])",  # noqa: E501
    re.IGNORECASE,
)


def days_in(text: str, day: date | None) -> Iterator[Figure]:
    """The days of a text, in no order, none within another.

    Args:
        text: A sentence or several.
        day: The day of the note, which "yesterday" goes by.
    """
    taken: list[tuple[int, int]] = []
    for figure in (
        *_ranges(text),
        *_slashed(text),
        *_without_year(text),
        *_months(text),
        *_whole(text, day),
        *_years(text),
    ):
        if not any(figure.start < end and start < figure.end for start, end in taken):
            taken.append((figure.start, figure.end))
            yield figure


def _ranges(text: str) -> Iterator[Figure]:
    """The first day of "9 to 12 September"."""
    for match in _DAYS_RANGE.finditer(text):
        yield Figure(*match.span("d"), "day", match["d"], day=(None, MONTHS[match["m"].lower()], int(match["d"])))


def _slashed(text: str) -> Iterator[Figure]:
    """Days in figures; where day and month cannot be told apart, both readings."""
    for match in _SLASHED.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        year = int(match["y"]) % 100 + int(match["y"][:-2] or 20) * 100 if match["y"] else None
        is_date = year is not None or _is_day(text, match)
        if is_date and 1 <= min(first, second) <= 12 and max(first, second) <= 31:
            parts = (second, first) if second <= 12 else (first, second)
            other = (year, first, second) if max(first, second) <= 12 else None
            yield Figure(*match.span(), "day", match.group(), day=(year, *parts), other_day=other)


# A number over one of these is mostly no day: strength 4/5, pain 3/10, five of seven days, the weeks of a pregnancy.
_WHOLES = frozenset({"5", "6", "7", "10", "12"})
_PARTS = frozenset({"1/2", "1/3", "1/4", "1/8", "2/3", "3/4"})
_SCORED = re.compile(
    r"\b(?:power|strength|score[ds]?|reflexes|grade|pain|gcs|bp|apgar|para|gravida|vision|acuity|va)\W{0,3}\Z",
    re.IGNORECASE,
)


def _is_day(text: str, match: re.Match[str]) -> bool:
    """Whether a day is meant by a day and a month alone: behind "on", or where hardly anything else can be."""
    if _ON.search(text, max(0, match.start() - 12), match.start()):
        return True
    written = match.group()
    if match["b"] in _WHOLES or written in _PARTS or not text[max(0, match.start() - 1) : match.start()].isspace():
        return False
    return not _SCORED.search(text, max(0, match.start() - 16), match.start())


def _without_year(text: str) -> Iterator[Figure]:
    for match in _DAY_MONTH.finditer(text):
        rest = text[match.end() : match.end() + 12]
        number = int(match["d"] or match["d2"])
        if not _YEAR.match(rest.lstrip(" ,")) and number <= 31:
            month = MONTHS[(match["m"] or match["m2"]).lower()]
            yield Figure(*match.span(), "day", match.group(), day=(None, month, number))


def _months(text: str) -> Iterator[Figure]:
    for match in _MONTH_ALONE.finditer(text):
        if match["m"][0].isupper() and not _YEAR.match(text, match.end() + 1):
            yield Figure(*match.span("m"), "day", match["m"], day=(None, MONTHS[match["m"].lower()], None))
    for match in _MONTH_OF.finditer(text):
        if match["m"][0].isupper():
            yield Figure(*match.span("m"), "day", match["m"], day=(None, MONTHS[match["m"].lower()], None))


def _whole(text: str, day: date | None) -> Iterator[Figure]:
    """Whole days, and those that are told from the day of the note."""
    for one in dates_in(text, day):
        if one.day is None:
            continue
        written = text[one.start : one.end]
        told = (one.day.year, one.day.month, one.day.day)
        if _IN_A_DAY.fullmatch(written):
            continue  # "four times in 24 hours": how often
        if one.relative and _COUNTED.search(written):
            yield Figure(one.start, one.end, "day", written, *told_span(written), day=told, role="relative")
        else:
            yield Figure(one.start, one.end, "day", written, day=told)


def _years(text: str) -> Iterator[Figure]:
    for match in _YEAR.finditer(text):
        yield Figure(*match.span(), "day", match.group(), day=(int(match.group()), None, None))
