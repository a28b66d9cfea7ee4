"""Names of medicines that are cut short: "lansop 30 od", "omepraz", "dexameth 6.6 mg", "para 1g".

The beginning of a name tells which medicine is meant where only one begins so. It needs a dose or a frequency behind
it, except where hardly anything is left out, and no word that is a term of the lexicon is taken for one. What is cut
shorter than the rule can tell stands in `lexicon/data/short_drugs.txt`.
"""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from clinical.lexicon.drugs import spellings
from clinical.lexicon.phrases import Term, terms
from clinical.lexicon.resources import entries, words

# So many letters tell it alone if no more are left out; others need a dose, and fewer are an abbreviation.
_ALONE, _MOST_LEFT_OUT, _SHORTEST, _LEFT_OUT = 7, 3, 5, 1
# Beside a drip, which nothing but a medicine has, one letter less tells it.
_OF_DRIP = 4
_DRIP = re.compile(r"\s?(?:gtts?|drips?|infusions?)\b", re.IGNORECASE)
_AMOUNT = r"[\d½¼][\d.,/½-]{0,9}(?:\s?(?:to|→|->)\s?[\d.,/]{1,8})?"
_UNIT = r"(?:mg|mcg|mics?|micrograms?|µg|μg|g|ml|units?|iu|mmol|puffs?|tabs?|caps?|drops?|%)(?:/kg)?\b"
_OFTEN = (
    r"(?:od|om|on|bd|bid|tds|tid|qds|qid|nocte|mane|prn|stat|daily|weekly|wkly|iv|im|sc|s/c|po|pr|sl|neb\w*|"
    r"at night|q\d{1,2}h|\d{1,2}[\s-]?h(?:r)?ly|gtts?|drip|infusion)\b"
)
_DOSED = re.compile(
    rf"\.?\s{{0,2}}(?:{_AMOUNT}\s?(?:{_UNIT}|{_OFTEN})|{_OFTEN})|\.?\s{_AMOUNT}\s?{_UNIT}", re.IGNORECASE
)
# What else tells it of a longer beginning: a bare number that ends there, or what becomes of it right beside.
_NUMBERED = re.compile(rf"\s{_AMOUNT}(?=\s?(?:[,;/)(+\n]|$))")
_DONE_BEFORE = re.compile(
    r"\b(?:stop|stopped|start|started|restart|hold|held|omit|refused|declined|continue|cont|add|give|given|increase|reduce|"
    r"change to|switch to|avoid|no)\s$",
    re.IGNORECASE,
)
_DONE_BEHIND = re.compile(
    r"\s?(?:[–—:-]\s?)?(?:(?:was|is|now)\s)?(?:refused|declined|stopped|held|withheld|started|restarted|continued|cont|"
    r"off|never again|not (?:given|needed|required|req|tolerated|indicated|started|taken))\b",
    re.IGNORECASE,
)
_BESIDE = 14


class Cut(NamedTuple):
    """A name at `text[start:end]` that is cut short, and the medicine in full."""

    start: int
    end: int
    term: Term


@cache
def _beginnings() -> dict[str, str]:
    """The beginnings of names that only one medicine has, and its name in full."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for spelling in spellings():
        name = spelling.written
        if not name.isalpha() or name != name.lower() or spelling.shy:
            continue
        for length in range(_OF_DRIP, len(name) - _LEFT_OUT + 1):
            found[name[:length]].setdefault(spelling.name, name)
    taken = set(terms().words()) | words("nodrugs.txt")
    return {
        beginning: next(iter(names.values()))
        for beginning, names in found.items()
        if len(names) == 1 and beginning not in taken
    }


@cache
def _listed() -> dict[str, str]:
    """The short forms of the data file."""
    lines = (line.split("|") for line in entries("short_drugs.txt"))
    return {short.strip(): name.strip() for name, shorts in lines for short in shorts.split(",")}


@cache
def candidates() -> frozenset[str]:
    """Every word that may cut a name short."""
    return frozenset({*_listed(), *_beginnings()})


def cut_short(text: str, start: int, end: int, word: str) -> Cut | None:
    """The medicine whose name a word cuts short; None where it cuts none short.

    Args:
        text: The text.
        start: Where the word begins.
        end: Where it ends.
        word: The word in small letters.
    """
    name = _listed().get(word)
    if name is None and len(word) == _OF_DRIP:
        name = _beginnings().get(word)
        return Cut(start, end, Term("drug", name)) if name is not None and _DRIP.match(text, end) else None
    if name is None and len(word) >= _SHORTEST:
        name = _beginnings().get(word)
        if name is not None and len(word) >= _ALONE and len(name) - len(word) <= _MOST_LEFT_OUT:
            return Cut(start, end, Term("drug", name))
    if name is None or not (
        _DOSED.match(text, end, end + 40) or (len(word) >= _SHORTEST and _is_told(text, start, end))
    ):
        return None
    return Cut(start, end, Term("drug", name))


def _is_told(text: str, start: int, end: int) -> bool:
    """Whether a number or a verb beside it tells that a longer beginning is a drug: "amlod 5 /", "dulox refused"."""
    if _NUMBERED.match(text, end, end + 20) or _DONE_BEHIND.match(text, end, end + 32):
        return True
    return _DONE_BEFORE.search(text, max(0, start - _BESIDE), start) is not None
