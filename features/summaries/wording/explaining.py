"""What a relative has to be told of medicines and conditions: what they are for, and what they are."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from clinical import concepts
from features.summaries.wording.glossary import is_plain, plain


class Purpose(NamedTuple):
    """What a medicine does, and for which conditions it is given."""

    does: str
    conditions: frozenset[str]


class Explained(NamedTuple):
    """A condition in plain words."""

    name: str
    means: str
    """A sentence; empty where the name says it all."""


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _purposes() -> tuple[tuple[str, Purpose], ...]:
    found = []
    for line in _lines("purposes.txt"):
        group, does, conditions = (part.strip() for part in line.split("|"))
        named = frozenset(concepts.concept_of(one.strip(), "condition") for one in conditions.split(";") if one.strip())
        found.append((group, Purpose(does, named)))
    return tuple(found)


@cache
def _explanations() -> dict[str, Explained]:
    found = {}
    for line in _lines("explanations.txt"):
        concept, _, rest = line.partition(" = ")
        name, _, means = rest.partition(" | ")
        found[concepts.concept_of(concept, "condition")] = Explained(name.strip(), means.strip())
    return found


@cache
def purpose_of(drug: str) -> Purpose | None:
    """What a medicine is for; None where nobody knows."""
    return next((purpose for group, purpose in _purposes() if concepts.is_a(drug, group)), None)


@cache
def explained(concept: str) -> Explained:
    """A condition in plain words; of what is not known, the words that there are, and whom to ask."""
    known = _explanations()
    for name in (concept, *concepts.broader(concept)):
        if name in known:
            return known[name] if name == concept else Explained(plain(concept).lower(), known[name].means)
    words = plain(concept)
    if words != concept and is_plain(words):
        return Explained(f"{words[:1].lower()}{words[1:]}", "")
    return Explained(concept, "The team can tell you what this is.")
