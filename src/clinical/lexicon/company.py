"""Abbreviations that name a condition only in the company of others: PET is pre-eclampsia where a midwife writes."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.conditions import conditions
from clinical.lexicon.resources import entries

_BESIDE = 16


class Meaning(NamedTuple):
    """What an abbreviation names where one of the words stands in the note; they are in small letters."""

    condition: str
    lasting: bool
    company: tuple[str, ...]
    unless: tuple[str, ...] = ()
    """What right behind it tells that it is something else there."""


@cache
def meanings() -> dict[str, tuple[Meaning, ...]]:
    """The meanings of each abbreviation, in just its letters."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for line in entries("in_company.txt"):
        written, condition, company, *unless = (part.strip() for part in line.split("|"))
        words = _words(company)
        known = conditions().get(condition)
        meaning = Meaning(condition, known is not None and known.lasting, words, _words(unless[0]) if unless else ())
        found[written] = (*found.get(written, ()), meaning)
    return found


def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in listed.split(","))


def meant(written: str, lowered: str, end: int) -> Meaning | None:
    """What an abbreviation names that ends at `end` in a note whose text in small letters is given."""
    behind = lowered[end : end + _BESIDE].lstrip(" :-–—")
    for one in meanings().get(written, ()):
        if any(word in lowered for word in one.company) and not (one.unless and behind.startswith(one.unless)):
            return one
    return None
