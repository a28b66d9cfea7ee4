"""Vaccinations told by what they are against: "Covid + flu jabs", "Hep B 2nd dose given", "Imms: MMR, PCV and Hib due".

Without the word for it a disease's name is a vaccination only where its clause speaks of vaccinations, or where its
sentence does and nothing else is said of it than that it is due, given or declined. What nobody falls ill with ("MMR",
"MenB") counts wherever it is said to be given.
"""

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
_BEFORE = frozenset({"nasal", "the", "her", "his", "also", "seasonal", "annual"})
_LONGEST = 10


def vaccines_in(document: Document, first: int, after: int) -> Iterator[tuple[int, int, str]]:
    """The vaccinations in a sentence: the first token of each, the one behind it, and what it is against."""
    tokens = document.tokens
    targets, shots = words_of("target"), words_of("shot")
    places = [at for at in range(first, after) if tokens[at].word in targets]
    if not places:
        return
    spoken = any(tokens[at].word in shots for at in range(first, after))
    for at in places:
        begin, end = _clause(document, at, first, after)
        words = [token.word for token in tokens[begin:end]]
        if not _is_joined(document, end, after) and not _is_meant(tokens[at].word, words, at - begin, spoken=spoken):
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
