"""Vaccinations told by what they are against: "Covid + flu jabs", "Hep B 2nd dose given", "Imms: MMR, PCV and Hib due".

Without the word for it a disease's name is a vaccination where its clause speaks of vaccinations, where the words
shortly before do and nothing else is said of it than that it is due, given or declined, and where something is said of
it that no illness is: that it was given, is due, was declined, or is the second one. What nobody falls ill with ("MMR",
"MenB") counts wherever it is said to be given.
"""

import re
from collections.abc import Iterator

from clinical.procedures.words import words_of
from clinical.text.document import Document

_PARTS = frozenset({",", ";", ".", "(", ")", ":", "+", "and", "&", "/", "–", "—", "-", "bar", "plus"})
_DISEASES = frozenset(
    {
        *("flu", "influenza", "covid", "covid-19", "shingles", "zoster", "rsv", "tetanus", "hepatitis", "hep", "hpv"),
        *(
            "varicella",
            "chickenpox",
            "meningitis",
            "pertussis",
            "rotavirus",
            "rabies",
            "typhoid",
            "polio",
            "diphtheria",
        ),
        *("pneumococcal", "pneumococcus", "pcv", "hib"),
    }
)
_TYPES = frozenset({"a", "b", "c", "acwy", "menc", "2nd", "1st", "3rd", "second", "first", "third", "dose", "19"})
_JOINS = frozenset({"and", ",", "&", "/", "+"})
_BEFORE = frozenset(
    {"nasal", "the", "her", "his", "also", "seasonal", "annual", "declined", "declines", "refused", "no"}
)
_LONGEST = 10
# Vaccinations were spoken of if they were within so many words before.
_SHORTLY = 16
# What is said of a vaccination and never of an illness, also behind a list: "Influenza, COVID - had both".
_OF_NO_ILLNESS = re.compile(
    r"(?:\s?\([^()\n]{1,30}\))?(?:\s?#\s?\d\b|\s?[:–—-]?\s?(?:(?:both|all|is|are|was|were|has|been|now|again|also|"
    r"only|"
    r"mum|mom|dad|parents?|he|she|they|patient|pt|dose)\s){0,3}"
    r"(?:(?:given|done)(?=\s?(?:[.,;)\d]|$|today|yesterday|last|in\b|on\b|at\b|by\b|here|l\b|r\b|left|right|im\b))|"
    r"had both|had (?:it )?(?:in|on|at)\b|due\b(?! to)|overdue|declin(?:ed|es|ing)\b|refus(?:ed|es|ing)\b|utd\b|"
    r"please give|"
    r"not (?:wanted|given|due)\b|pep\b))",
    re.IGNORECASE,
)
_PREPARED = frozenset({"nasal", "inactivated", "dose", "injectable"})


def vaccines_in(document: Document, first: int, after: int) -> Iterator[tuple[int, int, str]]:
    """The vaccinations in a sentence: the first token of each, the one behind it, and what it is against."""
    tokens = document.tokens
    targets, shots = words_of("target"), words_of("shot")
    places = [at for at in range(first, after) if tokens[at].word in targets]
    if not places:
        return
    begins = max(0, first - _SHORTLY)
    spoken = any(_speaks(tokens[at].word) or tokens[at].word in shots for at in range(begins, after))
    for at in places:
        begin, end = _clause(document, at, first, after)
        words = [token.word for token in tokens[begin:end]]
        meant = _is_joined(document, end, after) or _is_said_of_none_ill(document, at, after)
        if not meant and not _is_meant(tokens[at].word, words, at - begin, spoken=spoken):
            continue
        stop = at + 1
        while stop < end and tokens[stop].word in _TYPES:
            stop += 1
        yield at, stop, tokens[at].word


def _is_joined(document: Document, end: int, after: int) -> bool:
    """Whether the next one in a list has the word for both: "pneumococcal and shingles jabs"."""
    tokens, targets, shots = document.tokens, words_of("target"), words_of("shot")
    while end + 1 < after and tokens[end].word in _JOINS and tokens[end + 1].word in targets:
        end += 2
        while end < after and tokens[end].word in _TYPES:
            end += 1
        if end < after and tokens[end].word in shots:
            return True
    return False


def _speaks(word: str) -> bool:
    """Whether a word names a vaccine, and nothing that people fall ill with."""
    return word in words_of("target") and word not in _DISEASES


def _is_said_of_none_ill(document: Document, at: int, after: int) -> bool:
    """Whether a disease is named as one is that people are vaccinated against, by the words right beside it."""
    tokens, targets = document.tokens, words_of("target")
    if at and tokens[at - 1].word in _PREPARED and document.text[tokens[at - 1].end : tokens[at].start] == " ":
        return True
    end = at + 1
    while end < after and (
        tokens[end].word in _TYPES or tokens[end].word in targets or (tokens[end].word in _JOINS and end + 1 < after)
    ):
        end += 1
    return _OF_NO_ILLNESS.match(document.text, tokens[end - 1].end) is not None


def _clause(document: Document, at: int, first: int, after: int) -> tuple[int, int]:
    """The tokens around one up to the next sign or "and"."""
    tokens = document.tokens
    begin = end = at
    while begin > first and tokens[begin - 1].word not in _PARTS and at - begin < _LONGEST:
        begin -= 1
    while end < after and tokens[end].word not in _PARTS and end - at < _LONGEST:
        end += 1
    return begin, end


def _is_meant(target: str, words: list[str], place: int, *, spoken: bool) -> bool:
    shots, given = words_of("shot"), words_of("given")
    others = words[:place] + words[place + 1 :]
    if not shots.isdisjoint(others):
        return True
    beside = [word for word in words[place + 1 :] if word not in _TYPES]
    said = not beside or beside[0] in given or beside[0][0].isdigit()
    bare = all(word in _BEFORE for word in words[:place])
    if target in _DISEASES:
        return spoken and bare and said
    return said and (spoken or bool(beside))
