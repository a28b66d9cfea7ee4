"""Whether what ended had ended before the note: a course that is complete, an ending in a year before."""

import re
from datetime import date

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.values.durations import Duration

_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)")
# When it ended, where that is no day: long before the note.
_LONG_AGO = re.compile(
    r"\b(?:last year|years? ago|months ago|during (?:the|her|a|that|last|first|second|previous) pregnanc(?:y|ies)|"
    r"at (?:christmas|xmas|easter|new year|birth|booking)|(?:last|in the) (?:spring|summer|autumn|winter)|"
    r"as a (?:child|teenager)|in childhood|after delivery|post-?partum|before (?:the )?pregnancy)\b",
    re.IGNORECASE,
)
_LAST_DAY = re.compile(r"(?:[-–]|to|until|till)\s?(?P<day>[0-3]?\d)/(?P<month>[01]?\d)(?![\d/])", re.IGNORECASE)
_LABEL = re.compile(
    r"[^:.\n]{0,30}\b(?:previous|past|prior|tried|failed|earlier|former)\b[^:.\n]{0,24}:", re.IGNORECASE
)
# So far behind what is said of it the time stands.
_NEAR = 32
# In so many letters the head of a note tells when it was written.
_HEAD = 300
# No course that ended by the day and month was longer ago, in days.
_WITHIN = 180


def is_over(note: Note, name: Name, verdict: Verdict | None, lasting: Duration | None) -> bool:
    """Whether a medication that is said to have ended, or to last up to a day, was over before the note.

    Args:
        note: The note.
        name: The drug.
        verdict: What is said of it.
        lasting: How long it was taken.
    """
    if lasting is not None and (_ended(lasting.text, note.day) or _in_years_before(lasting.text, _year_of(note))):
        return verdict is None or verdict.reality is Reality.ACTUAL
    if verdict is None or verdict.status is not MedicationStatus.STOPPED or verdict.reality is not Reality.ACTUAL:
        return False
    if verdict.ending is Ending.COMPLETED:
        return True
    line = note.document.line_at(name.start)
    if _LABEL.match(note.text, line.body, name.start):
        return True
    last = min(line.end, max(verdict.end, name.end) + _NEAR)
    if _LONG_AGO.search(note.text, min(verdict.start, name.start), last):
        return True
    year = _YEAR.search(note.text, min(verdict.start, name.start), last)
    written = _year_of(note)
    return year is not None and written is not None and int(year["year"]) < written


def _year_of(note: Note) -> int | None:
    """The year in which a note was written, as far as its head tells it."""
    if note.day is not None:
        return note.day.year
    years = [int(found["year"]) for found in _YEAR.finditer(note.text, 0, _HEAD)]
    return max(years, default=None)


def _ended(words: str, today: date | None) -> bool:
    """Whether the last day of a span is before the day of the note."""
    if re.fullmatch(r"day 1 only", words, re.IGNORECASE):
        return True
    found = _LAST_DAY.search(words)
    if found is None or today is None:
        return False
    first, second = int(found["day"]), int(found["month"])
    days = [_day(today.year, second, first), _day(today.year - 1, second, first)]
    return any(day is not None and 0 < (today - day).days < _WITHIN for day in days)


def _in_years_before(words: str, year: int | None) -> bool:
    years = re.fullmatch(r"\d{4}\s?[-–]\s?(\d{4})", words)
    return years is not None and year is not None and int(years[1]) < year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
