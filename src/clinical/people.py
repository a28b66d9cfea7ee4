"""The persons of a note who are not the patient: relatives, and others; one list for all who ask."""

from enum import StrEnum
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
        found.extend((name.strip(), Kin(Person(person), sex)) for name in names.split(","))
    return found
