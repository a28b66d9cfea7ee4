"""What the names of headings stand for: the names of the data file, several of them joined, and words around them.

"Allergies & sensitivities", "Family / social history" and "PMH + DH" are made of names that are known one by one;
"Current regular medications" and "Allergies (confirmed with daughter)" are known names with words around them.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from clinical.lexicon.resources import entries, wordset
from clinical.lexicon.vocabulary import class_names

BOTH = ("assessment", "plan")
_NAME_EDGES = " \t.,;*_#:-–—=[]()<>~|"
_JOINS = re.compile(r"(?:(?<!\s)\s*)?(?:/|&|\+|,|;|\\|\band\b|\bor\b)\s*")
# "Family / social history", "Past medical & surgical history", "Drug and food allergies": the last word is everybody's.
_SHARED = wordset(
    "history hx allergies allergy reactions diagnoses diagnosis medications medicines meds findings exam plan"
)
_BEFORE = re.compile(
    r"^(?:(?:any|all|patient(?:'s)?|pt|known|current|currently|relevant|significant|pertinent|other|documented|"
    r"reported|recorded|existing|full|brief|updated|general|today's|latest|last|recent|further|additional|important|"
    r"key|"
    r"clinical|detailed|confirmed|verified|ongoing|overall|initial|admission|discharge|triage|repeat|summary of|"
    r"list of|details of|review of|history of)\s)+"
)
_BEHIND = re.compile(
    r"(?:\s(?:list|lists|status|details?|information|info|summary|section|notes?|record|chart|history|review|reviewed|"
    r"updated?|today|known|reported|documented|noted|verified|confirmed|checked|to date|so far|if any|if known)){1,5}$"
)
# What may follow a name and tells whence or when: "Bloods 29/1/24", "Medications on arrival", "Allergies per GP".
_QUALIFIES = re.compile(
    r"\s(?:on|at|from|as|per|since|during|this|today|before|after|prior|in|by|taken|obtained|confirmed|checked|"
    r"reviewed|"
    r"verified|updated|noted|recorded|drawn|dated|for|with|-|–|\(|\d)"
)
# Kinds under which nothing may be taken for the patient's, or for what he has now: they win in a combination.
_STRONGEST = ("family", "signature")
# Kinds that the last words of a heading tell, whatever stands before: not "past treatment", which is no plan.
_TOLD_BY_LAST_WORDS = frozenset(
    {
        "medications",
        "discharge_medications",
        "vitals",
        "results",
        "imaging",
        "immunizations",
        "instructions",
    }
)
# A heading of allergies by its last word, with classes before it: not "latex allergy", nor a culture's "sensitivities".
_OF_ALLERGIES = re.compile(
    r"(?:(?:known|any|other|current|previous|drugs?|meds?|medicines?|medications?|foods?|environmental|contact|and|&|/|topical)\s)*"
    r"(?:allerg(?:y|ies|ic reactions?|ens?)|intolerances?|adrs?|adverse (?:drug )?(?:reactions?|effects?))"
)
# What a list of medicines begins with that nobody takes any more.
_OVER = frozenset({"old", "past", "former", "failed"})
_FORMS = frozenset({"tablets", "medicine", "contrast"})
_MOST_BEFORE, _TOO_SHORT = 3, 3


class Kind(NamedTuple):
    """What a heading's name stands for."""

    kind: str
    parts: tuple[str, ...]


@cache
def _names() -> dict[str, Kind]:
    names: dict[str, Kind] = {}
    for line in entries("headings.txt"):
        head, _, spellings = line.partition(": ")
        kind, part = head.split()
        parts = BOTH if part == "both" else () if part == "none" else (part,)
        for spelling in spellings.split(", "):
            names.setdefault(spelling.strip(), Kind(kind, parts))
    return names


def named(name: str, *, qualified: bool = False) -> Kind | None:
    """What a heading of that name stands for.

    Args:
        name: As it stands in the note.
        qualified: Whether words may follow that tell whence or when; only where it is plain that it is a heading.
    """
    words = re.sub(r"\s+", " ", name.strip(_NAME_EDGES)).lower().replace("’", "'")
    return _kind_of(words, qualified=qualified)


@lru_cache(maxsize=4096)
def _kind_of(words: str, *, qualified: bool) -> Kind | None:
    found = _plain(words) or _joined(words)
    if found is None and qualified:
        for place in _QUALIFIES.finditer(words):
            known = words[: place.start()]
            found = _plain(known) or _joined(known)
            if found is not None:
                return found
        return _by_last_words(words)
    return found


def _by_last_words(words: str) -> Kind | None:
    """What a heading is about by its last words: "new inpatient orders", "weekend bloods"."""
    if _OF_ALLERGIES.fullmatch(words):
        return _names()["allergies"]
    if words in class_names() or words.partition(" ")[0] in _OVER:
        return None  # "Sulfa drugs: rash" names what somebody reacts to
    rest = words
    for _ in range(_MOST_BEFORE):
        _, space, rest = rest.partition(" ")
        if not space:
            return None
        if rest in _FORMS:
            return None  # "Prednisolone 5 mg tablets: six each morning" names one medicine
        found = _plain(rest)
        if found is not None and found.kind in _TOLD_BY_LAST_WORDS and len(rest) > _TOO_SHORT:
            return found
    return None


def _plain(words: str) -> Kind | None:
    """A known name, perhaps with ordinary words around it."""
    known = _names()
    if words in known:
        return known[words]
    for shorter in (_BEFORE.sub("", words), _BEHIND.sub("", words), _BEHIND.sub("", _BEFORE.sub("", words))):
        if shorter in known and len(shorter) > 1:
            return known[shorter]
    return None


def _joined(words: str) -> Kind | None:
    """Several names in one. Each must be known, by itself or with the word that the last one has for all."""
    names = [name for name in _JOINS.split(words) if name]
    if not 2 <= len(names) <= 4:
        return None
    last = names[-1].rsplit(" ", 1)[-1]
    kinds = []
    for name in names:
        kind = (_plain(f"{name} {last}") if last in _SHARED and name != names[-1] else None) or _plain(name)
        if kind is None:
            return None
        kinds.append(kind)
    return _together(kinds)


def _together(kinds: list[Kind]) -> Kind:
    for kind in kinds:
        if kind.kind in _STRONGEST:
            return kind
    parts = {part for kind in kinds for part in kind.parts}
    if parts == set(BOTH):
        return Kind("assessment_plan", BOTH)
    return kinds[0]
