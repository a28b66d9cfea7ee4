"""Which of several days without a year is the newest: "3/5 | 4/5 | 5/5", "30 Dec | 2 Jan", "Mon | Tue | Wed".

They are ordered among themselves. Around the turn of a year or a week the order in which they stand decides.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from clinical.measurements.times import Kind, When
from clinical.values.dates import MONTH

_PAIR = re.compile(r"(?<!\d)(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})(?!\d)")
_MONTH = re.compile(
    rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s?)?\b(?P<month>{MONTH})\b\.?(?:\s?(?P<behind>\d{{1,2}})(?!\d))?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"\b(?P<day>mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR, _WEEK, _A_MONTH = 372, 7, 31


def with_newest(whens: Sequence[When | None]) -> list[When | None]:
    """The times of the columns or rows of a table; the newest day is the note's own, unless another one is."""
    told = list(whens)
    dated = [n for n, when in enumerate(told) if when is not None and when.kind is Kind.DATED]
    others = [when for when in told if when is None or when.kind in (Kind.NOW, Kind.LATER)]
    days = [when for n in dated if (when := told[n]) is not None]
    if others or not dated or len(told) < 2 or any(day.day is not None for day in days):
        return told
    number = _newest([day.words for day in days])
    if number is not None:
        told[dated[number]] = days[number]._replace(kind=Kind.NOW)
    return told


def _newest(words: Sequence[str]) -> int | None:
    """The place of the newest of days that are all written alike; None where they are not."""
    pairs = [_PAIR.search(one) for one in words]
    if all(pairs):
        numbers = [(int(pair["a"]), int(pair["b"])) for pair in pairs if pair is not None]
        day_first = not any(month > 12 for _, month in numbers)
        month_first = not any(month > 12 for month, _ in numbers)
        orders = [
            [(month - 1) * _A_MONTH + day for day, month in (numbers if first else [(b, a) for a, b in numbers])]
            for first, can_be in ((True, day_first), (False, month_first))
            if can_be
        ]
        # where both may be meant, in the order that goes on steadily
        return next((last for places in orders if (last := _end_of(places, _YEAR)) is not None), None)
    months = [_MONTH.search(one) for one in words]
    if all(months):
        return _end_of([_place(month) for month in months if month is not None], _YEAR)
    weekdays = [_DAY.search(one) for one in words]
    if all(weekdays):
        return _end_of([_DAYS.index(day["day"].lower()) for day in weekdays if day is not None], _WEEK)
    return None


def _place(month: re.Match[str]) -> int:
    return _MONTHS.index(month["month"][:3].lower()) * _A_MONTH + int(month["before"] or month["behind"] or 1)


def _end_of(places: list[int], cycle: int) -> int | None:
    """The newest of places in a cycle, going by the direction in which they stand; None where they go to and fro.

    Forwards and backwards around the cycle are two ways; the shorter one is meant, and forwards where it is nearly so.
    """
    forwards = sum((later - one) % cycle for one, later in pairwise(places))
    backwards = sum((one - later) % cycle for one, later in pairwise(places))
    if backwards * 2 < forwards:
        return 0 if backwards < cycle else None
    return len(places) - 1 if forwards < cycle else None
