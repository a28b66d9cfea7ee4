"""What a relative has to be told of medicines and conditions: what they are for, and what they are."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from clinical import concepts
from features.summaries.wording.glossary import in_glossary, plain

# "fracture of the left wrist": a broken bone (left wrist); "anaphylaxis to cashew": ... to cashew.
_JOINS = ((" of ", " ({})"), (" to ", " to {}"))


class Purpose(NamedTuple):
    """What a medicine does, and for which conditions it is given."""

    does: str
    conditions: frozenset[str]


class Explained(NamedTuple):
    """A condition in plain words."""

    name: str
    means: str
    """A sentence; empty where the name says it all."""
    is_known: bool = True
    """Whether there are plain words for it."""
    is_exact: bool = True
    """Whether these are words for it, and not for something wider: who lacks the one may have the other."""


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
        name, _, means = rest.partition("|")
        key = concept if concept.startswith('"') else concepts.concept_of(concept, "condition")
        found[key] = Explained(name.strip(), means.strip())
    return found


@cache
def purposes_of(drug: str) -> tuple[Purpose, ...]:
    """What a medicine is for: what such medicines mostly are, then what this very one is besides.

    Empty where nobody knows.
    """
    found = [(group, purpose) for group, purpose in _purposes() if concepts.is_a(drug, group)]
    own = concepts.concept_of(drug, "drug")
    return tuple(
        purpose
        for number, (group, purpose) in enumerate(found)
        if not number or concepts.concept_of(group, "drug") == own
    )


@cache
def explained(concept: str, told: str = "") -> Explained:
    """A condition in plain words; what has none is not `is_known`, and goes by its own name.

    Args:
        concept: What it is.
        told: How the notes call it.
    """
    known = _explanations()
    for key in (f'"{told.lower()}"', concept):
        if key in known:
            return known[key]
    for join, shown in _JOINS:
        head, _, rest = concept.partition(join)
        if rest and head in known:
            return Explained(f"{known[head].name}{shown.format(plain(rest.removeprefix('the ')))}", known[head].means)
    head = concept.removesuffix(" exacerbation")
    if head != concept and head in known:
        return Explained(f"a flare-up of {known[head].name}", known[head].means)
    named = told or concept
    for written in (named, concept):
        if in_glossary(written):
            return Explained(_lower(plain(written)), "")
    broader = next((known[name] for name in concepts.broader(concept) if name in known), None)
    if broader is not None:
        return broader._replace(is_exact=False)
    return Explained(named, "", is_known=concept in _everyday())


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}" if text[1:2].islower() else text


@cache
def _everyday() -> frozenset[str]:
    """Conditions that are called by words that everybody knows."""
    return frozenset(_lines("everyday.txt"))


# The letters behind a name say how the drug leaves the tablet.
_FORMS = dict.fromkeys(("mr", "xl", "sr", "er", "la", "cr", "pr", "modified-release"), "slow-release")
_FORMS |= {"ec": "coated"}
_VITAMIN = re.compile(r"(?<=vitamin )[a-k]\d{0,2}\b")


@cache
def plain_drug(name: str) -> str:
    """A medicine or a substance: NSAIDs are painkillers, all others keep their names."""
    for written in (name, name.upper(), f"{name[:-1].upper()}s"):
        words = plain(written)
        if words != written:
            return _lower(words)
    *drug, form = name.split(" ")
    name = _VITAMIN.sub(lambda found: found.group().upper(), name)
    return f"{_FORMS[form.lower()]} {' '.join(drug)}" if drug and form.lower() in _FORMS else name


def plain_manner(how: str) -> str:
    """How a medicine is taken: "5 mg twice a day"."""
    words = f" {how} ".replace(" daily ", " a day ").replace(" weekly ", " a week ")
    return plain(words.strip()) if words.strip() else ""
