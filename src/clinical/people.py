"""The persons of a note who are not the patient: relatives, and others; one list for all who ask."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Match, Phrases, Token, tokens_of
from clinical.lexicon.resources import entries

_SIDES = frozenset({"maternal", "paternal"})


class Person(StrEnum):
    """Whose something is."""

    PATIENT = "patient"
    RELATIVE = "relative"
    """Of the patient's blood, or brought up with it: what they have may run in the family."""
    OTHER = "other"
    """Husband, neighbour, donor, source patient."""


class Kin(NamedTuple):
    """Who is called so."""

    person: Person
    sex: str
    """f, m or - for either."""


class Named(NamedTuple):
    """A person at `text[start:end]`."""

    start: int
    end: int
    name: str
    """In lower case, with the side of the family where it is told: "mother", "maternal aunt"."""
    kin: Kin


def kinship() -> list[tuple[str, Kin]]:
    """Every name of a person, and who that is."""
    found: list[tuple[str, Kin]] = []
    for line in entries("people.txt"):
        person, sex, names = (part.strip() for part in line.split("|"))
        found.extend((name.strip(), Kin(Person(person), sex)) for name in names.split(","))
    return found


@cache
def _phrases() -> Phrases[Kin]:
    phrases: Phrases[Kin] = Phrases()
    for name, kin in kinship():
        phrases.add(name, kin)
    phrases.sort()
    return phrases


def matches_in(text: str, tokens: Sequence[Token], first: int, after: int) -> list[Match[Kin]]:
    """The persons among the tokens from `first` up to `after`, in order."""
    return _phrases().find(text, tokens, first, after)


def relatives_in(text: str, start: int = 0, end: int | None = None) -> list[Named]:
    """The relatives and other persons named in `text[start:end]`, in order: "father and grandmother have diabetes"."""
    tokens = tokens_of(text, start, end)
    found: list[Named] = []
    for match in matches_in(text, tokens, 0, len(tokens)):
        first, last = tokens[match.first], tokens[match.after - 1]
        name = " ".join(text[first.start : last.end].lower().split())
        if found and found[-1].name in _SIDES and match.first and found[-1].end == tokens[match.first - 1].end:
            side = found.pop()
            first, name = first._replace(start=side.start), f"{side.name} {name}"
        found.append(Named(first.start, last.end, name, match.found[0]))
    return found
