"""The persons of a note who are not the patient: relatives, and others; one list for all who ask."""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from clinical.lexicon.resources import entries


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


def kinship() -> list[tuple[str, Kin]]:
    """Every name of a person, and who that is."""
    found: list[tuple[str, Kin]] = []
    for line in entries("people.txt"):
        person, sex, names = (part.strip() for part in line.split("|"))
        found.extend((one, Kin(Person(person), sex)) for name in names.split(",") for one in _spelled(name.strip()))
    return found


def _spelled(name: str) -> Iterator[str]:
    """The names that one with choices stands for: "[his/her] [little/big] boy"."""
    choices = [part.strip("[]").split("/") for part in re.findall(r"\[[^\]]{1,200}\]|[^\s\[]{1,40}", name)]
    return (" ".join(words) for words in product(*choices)) if "[" in name else iter((name,))
