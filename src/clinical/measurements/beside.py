"""Earlier values in the bracket behind a value: "109 (101 postnatal)", "178 (164 Sat, baseline 150)".

Each has words of its own that tell when it was taken. Ranges, goals and other units stand in such brackets as well:
they have none.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from clinical.lexicon.resources import wordset
from clinical.measurements.core import Core, Valued
from clinical.measurements.times import Kind, Times, When
from clinical.values.dates import MONTH, WEEKDAY

T = TypeVar("T")

# No such bracket is longer.
_LONGEST = 90
_ITEM = re.compile(r"[^,;()\[\]]+(?:,(?=\d)[^,;()\[\]]+)*")
_NUMBER = re.compile(r"(?<![\w.,/:-])[<>]?\d+(?:[.,]\d+)?(?:/\d{2,3})?(?![\w:]|[./-]\d|-[A-Za-z])")
# Words that say when, beside days, months and clocks.
_TELLS_WHEN = re.compile(
    rf"(?:{MONTH}|(?:19|20)\d\d|"
    r"adm\w*|arrival|triage|presentation|ed|a&e|ward|theatre|icu|itu|booking|baseline|base|b/?l(?:ine)?|a\+e|pre-?pregnancy|yest|yday|d/c|dc|usual(?:ly)?|normally|"
    r"post-?natal(?:ly)?|ante-?natal(?:ly)?|pre-?natal|birth|pre-?\w{2,12}|post-?\w{2,12}|pod ?\d{1,2}|day ?-?\d{1,3}|"
    r"d\d{1,2}|cycle ?\d{1,2}|c\d|wk ?\d{1,2}|week ?\d{1,2}|month ?\d{1,2}|discharge|dx|diagnosis|referral|transfer|"
    r"clinic|gp|home|last|prev\w*|prior|old|was|were|from|before|peak\w*|max(?:imum)?|min(?:imum)?|nadir|highest|"
    r"lowest|o/n|overnight|night|morning|afternoon|evening|yesterday|spring|summer|autumn|fall|winter|"
    r"christmas|xmas|easter|new year|start\w*|initial\w*|first|earlier|ago|mon|tues?|wed|thur?s?|fri|sat|sun|"
    r"\d{1,3}/(?:7|52|12|40)|\d{1,3} ?(?:h|hrs?|hours?|days?|wks?|weeks?|mo|mths?|months?|yrs?|years?|y|m)(?:ago)?)",
    re.IGNORECASE,
)
# "eGFR 44 (3)", "(2)": a stage, a note, a count.
_LIKE_A_COUNT = re.compile(r"[1-5]")
_WORDS = re.compile(r"[A-Za-z&][\w&/'’.-]*|\d{1,3}(?:/\d{1,2})?(?:\s?[A-Za-z]{1,6})?")
_DATED = re.compile(rf"\b(?:{MONTH}|{WEEKDAY})\b", re.IGNORECASE)
_SMALL = wordset("value level reading result in on at the of by his her a an last this late early mid")
# What stands in a bracket to compare with, and is no value of the patient.
_COMPARED = re.compile(
    r"\b(?:ref\w*|range|normal|nr|uln|lln|target|goal|aim|limit|predicted|expected|z-?score|percentile|centile|iqr|"
    r"needs?|max dose)\b|[-–]\s?\d|%",
    re.IGNORECASE,
)


def values_beside(
    text: str, at: int, times: Times, core: Callable[[int, int], Core[T] | None]
) -> tuple[int, list[Valued[T]]] | None:
    """The earlier values in the bracket that opens at `at`, and where it ends; None where it holds anything else.

    Args:
        text: The text.
        at: Where the bracket opens.
        times: The times that the text names.
        core: The value that a stretch of text holds.
    """
    close = text.find(")" if text[at] == "(" else "]", at, at + _LONGEST)
    if close < 0 or "\n" in text[at:close] or _COMPARED.search(text, at, close):
        return None
    found: list[Valued[T]] = []
    for item in _ITEM.finditer(text, at + 1, close):
        one = _of_item(text, *item.span(), times, core)
        if one is None:
            return None
        found.append(one)
    return (close + 1, found) if found else None


def _of_item(
    text: str, start: int, end: int, times: Times, core: Callable[[int, int], Core[T] | None]
) -> Valued[T] | None:
    """The one value of an item, which is not a part of its time."""
    alone = times.at(start + (text[start] == " "), end)
    if alone is not None and alone.end == end:
        return None
    bare = _NUMBER.fullmatch(text, start, end)
    told = core(start, end) if bare is not None else None
    if told is not None and told.end == end and bare is not None and not _LIKE_A_COUNT.fullmatch(bare.group()):
        return Valued(start, end, told.data, When(start, start, Kind.EARLIER, "previous"), "")
    for number in _NUMBER.finditer(text, start, end):
        told = core(number.start(), number.end())
        when = _when(text, (start, number.start()), (number.end(), end), times) if told is not None else None
        if told is not None and when is not None:
            return Valued(number.start(), told.end, told.data, when, "", when.end)
    return None


def _when(text: str, before: tuple[int, int], behind: tuple[int, int], times: Times) -> When | None:
    """What the words on both sides of a value say of when it was taken; None where they say something else."""
    told: list[tuple[int, int]] = []
    day = None
    for start, end in (before, behind):
        at = start
        while at < end:
            if not text[at].isalnum():
                at += 1
                continue
            when = times.at(at, end)
            if when is not None:
                told.append((at, when.end))
                day, at = day or when.day, when.end
                continue
            stop = _time_word(text, at, end)
            if stop is None:
                return None
            told, at = [*told, (at, stop)], stop
    if not any(_TELLS_WHEN.fullmatch(text, *span) or times.at(*span) for span in told):
        return None
    if told[0][0] < before[1] < told[-1][1]:  # "was 5.3 in December", "max 38.3 at 04:00"
        told = [span for span in told if span[0] >= before[1]]
    first, last = told[0][0], told[-1][1]
    named = day is not None or _DATED.search(text, first, last) is not None
    return When(first, last, Kind.DATED if named else Kind.EARLIER, text[first:last], day)


def _time_word(text: str, at: int, end: int) -> int | None:
    """Where a word ends that may tell when, with others or alone."""
    known = _TELLS_WHEN.match(text, at, end)
    if known is not None and not text[known.end() : known.end() + 1].isalnum():
        return known.end()
    word = _WORDS.match(text, at, end)
    return word.end() if word is not None and word.group().lower() in _SMALL else None
