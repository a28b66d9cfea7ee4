"""What people can be allergic to: drugs, kinds of drugs, foods and things, and names that nobody listed."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache

from clinical.concepts import is_a
from clinical.lexicon.phrases import Token, terms, tokens_of
from clinical.lexicon.resources import entries, wordset
from clinical.lexicon.vocabulary import class_names, drugs

_MOST_WORDS = 5
_LONGEST = 50
_SHORTEST = 3


class Sort(StrEnum):
    """Which blanket denial a substance contradicts."""

    DRUG = "drugs"
    FOOD = "foods"
    THING = "things"


# Words that names of substances do not have.
_TELLS = re.compile(
    r"\b(?:made|taken|given|seen|done|out|off|clinic|ward|day|days|week|weeks|month|months|plan|parents?|mother|father|"
    r"mum|dad|daughter|son|wife|husband|doctor|dr|nurse|consultant|band|wristband|bracelet|card|letter|school|"
    r"referral|review|"
    r"check|please|avoid|inhaler|prn|bd|tds|od|qds|mg|mcg|daily|morning|night|well|today|yesterday|and|was|is|are|"
    r"were|has|had|have|"
    r"to|at|on|in|for|by|of|with|from|about|after|a|an|the|carries|carry|wears|uses|takes|gets|wife|says|he|she|they|"
    r"it|be|been|not|no|if|when|now|then|cannot|can|could|should|would|must|will|see|below|above|eating|taking|having|regularly|which|that|who|this|these|but|so|since|never|always|"
    r"(?!red)[a-z]{3,}[^\We]ed)\b",
    re.IGNORECASE,
)
_NO_SUBSTANCE = re.compile(
    r"^(?:than|given|despite|because|due|prior|past|of|(?:seasonal|environmental|perennial|year-round)\b.*|known|substances?|agents?|drug|drugs|medications?|"
    r"medicines?|food|foods|other foods|none|nil|no|nkda|otherwise|else|"
    r"nka|nkfa|allerg\w*|history|rhinitis|conjunctivitis|hay ?fever|reactions?|symptoms?|it|them|him|her|us|me|there|"
    r"here|he|she|they|who|what|"
    r"this|that|these|those|anything|something|everything|reviewed|updated|see|per|above|below|listed|unknown|not|"
    r"other|others|fall|spring|"
    r"summer|winter|severe|mild|moderate|exercise|heat|cold|any|all|the|possible|asthma|eczema|contact|skin|glucose|"
    r"activity|lactose|patient|pt|reported|present|active|verified|light|touch|palpation|temperature|sun|sunlight|"
    r"noise|change|"
    r"movement|smells?|pressure|pain|pinprick|antibiotics? of|noncontributory|negative|positive|unchanged|yes|y|n|"
    r"unremarkable|(?:denie[sd]|denying|deny)\b.*|sinus|hives|psoriasis|allergies|severity|status|date|comments?|onset|type|stress|alcohol|weather|"
    r"treatment|"
    r"therapy|surgery|rectal exam|dairy products?|treatments?|criticism|others|same|both|each|two|one|family|nasal|"
    r"ocular|eye|"
    r"multiple|several|various|numerous|many|(?:[a-z]+ )?(?:doses?|tablets?|capsules?|courses?|injections?|infusions?)|"
    r"\d.*)$",
    re.IGNORECASE,
)
_ENDS = wordset(
    "allergy allergic allergies intolerance intolerant sensitivity sensitive listed recorded documented noted "
    "reported class family aged age since only alone too also stays stay remains remain"
)
# "Sulfonamide antibiotics" are no other substance than sulfonamides.
_GENUS = wordset("antibiotic antibiotics")


_DEVICE = re.compile(
    r"\bepi-?pen|\bjext\b|\bemerade\b|\banapen\b|\bauto-?injector|\b(?:adrenaline|epinephrine) pen", re.IGNORECASE
)


@cache
def _allergens() -> dict[str, Sort]:
    sorts = {"food": Sort.FOOD, "thing": Sort.THING, "drug": Sort.DRUG}
    found = {}
    for line in entries("allergens.txt"):
        kind, _, names = line.partition(": ")
        found.update({name.strip(): sorts[kind] for name in names.split(",")})
    return found


@cache
def _drugs() -> frozenset[str]:
    return frozenset(form for name in drugs() for form in (name.lower(), f"{name.lower()}s"))


@lru_cache(maxsize=4096)
def sort_of(substance: str) -> Sort | None:
    """What sort of substance a known name means; None for names that are not known."""
    words = substance.split()
    known = _allergens()
    for size in range(min(len(words), 4), 0, -1):
        for at in range(len(words) - size, -1, -1):
            name = " ".join(words[at : at + size])
            if name in known:
                return known[name]
            if name in _drugs():
                return Sort.DRUG
    if any(term.kind in {"drug", "class"} for match in _terms_of(substance) for term in match.found):
        return Sort.DRUG
    return None


def _terms_of(substance: str) -> list:  # type: ignore[type-arg]
    return terms().find(substance, tokens_of(substance))


def is_name(words: str) -> bool:
    """Whether words are, as they stand, the name of a drug or an allergen."""
    return words in _allergens() or words in _drugs()


def names_in(text: str, start: int, end: int, tokens: Sequence[Token] | None = None) -> list[tuple[int, int]]:
    """Where known substances are named in a part of a text, whose `tokens` may be known; the longest from the left."""
    tokens = tokens_of(text, start, end) if tokens is None else tokens
    found: list[tuple[int, int]] = []
    at, firsts = 0, _first_words()
    while at < len(tokens):
        if tokens[at].word not in firsts:
            at += 1
            continue
        for size in range(min(4, len(tokens) - at), 0, -1):
            first, last = tokens[at].start, tokens[at + size - 1].end
            if not tokens[at + size - 1].word[-1].isalnum():
                continue
            if is_name(" ".join(text[first:last].lower().split())) or _is_class(text[first:last]):
                at += size
                if at < len(tokens) and tokens[at].word in _GENUS and text[last : tokens[at].start] == " ":
                    last, at = tokens[at].end, at + 1
                found.append((first, last))
                break
        else:
            at += 1
    return found


@cache
def _first_words() -> frozenset[str]:
    """The words that a name may begin with."""
    names = [*_allergens(), *_drugs(), *class_names()]
    return frozenset(tokens[0].word for tokens in map(tokens_of, names) if tokens)


@lru_cache(maxsize=4096)
def _is_class(words: str) -> bool:
    tokens = tokens_of(words)
    return any(
        match.first == 0 and match.after == len(tokens) and any(term.kind in {"class", "drug"} for term in match.found)
        for match in terms().find(words, tokens)
    )


def is_known(substance: str) -> bool:
    """Whether people are known to be allergic to it: a drug, a food, a material."""
    return is_name(substance) or (not _TELLS.search(substance) and sort_of(substance) is not None)


def is_device(words: str) -> bool:
    """Whether words name what is carried because of an allergy."""
    return _DEVICE.search(words) is not None


def is_kind_of(name: str, own: str) -> bool:
    """Whether a drug is of a class, which people also call by its first member: co-amoxiclav is a penicillin."""
    short = len(name) >= _SHORTEST and own.startswith(name.lower())  # "pen" for penicillin
    return short or is_a(name, own) or is_a(name, f"{own}s")


def is_brief(substance: str) -> bool:
    """Whether it may be a name that nobody listed, and is no piece of a sentence."""
    return is_name(substance) or (len(substance.split()) <= 3 and not _TELLS.search(substance))


def is_substance(words: str) -> bool:
    """Whether words can name a substance at all."""
    return (
        2 <= len(words) <= _LONGEST
        and len(words.split()) <= _MOST_WORDS
        and not _NO_SUBSTANCE.match(words)
        and words[0].isalpha()
    )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of `text[start:end]` that names the substance: without marks, years, and words such as "allergy"."""
    while True:
        while start < end and not text[start].isalnum():
            start += 1
        while end > start and not (text[end - 1].isalnum() or (text[end - 1] in ")]" and "(" in text[start:end])):
            end -= 1
        head, _, last = text[start:end].rpartition(" ")
        if head and (last.lower() in _ENDS or last.isdigit()):
            end = start + len(head)
            continue
        return start, end


def ingredient_of(substance: str) -> str:
    """The name under which a substance is one with its synonyms: the ingredient of a brand, the singular of a food."""
    for form in (substance, substance.title(), substance.upper(), substance.capitalize()):
        known = drugs().get(form)
        if known is not None:
            return known.ingredient.lower()
    return substance
