"""Concepts: the name under which all ways to say a thing are one.

`concept_of("OSA", "condition")` and `concept_of("obstructive sleep apnoea", "condition")` are the same;
`detail_of("CKD 3b")` is "stage 3b"; `is_a("Nurofen", "NSAIDs")` holds. Lookups take time in proportion to the name.
Canonical names are American generic names in small letters. They are keys: what people read is what the note has.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

from clinical.lexicon import concept_names
from clinical.lexicon.concept_names import plain
from clinical.lexicon.drugs import classes, substances
from clinical.lexicon.stages import Reading, read_condition

ConceptKind = Literal["drug", "condition", "symptom", "allergen", "procedure", "lab"]

# Names beyond this are no names; they are folded, and not looked for.
_LONGEST = 160


@lru_cache(maxsize=8192)
def concept_of(text: str, kind: ConceptKind) -> str:
    """The canonical name of what a text names; the text itself, folded, where nobody knows it.

    Args:
        text: A name as a note has it: "Lasix 40mg tablets", "T2DM", "CKD stage 3b", "penicillins".
        kind: Of what kind it is. An allergen may be a medicine, a class of medicines, or a thing.
    """
    if len(text) > _LONGEST:
        return plain(text)
    return _FINDERS[kind](text)


def _condition(text: str) -> str:
    return _read(text).concept


@lru_cache(maxsize=8192)
def _read(text: str) -> Reading:
    return read_condition(text)


_FINDERS: dict[str, Callable[[str], str]] = {
    "drug": concept_names.drug,
    "condition": _condition,
    "symptom": _condition,
    "allergen": concept_names.allergen,
    "procedure": concept_names.procedure,
    "lab": concept_names.lab,
}


def detail_of(text: str) -> str | None:
    """Stage, side, severity or type that the name of a condition tells besides its concept: "stage 3b", "left"."""
    return _read(text).detail if len(text) <= _LONGEST else None


def is_known(text: str, kind: ConceptKind) -> bool:
    """Whether the lexicon has the concept."""
    return concept_of(text, kind) in concept_names.known(kind)


def is_lasting(condition: str) -> bool:
    """Whether a condition stays once somebody has it; False for what is unknown."""
    return concept_names.is_lasting(concept_of(condition, "condition"))


def broader(condition: str) -> tuple[str, ...]:
    """The broader concepts of a condition, the nearest first: melanoma is skin cancer, which is cancer."""
    return concept_names.ancestors_of_condition(concept_of(condition, "condition"))


def is_operation(procedure: str) -> bool:
    """Whether a procedure is an operation, and no test, scan or injection, which are made again and again."""
    return concept_names.is_operation(procedure)


def is_implant(procedure: str) -> bool:
    """Whether a procedure leaves a device in the body for good, which everybody has to know of: a pacemaker."""
    return concept_names.is_implant(procedure)


def same(one: str, other: str, kind: ConceptKind) -> bool:
    """Whether two names are of one concept. Detail does not count: CKD 3a and CKD 3b are chronic kidney disease."""
    return concept_of(one, kind) == concept_of(other, kind)


def ingredients_of(drug: str) -> tuple[str, ...]:
    """The substances of a medicine: two for co-codamol, one for most; the name itself where it is unknown."""
    name = concept_of(drug, "drug")
    known = substances().get(name)
    if known is None or not known.parts:
        return (name,)
    return tuple(dict.fromkeys(concept_of(part, "drug") for part in known.parts))


def classes_of(drug: str) -> frozenset[str]:
    """The classes that a medicine belongs to, by itself or by what it is made of, and those that these belong to.

    Of a class, the classes above it.
    """
    return _classes_of(concept_of(drug, "drug"))


@cache
def _classes_of(name: str) -> frozenset[str]:
    found: set[str] = set()
    group = classes().get(name)
    if group is not None and group.parent:
        found.add(group.parent)
    substance = substances().get(name)
    if substance is not None:
        found.update(substance.classes)
        for part in substance.parts:
            its = concept_of(part, "drug")
            if its != name:
                found.update(_classes_of(its))
    for one in tuple(found):
        found.update(_classes_of(one))
    return frozenset(found)


def is_a(drug: str, group: str) -> bool:
    """Whether a medicine is of a class, contains a substance, or is that class or substance itself.

    `is_a("Nurofen", "NSAIDs")`, `is_a("co-codamol", "paracetamol")`, `is_a("Lantus", "insulins")`.
    """
    name, wanted = concept_of(drug, "drug"), concept_of(group, "drug")
    return name == wanted or wanted in _classes_of(name) or wanted in ingredients_of(name)


def members_of(group: str) -> frozenset[str]:
    """The medicines of a class, combinations among them; empty where it is no class."""
    return _members().get(concept_of(group, "drug"), frozenset())


@cache
def _members() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name in substances():
        for group in _classes_of(name):
            found.setdefault(group, set()).add(name)
    return {group: frozenset(names) for group, names in found.items()}
