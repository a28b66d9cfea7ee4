"""What substances do to people: reactions, found in a text and brought into the form they are stored in."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Match, Phrases, Token, tokens_of
from clinical.lexicon.resources import entries, words, wordset

_YEARS = re.compile(
    r"(?:(?<![\s,;(-])[\s,;(-]*)?\b(?:in |since |~|c\.? ?|circa |about |around )?(?:(?:19|20)\d\d(?:s)?|"
    r"\d{1,2}/(?:\d{1,2}/)?(?:19|20)?\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{4})\b\)?|"
    r"(?:(?<![\s,(-])[\s,(-]*)?\b(?:"
    r"(?:as an?|in(?: \w+)?|during) (?:child(?:hood)?|infan\w+|baby|teenager|teens|adult|adolescence|pregnancy)\b\)?|"
    r"(?:at )?age[d]?(?: of)? \d+\b\)?|(?:at )?\d+ (?:months?|years?)(?: (?:old|of age|ago))?\b\)?|"
    r"(?:many|several|some|a few|few) years ago\b|years ago\b)",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"(?<![\s,;(-])[\s,;(-]+(?:mild|moderate|severe|minor|major|life[- ]threatening|confirmed|unconfirmed|\?)\)?$",
    re.IGNORECASE,
)
# What is said of the reaction: that it is none of an allergy.
_JUDGED = re.compile(
    r"(?<![\s,;(–—-])[\s,;(–—-]*+\b(?:(?:an? |so |is |just |only |rather than |more of an? ){0,4}"
    r"(?:intolerance|side[- ]effect|not (?:an? )?(?:true )?allerg(?:y|ic)|allergy))\b[\s)\]]*$",
    re.IGNORECASE,
)
# The next label of a form: "bronchospasm   Date: 2020".
_COLUMN = re.compile(r"\s(?:date|severity|status|type|onset|source|verified)\s?:.*$", re.IGNORECASE)
# Who says so: "rash per mom".
_SOURCE = re.compile(
    r"[\s,;(–-]{1,4}(?:as )?(?:per|according to|reported by|by report of|told by)\s[\w'’ ]{2,40}\)?$", re.IGNORECASE
)
_OPENS = re.compile(
    r"^(?:(?:true|genuine|both|all|each|a|an|the|his|her|their|some|only|causes?|caused|gets?|got|gives?|gave|"
    r"reaction(?: is| was)?:?|reactions?:|"
    r"type:?|manifested (?:as|by)|develops?|developed|resulting in|with|her|him|them|out in|up in)\s+)+",
    re.IGNORECASE,
)
# What stands where a reaction may stand and is none.
_NO_REACTION = re.compile(
    r"^(?:(?:reaction |type |nature |details? |exact reaction )?(?:unknown|not known|unclear|unsure|unspecified|"
    r"not specified|not sure|"
    r"not recorded|not documented|cannot recall|can'?t remember|does not remember|doesn'?t remember|"
    r"not remembered)(?: reaction)?|"
    r"reaction|allergy|allergic|intolerance|intolerant|sensitivity|yes|y|true|active|confirmed|historical|documented|"
    r"listed|recorded|refuted|inactive|disproved|outgrown|desensiti[sz]ed|"
    r"verified|mild|moderate|severe|high|low|drug|food|environmental|medication|noted|reported|see .*|per .*|as per .*|"
    r"child(?:hood)?|oral|iv|topical|all|any|patient reported|self[- ]reported|n/?a|none recorded|unk|\?+|-+|"
    r"(?:do|please|never|avoid|must|should|can|may|try|give|use|ask|tell|check|since|then|now|has|had|he|she|they|"
    r"but|so|used|carry|carries|carrying|wears?|prescribed) .*|including .*|e\.?g\.? .*|such as .*|and .*|not .*)$",
    re.IGNORECASE,
)
_LONGEST_WORDS = 4
_VERBS = re.compile(
    r"\d|\b(?:is|was|were|are|has|had|have|he|she|they|not|no|since|says|said|by|per|to|at|told|never|tested|"
    r"tolerat\w+|gp|record\w*)\b",
    re.IGNORECASE,
)
# Of the words for places in the body, those that name one by themselves; the others tell a side or count.
_SITES = (
    words("anatomy.txt")
    - wordset("first second third fourth fifth both back base bases big great little small soft l r rt lt left right")
) | wordset("eyelid eyelids mucosal laryngeal pharyngeal palate gum gums torso tummy scalp ocular oral genital palmar")
# What is said so of a part of the body: "itchy mouth", "swollen lips", "blistered skin".
_SITE_WITHIN = 24
_OF_A_SITE = ("y", "en", "ed")
_FILLER = wordset(",;:()/?+&-–")


class Found(NamedTuple):
    """A reaction at `text[start:end]`."""

    start: int
    end: int
    allergic: bool
    """Whether it is a sign of an allergy."""


@cache
def reaction_stems() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How words begin that name signs of an allergy, and other harm."""
    found = {}
    for line in entries("reactions.txt"):
        kind, _, names = line.partition(": ")
        found[kind] = tuple(names.split(", "))
    return found["allergic-stem"], found["harm-stem"]


def reaction_terms() -> Iterator[tuple[str, bool]]:
    """All names of reactions, and whether each is a sign of an allergy."""
    for line in entries("reactions.txt"):
        kind, _, names = line.partition(": ")
        if kind in {"allergic", "harm"}:
            for name in names.split(", "):
                yield name, kind == "allergic"


