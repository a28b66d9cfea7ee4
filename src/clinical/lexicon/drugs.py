"""The medicines of `data/drugs.txt` and their classes of `data/drug_classes.txt`."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.resources import entries
from clinical.lexicon.spelling import british


class Substance(NamedTuple):
    """A medicine, or a fixed combination of several."""

    name: str
    """The canonical name, in small letters."""
    others: tuple[str, ...]
    """Other names as they are written: brands begin with a capital."""
    classes: tuple[str, ...]
    parts: tuple[str, ...]
    """The substances of a combination; empty for a single one."""


class Spelling(NamedTuple):
    """A way to write the name of a medicine or of a class."""

    written: str
    name: str
    """The canonical name."""
    brand: bool
    exact: bool
    """Whether it is found in just these letters."""
    shy: bool
    """Whether it is a thing or another word as well."""


class Class(NamedTuple):
    """A kind of medicines."""

    name: str
    others: tuple[str, ...]
    parent: str | None


def _fields(line: str, count: int) -> list[str]:
    parts = [part.strip() for part in line.split("|")]
    return parts + [""] * (count - len(parts))


def _listed(field: str, separator: str) -> list[str]:
    return [part.strip() for part in field.split(separator) if part.strip()]


@cache
def substances() -> dict[str, Substance]:
    """Medicines by their canonical name."""
    return _read()[0]


@cache
def spellings() -> tuple[Spelling, ...]:
    """Every way in which a medicine is written, the canonical names first."""
    return _read()[1]


@cache
def _read() -> tuple[dict[str, Substance], tuple[Spelling, ...]]:
    found: dict[str, Substance] = {}
    written: list[Spelling] = []
    for line in entries("drugs.txt"):
        name, others, classes, parts = _fields(line, 4)[:4]
        shy, name = name.startswith("~"), name.removeprefix("~")
        names = [_spelling(other, name) for other in _listed(others, ";")]
        found[name] = Substance(
            name,
            tuple(spelling.written for spelling in names),
            tuple(_listed(classes, ",")),
            tuple(_listed(parts, "+")),
        )
        written.append(Spelling(name, name, brand=False, exact=False, shy=shy))
        written.extend(names)
        other_spelling = british(name)
        if other_spelling != name:
            written.append(Spelling(other_spelling, name, brand=False, exact=False, shy=shy))
    return found, tuple(written)


def _spelling(written: str, name: str) -> Spelling:
    shy, written = written.startswith("~"), written.removeprefix("~")
    exact, written = written.startswith("="), written.removeprefix("=")
    return Spelling(written, name, brand=written[:1].isupper() and not exact, exact=exact, shy=shy)


@cache
def classes() -> dict[str, Class]:
    """The kinds of medicines by their name."""
    found = {}
    for line in entries("drug_classes.txt"):
        name, others, parent = _fields(line, 3)[:3]
        found[name] = Class(name, tuple(_listed(others, ";")), parent or None)
    return found
