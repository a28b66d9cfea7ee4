"""Names of people: compared in spite of case, accents and slips of the pen, and told from ordinary words."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from clinical.lexicon.phrases import terms
from features.summaries.identity.nicknames import short_forms

# Letters and marks of any script, without digits and punctuation.
_NO_LETTERS = (
    r"\s\d_\u0000-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u303f\uff00-\uff20\ufe30-\ufe4f"
)
WORD = re.compile(f"[^{_NO_LETTERS}]+")


@cache
def words(name: str) -> frozenset[str]:
    """A set of words by its name."""
    for line in _text("sets.txt").splitlines():
        title, _, listed = line.partition(": ")
        if title == name:
            return frozenset(listed.split())
    raise KeyError(name)


def _text(name: str) -> str:
    return files(f"{__package__}.data").joinpath(name).read_text(encoding="utf-8")


TITLES = words("titles")
_SUFFIXES = words("suffixes")
_PARTICLES = words("particles")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without case and accents."""
    lowered = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    if lowered.isascii():
        return lowered
    return "".join(
        mark for mark in unicodedata.normalize("NFD", lowered) if not "\u0300" <= mark <= "\u036f"
    ).translate(_PLAIN)


def spellings(word: str) -> set[str]:
    """The folded spellings of a word: ü may be u or ue."""
    composed = unicodedata.normalize("NFC", word).casefold()
    return {fold(word), fold(composed.translate(_GERMAN))}


def entries(name: str) -> frozenset[str]:
    """The words of a file of `data`, as they stand there."""
    return frozenset(word for line in _text(name).splitlines() if not line.startswith("#") for word in line.split())


@cache
def both() -> frozenset[str]:
    """Words that are names too."""
    return entries("both.txt")


@cache
def frequent() -> frozenset[str]:
    """Words that everybody uses."""
    return entries("common.txt")


@cache
def vocabulary() -> frozenset[str]:
    """Words that are not misspelt names: frequent ones, and those of the clinic."""
    return frequent() | both() | frozenset(terms().words())


def is_word(folded: str) -> bool:
    """Whether a folded word is a known one, in one of its usual forms."""
    known = vocabulary()
    if folded in known:
        return True
    return any(
        folded.endswith(ending) and (folded.removesuffix(ending) in known or folded.removesuffix(ending) + "e" in known)
        for ending in ("s", "es", "ed", "ing", "ly", "er", "d", "ness", "y", "al")
    )


class Name:
    """The patient's name in its parts."""

    def __init__(self, name: str) -> None:
        self.whole = " ".join(unicodedata.normalize("NFC", name).split())
        ordered = self.whole
        if ordered.count(",") == 1:
            last, _, first = ordered.partition(",")
            ordered = f"{first.strip()} {last.strip()}"
        words = ordered.split()
        while len(words) > 1 and fold(words[0].strip(".,")) in TITLES:
            words.pop(0)
        while len(words) > 1 and fold(words[-1].strip(".,")) in _SUFFIXES:
            words.pop()
        self.words = words
        surname = len(words) - 1
        while surname > 1 and fold(words[surname - 1].strip(".'’")) in _PARTICLES:
            surname -= 1
        self.first = words[0] if words else ""
        self.last = " ".join(words[surname:]) if len(words) > 1 else ""
        pieces = [piece for word in words for piece in WORD.findall(word)]
        self.initials = {fold(piece)[:1] for piece in pieces}
        self.parts = frozenset(
            spelling for piece in pieces if len(piece) > 1 or _dense(piece) for spelling in spellings(piece)
        )
        # "O'Brien" and "Al-Sayed" are written in one, too
        self.parts |= {fold("".join(WORD.findall(word))) for word in words if len(WORD.findall(word)) > 1}
        self.parts |= _of_characters(words)
        given = {fold(piece) for word in words[:surname] for piece in WORD.findall(word)}
        # What is a word as well is looked at as carefully as a part of the name that is one.
        self.parts |= frozenset(form for name in given for form in short_forms(name))
        self.careful = frozenset(part for part in self.parts if _is_careful(part))
        self.abbreviated = "".join(piece[0] for piece in pieces).upper() if len(pieces) > 1 else ""
        self._near: dict[str, bool] = {}

    def matches(self, folded: str) -> bool:
        """Whether a folded word is part of the name."""
        return folded in self.parts

    def nearly(self, folded: str, *, capital: bool) -> bool:
        """Whether a folded word is part of the name with one letter wrong, and no word of its own."""
        key = folded + ("^" if capital else "")
        if key not in self._near:
            self._near[key] = self._is_near(folded, capital=capital)
        return self._near[key]

    def nearly_a_word(self, folded: str) -> bool:
        """Whether a word that is one of its own may be part of the name with one letter wrong."""
        return len(folded) > 4 and any(len(part) > 4 and one_apart(part, folded) for part in self.parts)

    def _is_near(self, folded: str, *, capital: bool) -> bool:
        shortest = 4 if capital else 5
        close = [part for part in self.parts if len(part) >= shortest and one_apart(part, folded)]
        return bool(close) and len(folded) >= 3 and not is_word(folded)


def _dense(piece: str) -> bool:
    """Whether a script writes a whole word with one sign."""
    return "\u3400" <= piece[0] <= "\u9fff" or "\uac00" <= piece[0] <= "\ud7af"


def _of_characters(words: list[str]) -> set[str]:
    """Given names within Chinese names that are written without a space."""
    return {fold(word[start:]) for word in words if _dense(word) for start in (1, 2) if len(word) - start >= 2}


def _is_careful(part: str) -> bool:
    if not part.isascii():
        return len(part) == 1
    return len(part) <= 2 or part in _PARTICLES or part in vocabulary() or part in _FUNCTION


_FUNCTION = words("function")


def one_apart(one: str, two: str) -> bool:
    """Whether two words differ by one letter inserted, left out, changed, or swapped with its neighbour."""
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    if len(rest) == len(other):
        swapped = len(rest) > 1 and rest[0] == other[1] and rest[1] == other[0] and rest[2:] == other[2:]
        return rest[1:] == other[1:] or swapped
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]