@cache
def _terms() -> tuple[Phrases[bool], frozenset[str]]:
    phrases: Phrases[bool] = Phrases()
    around: frozenset[str] = frozenset()
    for line in entries("reactions.txt"):
        kind, _, names = line.partition(": ")
        if kind == "around":
            around = wordset(names)
    for name, allergic in reaction_terms():
        phrases.add(name, allergic, exact=name.isupper())
    phrases.sort()
    return phrases, around


def _matches(text: str, tokens: list[Token]) -> dict[int, Match[bool]]:
    """The reactions among tokens, by where they begin: phrases of the list, and words of its stems."""
    phrases, _ = _terms()
    found = {match.first: match for match in phrases.find(text, tokens)}
    covered = {at for match in found.values() for at in range(match.first, match.after)}
    allergic, harm = reaction_stems()
    for at, token in enumerate(tokens):
        if at not in covered and token.word.startswith(allergic + harm):
            found[at] = Match(at, at + 1, (token.word.startswith(allergic),))
    return dict(_with_site(text, tokens, match) for match in found.values())


def _with_site(text: str, tokens: list[Token], match: Match[bool]) -> tuple[int, Match[bool]]:
    """A reaction with where it was: "periorbital swelling", "mouth itching", "itchy mouth"."""
    first, after = match.first, match.after
    while first and _is_site(tokens[first - 1].word) and text[tokens[first - 1].end : tokens[first].start] == " ":
        first -= 1
    told = tokens[after - 1]
    if (
        told.word.endswith(_OF_A_SITE)
        and after < len(tokens)
        and _is_site(tokens[after].word)
        and text[told.end : tokens[after].start] == " "
    ):
        after += 1
    return first, match._replace(first=first, after=after)


def _is_site(word: str) -> bool:
    return word in _SITES or (word.startswith("peri") and word.endswith("al"))


def reactions_in(text: str, start: int, end: int) -> list[Found]:
    """All reactions named in a part of a text."""
    tokens = tokens_of(text, start, end)
    return [
        Found(tokens[match.first].start, tokens[match.after - 1].end, any(match.found))
        for _, match in sorted(_matches(text, tokens).items())
    ]


def with_site(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a reaction with where in the body it was."""
    around = reactions_in(text, max(0, start - _SITE_WITHIN), min(len(text), end + _SITE_WITHIN))
    return next(((one.start, one.end) for one in around if one.start <= start and end <= one.end), (start, end))


def is_reaction(text: str, start: int, end: int) -> bool:
    """Whether a part of a text names a reaction and nothing else."""
    _, around = _terms()
    tokens = tokens_of(text, start, end)
    matches = _matches(text, tokens).values()
    if not matches:
        return False
    covered = {at for match in matches for at in range(match.first, match.after)}
    return all(
        at in covered or token.word in around or token.word in _FILLER or token.word.isdigit()
        for at, token in enumerate(tokens)
    )


# A reaction is told in so many characters.
_LONGEST = 160


def leading_reaction(text: str, start: int, end: int) -> Found | None:
    """The reaction that a part of a text begins with, and all of it: "severe rash and swelling of the lips"."""
    _, around = _terms()
    tokens = tokens_of(text, start, min(end, start + _LONGEST))
    at, last, allergic = 0, None, False
    matches = _matches(text, tokens)
    while at < len(tokens):
        match = matches.get(at)
        if match is not None:
            last, allergic, at = match.after, allergic or any(match.found), match.after
        elif tokens[at].word in around or tokens[at].word in {",", "/", "+", "&"}:
            at += 1
        else:
            break
    return None if last is None else Found(tokens[0].start, tokens[last - 1].end, allergic)


def reaction_of(text: str, start: int, end: int) -> str | None:
    """A reaction as it is stored: without its year and its grade, in small letters but for names and abbreviations."""
    written = " ".join(text[start:end].split()).strip(" .,;:-–—()[]>=→\"'“”")
    written = _COLUMN.sub("", written)
    written = _SOURCE.sub("", written)
    for _ in range(3):
        shorter = _JUDGED.sub("", _GRADE.sub("", _YEARS.sub("", _OPENS.sub("", written)))).strip(" .,;:-–—()[]?\"'“”")
        if shorter == written:
            break
        written = shorter
    if written.count("(") > written.count(")"):
        written = written[: written.rindex("(")].rstrip(" ,;")
    if not written or _NO_REACTION.match(written) or not any(map(str.isalpha, written)):
        return None
    if not reactions_in(written, 0, len(written)) and _is_no_name(written):
        return None
    leading = leading_reaction(written, 0, len(written))
    if leading is not None and re.match(r"\s*[,;]", written[leading.end :]):
        written = written[: leading.end]  # "anaphylaxis, carries an EpiPen"
    return _in_small_letters(written)


def _is_no_name(words: str) -> bool:
    """Whether words that no list has are too many, or a statement, to be the name of a reaction."""
    return len(words.split()) > _LONGEST_WORDS or _VERBS.search(words) is not None


def _in_small_letters(words: str) -> str:
    if words.isupper() and len(words) > 3:
        small = words.lower()
        exact = {"SJS", "TEN", "DRESS", "GI", "AKI", "AGEP", "HIT", "ITU", "ICU", "SJS/TEN"}
        return " ".join(word.upper() if word.upper() in exact else word for word in small.split())
    first, _, rest = words.partition(" ")
    if first[1:].islower() and not _is_name(first):
        return f"{first.lower()} {rest}".strip()
    return words


def _is_name(word: str) -> bool:
    """Whether a word is a person's name or has a capital of its own: "Stevens-Johnson", "GI"."""
    return "-" in word and any(part[:1].isupper() for part in word.split("-")[1:])
