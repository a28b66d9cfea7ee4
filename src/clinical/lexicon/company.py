"""Abbreviations that name a condition only in the company of others: PET is pre-eclampsia where a midwife writes."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.conditions import conditions
from clinical.lexicon.resources import entries


class Meaning(NamedTuple):
    """What an abbreviation names where one of the words stands in the note; they are in small letters."""

    condition: str
    lasting: bool
    company: tuple[str, ...]


@cache
def meanings() -> dict[str, tuple[Meaning, ...]]:
    """The meanings of each abbreviation, in just its letters."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for line in entries("in_company.txt"):
        written, condition, company = (part.strip() for part in line.split("|"))
        words = tuple(word.strip().lower() for word in company.split(","))
        known = conditions().get(condition)
        meaning = Meaning(condition, known is not None and known.lasting, words)
        found[written] = (*found.get(written, ()), meaning)
    return found


def meant(written: str, lowered: str) -> Meaning | None:
    """What an abbreviation names in a note whose text in small letters is given."""
    return next((one for one in meanings().get(written, ()) if any(word in lowered for word in one.company)), None)
