"""Canonical names of medicines, allergens, procedures and laboratory values, by how they are written."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from clinical.lexicon.conditions import ConditionEntry, conditions
from clinical.lexicon.drugs import classes, spellings, substances
from clinical.lexicon.phrases import plural_of
from clinical.lexicon.resources import entries
from clinical.lexicon.spelling import key

# What stands beside the name of a medicine and is no part of it: salts, forms, strengths, ways of release.
_SALT = (
    r"hydrochloride|hcl|sodium|potassium|calcium|sulfate|sulphate|maleate|tartrate|succinate"
    r"|besylate|besilate|mesylate|"
    r"mesilate|fumarate|citrate|acetate|phosphate|propionate|furoate|bromide|hydrobromide|dihydrate|monohydrate|"
    r"trihydrate|anhydrous|medoxomil|cilexetil|axetil|disoproxil|alafenamide|mofetil|erbumine|arginine|valerate|"
    r"dipropionate|decanoate|palmitate|nitrate|lactate|tosylate|bisulfate|oxalate|gluconate|pamoate|hyclate|magnesium"
)
_FORM = (
    r"tablets?|tabs?|capsules?|caps?|caplets?|inhalers?|evohaler|accuhaler|turbohaler|cream|ointment|gel|lotion|spray|"
    r"drops?|injections?|solution|suspension|syrup|elixir|patch(?:es)?|infusion|nebules?"
    r"|nebulisers?|sachets?|oral|iv|im|sc|"
    r"po|topical|nasal|eye|dispersible|effervescent|chewable|pessary|suppositor(?:y|ies)"
    r"|enteric|coated|ec|mr|xl|sr|er|xr|"
    r"la|cr|dr|retard|modified|extended|slow|prolonged|sustained|immediate|release|generic|low|high|dose|prn|therapy|"
    r"treatment|supplements?|pen|pens|kwikpen|flexpen|solostar"
)
_BESIDE = re.compile(rf"(?<![^\W_])(?:{_FORM})(?![^\W_])", re.IGNORECASE)
_SALTS = re.compile(rf"(?<=\s)(?:{_SALT})(?![^\W_])", re.IGNORECASE)
_STRENGTH = re.compile(
    r"(?<![^\W_-])\d[\d.,/ ]{0,12}\s?(?:mg|mcg|µg|micrograms?|g|units?|iu|ml"
    r"|%)?(?:/\s?\d{0,4}\s?(?:ml|h|hr|puff|spray))?"
    r"(?![^\W_-])",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")
_EDGES = " .,;:()[]-–/*®™"


class _Names(NamedTuple):
    """What names mean: by their letters, and by their key."""

    exact: dict[str, str]
    folded: dict[str, str]

    def find(self, written: str) -> str | None:
        """What a name means, if it is known as it stands."""
        return self.exact.get(written) or self.folded.get(key(written))


def plain(text: str) -> str:
    """A name that nobody knows, as it is compared: small letters, single blanks, nothing at its ends."""
    return _BLANKS.sub(" ", text.strip(_EDGES)).lower()


@cache
def _drugs() -> _Names:
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for spelling in spellings():
        (exact if spelling.exact else folded).setdefault(
            spelling.written if spelling.exact else key(spelling.written), spelling.name
        )
    for group in classes().values():
        for written in (group.name, plural_of(group.name), *group.others):
            short = written.isupper() and len(written) <= 5
            (exact if short else folded).setdefault(written if short else key(written), group.name)
    return _Names(exact, folded)


@cache
def _plural_classes() -> dict[str, str]:
    """Classes by a plural that would be folded into the name of a medicine: penicillins, heparins."""
    return {group.name: group.name for group in classes().values() if group.name.endswith("s")}


def drug(text: str) -> str:
    """A medicine or a class of medicines, without salts, forms and strengths."""
    names = _drugs()
    written = text.strip(_EDGES)
    found = _plural_classes().get(written.lower()) or names.find(written)
    if found is not None:
        return found
    bare = _BLANKS.sub(" ", _BESIDE.sub(" ", _STRENGTH.sub(" ", written))).strip(_EDGES)
    found = names.find(bare) if bare else None
    if found is not None:
        return found
    base = _BLANKS.sub(" ", _SALTS.sub(" ", bare)).strip(_EDGES)
    found = names.find(base) if base else None
    if found is not None:
        return found
    return _combined(base) or plain(base or bare or written)


def _combined(text: str) -> str | None:
    """A combination that is written by its parts: "amoxicillin and clavulanic acid", "losartan/HCTZ"."""
    parts = [part.strip() for part in re.split(r"\s?(?:/|\+|&|\band\b|\bwith\b)\s?", text) if part.strip()]
    if not 2 <= len(parts) <= 4:
        return None
    found = [_drugs().find(part) for part in parts]
    known = [one for one in found if one is not None]
    if len(known) != len(parts):
        return None
    return _by_parts().get(frozenset(known)) or "/".join(sorted(known))


@cache
def _by_parts() -> dict[frozenset[str], str]:
    names = _drugs()
    return {
        frozenset(names.find(part) or part for part in substance.parts): substance.name
        for substance in substances().values()
        if substance.parts
    }


_ALLERGY = re.compile(
    r"(?<![^\W_])(?:allerg(?:y|ies|ic|en)|intoleran\w+|hypersensitiv\w+|sensitivity|products?"
    r"|based|containing|antibiotics?(?=\s?$)"
    r"|drugs?(?=\s?$)|medications?(?=\s?$)|foods?(?=\s?$)|dander|to|the|all)(?![^\W_])",
    re.IGNORECASE,
)


# "cashew nut" is cashew; a Brazil nut is no Brazil.
_NUTS = re.compile(r"\b(cashew|pistachio|almond|walnut|pecan|macadamia|peanut|hazelnut) nuts?$", re.IGNORECASE)


# What is made of a food: peanut butter is peanut.
_PREPARED = frozenset(
    {*("butter", "oil", "paste", "flour", "sauce", "spread", "milk", "white", "whites", "yolk", "yolks", "powder"),
     *("cracker", "crackers", "biscuit", "biscuits", "cookie", "cookies", "cake", "cakes", "seed", "seeds")}
)  # fmt: skip


@cache
def _foods() -> frozenset[str]:
    named = (line.partition(": ") for line in entries("allergens.txt"))
    return frozenset(name.strip() for kind, _, names in named if kind == "food" for name in names.split(","))


def _of_food(name: str) -> str:
    """The food of which something is made; the name itself, where it is of none."""
    head, _, last = name.lower().rpartition(" ")
    return head if last in _PREPARED and head in _foods() else name


# An allergy to penicillin is one to penicillins, one to the protein of milk one to milk.
_ONE_ALLERGEN = {
    **dict.fromkeys(("penicillins", "pen", "pcn"), "penicillin"),
    "tetracyclines": "tetracycline",
    **dict.fromkeys(("patent blue dye", "patent blue v", "patent blue v dye"), "patent blue"),
    "contrast": "radiocontrast",
    **dict.fromkeys(("cow milk", "milk protein", "cow milk protein"), "milk"),
}


def allergen(text: str) -> str:
    """What somebody is allergic to: a medicine or a class of them by its concept, anything else by its singular."""
    names = _drugs()
    found = names.find(text.strip(_EDGES))
    if found is None:
        bare = _BLANKS.sub(" ", _ALLERGY.sub(" ", text)).strip(_EDGES)
        bare = _of_food(_NUTS.sub(r"\1", bare))
        found = names.find(bare) if bare else None
        if found is None:
            medicine = drug(bare or text)
            found = medicine if medicine in known("drug") else key(bare or text)
    return _ONE_ALLERGEN.get(found, found)


@cache
def _procedures() -> _Names:
    names = _Names({}, {})
    for line in entries("procedures.txt"):
        _, concept, others = ([part.strip() for part in line.split("|")] + [""])[:3]
        concept = concept.rstrip("*")
        for written in (concept, *others.split(",")):
            name = written.strip().rstrip("*")
            short = name.isupper() and len(name) <= 5 and not written.strip().endswith("*")
            if name:
                (names.exact if short else names.folded).setdefault(name if short else key(name), concept)
    return names


def procedure(text: str) -> str:
    """A procedure."""
    return _procedures().find(text.strip(_EDGES)) or plain(text)


# The forms of words, and the nouns, of what a surgeon does.
_OPERATES = re.compile(
    r"(?:ectom|otom|ostom|plast|opex)(?:y|ies)\b|\b(?:replacement|repair|transplant\w*|amputation|bypass|graft\w*|fusion|"
    r"fixation|resection|excision|surgery|operation|reconstruction|revision)\b"
)


def is_operation(text: str) -> bool:
    """Whether a procedure is an operation, and no test, scan or injection, which are made again and again."""
    concept = procedure(text)
    return concept in _operations() or _OPERATES.search(concept) is not None


# What an operation leaves in the body for good, and whoever treats the patient has to know of.
_IMPLANTS = frozenset(
    {"pacemaker", "implantable cardioverter defibrillator", "cochlear implant", "nerve stimulator",
     "mechanical heart valve"}
)  # fmt: skip


def is_implant(text: str) -> bool:
    """Whether a procedure leaves a device in the body for good: a pacemaker, a defibrillator, a mechanical valve."""
    return procedure(text) in _IMPLANTS


@cache
def _operations() -> frozenset[str]:
    lines = ([part.strip() for part in line.split("|")] for line in entries("procedures.txt"))
    return frozenset(concept.rstrip("*") for kind, concept, *_ in lines if kind == "operation")


@cache
def _labs() -> _Names:
    names = _Names({}, {})
    for line in entries("labs.txt"):
        name, _, _, written = (part.strip() for part in line.split("|"))
        for spelling in (name.replace("_", " "), *written.split(",")):
            short = any(letter.isupper() for letter in spelling) and len(spelling.strip()) <= 4
            (names.exact if short else names.folded).setdefault(spelling.strip() if short else key(spelling), name)
    return names


def lab(text: str) -> str:
    """A laboratory value."""
    return _labs().find(text.strip(_EDGES)) or plain(text)


@cache
def known(kind: str) -> frozenset[str]:
    """The canonical names of a kind."""
    if kind in {"condition", "symptom"}:
        return frozenset(conditions()) | frozenset(_symptoms())
    if kind == "procedure":
        return frozenset(_values(_procedures()))
    if kind == "lab":
        return frozenset(_values(_labs()))
    return frozenset(substances()) | frozenset(classes())


def _values(names: _Names) -> Iterable[str]:
    return (*names.exact.values(), *names.folded.values())


@cache
def _symptoms() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in entries("symptoms.txt"):
        # Words on one line are found alike; they are no synonyms, save that the plural is the singular.
        for name in line.split("|"):
            found.setdefault(key(name), name.strip().lower())
    return {name: name for name in found.values()}


class ConditionName(NamedTuple):
    """What a name of a condition means: the concept, and what it tells besides."""

    concept: str
    detail: str | None


@cache
def condition_names() -> tuple[dict[str, ConditionName], dict[str, ConditionName]]:
    """Names of conditions by their letters, and by their key."""
    exact: dict[str, ConditionName] = {}
    folded: dict[str, ConditionName] = {}
    for entry in conditions().values():
        for named in entry.names:
            meaning = ConditionName(entry.name, named.detail)
            (exact if named.exact else folded).setdefault(named.written if named.exact else key(named.written), meaning)
    for name in _symptoms():
        folded.setdefault(key(name), ConditionName(name, None))
    return exact, folded


def condition(written: str) -> ConditionName | None:
    """What a name of a condition means, as it stands."""
    exact, folded = condition_names()
    return exact.get(written) or folded.get(key(written))


def is_lasting(concept: str) -> bool:
    """Whether a condition stays."""
    entry = conditions().get(concept)
    return entry is not None and entry.lasting


def ancestors_of_condition(concept: str) -> tuple[str, ...]:
    """The broader concepts, the nearest first."""
    found: list[str] = []
    entry: ConditionEntry | None = conditions().get(concept)
    while entry is not None and entry.parent is not None and entry.parent not in found:
        found.append(entry.parent)
        entry = conditions().get(entry.parent)
    return tuple(found)
