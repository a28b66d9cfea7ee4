"""Whether a day of a statement is that of a note, and a span that between two days."""

import re
from datetime import date

from clinical.facts import Reality
from clinical.propositions.figure import Figure
from clinical.propositions.propositions import Proposition
from features.summaries.grounding.evidence import View, about_the_same, is_day_of

# What a note tells as of its own day.
_TOLD_AS_OF_NOTE = frozenset(
    {"take", "continue", "recommend", "unchanged", "none", "increase", "decrease", "improve", "worsen"}
)


def is_day_of_notes(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether a day is that of the note, or of one of several that are cited, and that tells what is dated."""
    return _is_day_of_note(figure, one, view) or _is_day_of_cited(figure, one, view)


_LATER = re.compile(r"\b(?:later|after|afterwards)\b", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7}


def is_between_days(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether a span is that between two days of the quotes, the later one told of the same: "five days later"."""
    if not _LATER.search(figure.text) or figure.unit not in _DAYS or figure.high is not None:
        return False
    found = [(each.mention.figure.day, each.proposition) for each in view.read if each.mention.figure]
    days = [(day, other) for (year, month, number), other in found if (day := _ordinal(year, month, number, view))]
    return any(
        last - first == figure.value * _DAYS[figure.unit] and about_the_same(one, other)
        for first, _ in days
        for last, other in days
    )


def _ordinal(year: int | None, month: int | None, number: int | None, view: View) -> int | None:
    """The number of a whole day; a year that is not told is that of the note."""
    year = year or (view.day.year if view.day else None)
    try:
        return date(year, month, number).toordinal() if year and month and number else None
    except ValueError:
        return None


def _is_day_of_cited(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether the day is that of one of several notes that are cited, and that one tells something of it.

    "In July she wanted to think about it; by September she had agreed."
    """
    days = {part.day for part in view.parts if part.day}
    if len(days) < 2:
        return False
    said = [each for each in (*one.mentions, *one.inherited) if each.figure is None]
    return any(
        part.day is not None
        and is_day_of(figure.day, part.day)
        and (not said or any(part.naming(each.keys) for each in said))
        for part in view.parts
    )


def _is_day_of_note(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether the day is the note's, and dates what is told.

    That is so for what a note tells to do ("Start atorvastatin" was started on its day), and for what it finds, advises
    or has as taken without telling another day or that it is over.
    """
    if view.day is None or not is_day_of(figure.day, view.day):
        return False
    timed = any(
        mention.figure and (mention.figure.kind == "day" or mention.figure.role == "ago")
        for each in view.propositions
        if about_the_same(one, each)
        for mention in each.mentions
    )
    if timed:
        return False
    if any(
        each.happens & one.happens and (each.is_command or _is_done_by_author(each, view)) for each in view.propositions
    ):
        return True
    return one.happens <= _TOLD_AS_OF_NOTE and not any(_is_of_another_day(each) for each in view.propositions)


_BY_AUTHOR = re.compile(
    r"\b(?:I|[Ww]e)(?:'ve|’ve|\shave|\shad)?\s(?:also\s|today\s|now\s)?\w+(?:ed|en|un|t|de)\b|\btoday\b"
)


def _is_done_by_author(one: Proposition, view: View) -> bool:
    """Whether the author of a note tells what they did on its day: "I have started furosemide"."""
    sentence = next((each for each in view.sentences if one in each.propositions), None)
    return sentence is not None and bool(_BY_AUTHOR.search(sentence.text))


def _is_of_another_day(one: Proposition) -> bool:
    """Whether a proposition of a note is not about its day: over, ahead, begun, stopped or changed at some time."""
    if one.happens - _TOLD_AS_OF_NOTE or one.link in {"if", "before", "after", "until"}:
        return True
    return any(each.meant.historical or each.meant.reality is not Reality.ACTUAL for each in one.mentions) and (
        "recommend" not in one.happens
    )
