"""The conditions of `data/conditions.txt`, with their other names and what those tell besides."""

import re
from functools import cache
from typing import NamedTuple

from clinical.lexicon.resources import entries

_DETAIL = re.compile(r"(?P<name>.*?)(?:\s\((?P<detail>[^()]*)\))?")


class Named(NamedTuple):
    """A way to write a condition."""

    written: str
    exact: bool
    """Whether it is found in just these letters."""
    detail: str | None
    """What it tells besides: "reduced ejection fraction" in HFrEF."""


class ConditionEntry(NamedTuple):
    """A condition of the lexicon."""

    name: str
    names: tuple[Named, ...]
    """All its names, the canonical one first."""
    lasting: bool
    """Whether it stays once somebody has it."""
    episodic: bool
    """Whether it comes in attacks, so that a time that is named is that of one of them."""
    parent: str | None
    """The broader concept that it belongs to."""


@cache
def conditions() -> dict[str, ConditionEntry]:
    """Conditions by their canonical name."""
    found = {}
    for line in entries("conditions.txt"):
        name, others, attributes = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
        said = [attribute.strip() for attribute in attributes.split(",")]
        parent = next((one.removeprefix("is ") for one in said if one.startswith("is ")), None)
        names = [Named(name, _exact_head(name), None)]
        names.extend(_named(other.strip()) for other in others.split(";") if other.strip())
        found[name] = ConditionEntry(name, tuple(names), "lasting" in said, "episodic" in said, parent)
    return found


def _exact_head(name: str) -> bool:
    return name.isupper()


def _named(written: str) -> Named:
    exact, written = written.startswith("="), written.removeprefix("=")
    match = _DETAIL.fullmatch(written)
    if match is None:
        return Named(written, exact, None)
    return Named(match["name"], exact, match["detail"])
