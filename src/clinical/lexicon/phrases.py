"""The words that a note is searched for, and where they stand in it.

A text is cut into tokens once. Phrases are found by their first two tokens, so that thousands of them cost no more
than one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, NamedTuple, TypeVar

# Words, and the signs that structure or change what is said: "?PE", "(-) fever", "+ cough", "HTN - stable".
TOKEN = re.compile(
    r"[^\W_]+(?:['’][^\W_]+)*|\([-+]\)|(?<![\w.])[-+]ve\b|[?,;:()+•↑↓]|(?<=\s)[-–—](?=\s)|"
    r"[–—]|(?<=[\s(])[-](?=[A-Za-z])"
)

T = TypeVar("T")


class Token(NamedTuple):
    """A word or a sign."""

    start: int
    end: int
    word: str


def normal(word: str) -> str:
    """A token as it is compared: in lower case, without the genitive."""
    word = word.lower().replace("’", "'")
    return word.removesuffix("'s")


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a text, or of a part of it."""
    end = len(text) if end is None else end
    return [Token(m.start(), m.end(), normal(m.group())) for m in TOKEN.finditer(text, start, end)]


class Match(NamedTuple, Generic[T]):
    """A phrase found: from token `first` up to but not including token `after`."""

    first: int
    after: int
    found: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class _Phrase(Generic[T]):
    words: tuple[str, ...]
    exact: str | None
    meaning: T


class Phrases(Generic[T]):
    """Phrases and what they mean."""

    def __init__(self) -> None:
        # By their first word and their second, "" where there is none.
        self._by_words: dict[str, dict[str, list[_Phrase[T]]]] = defaultdict(lambda: defaultdict(list))

    def add(self, phrase: str, meaning: T, *, exact: bool = False, plural: bool = False) -> None:
        """Take in a phrase; an `exact` one is found only in the same capitals."""
        words = tuple(token.word for token in tokens_of(phrase))
        if not words:
            return
        self._take(_Phrase(words, "".join(phrase.split()) if exact else None, meaning))
        if plural and not exact and words[-1].isalpha() and len(words[-1]) > 3:
            self._take(_Phrase((*words[:-1], _plural(words[-1])), None, meaning))

    def _take(self, phrase: _Phrase[T]) -> None:
        second = phrase.words[1] if len(phrase.words) > 1 else ""
        self._by_words[phrase.words[0]][second].append(phrase)

    def words(self) -> Iterator[str]:
        """Every word of every phrase."""
        for by_second in self._by_words.values():
            for phrases in by_second.values():
                for phrase in phrases:
                    yield from phrase.words

    def sort(self) -> None:
        """Put the longest first; to be called when all are in."""
        for by_second in self._by_words.values():
            for phrases in by_second.values():
                phrases.sort(key=lambda phrase: -len(phrase.words))

    def find(self, text: str, tokens: Sequence[Token], first: int = 0, after: int | None = None) -> list[Match[T]]:
        """The longest phrases from the left, in the tokens from `first` up to `after`. They do not overlap."""
        after = len(tokens) if after is None else after
        found = []
        at = first
        while at < after:
            by_second = self._by_words.get(tokens[at].word)
            match = self._longest(text, tokens, at, after, by_second) if by_second else None
            if match is None:
                at += 1
            else:
                found.append(match)
                at = match.after
        return found

    def find_overlapping(
        self, text: str, tokens: Sequence[Token], first: int = 0, after: int | None = None
    ) -> list[Match[T]]:
        """The longest phrase at every token from `first` up to `after`, in order; they may overlap."""
        after = len(tokens) if after is None else after
        found = []
        for at in range(first, after):
            by_second = self._by_words.get(tokens[at].word)
            match = self._longest(text, tokens, at, after, by_second) if by_second else None
            if match is not None:
                found.append(match)
        return found

    @staticmethod
    def _longest(
        text: str, tokens: Sequence[Token], at: int, after: int, by_second: Mapping[str, list[_Phrase[T]]]
    ) -> Match[T] | None:
        longer = by_second.get(tokens[at + 1].word) if at + 1 < after else None
        for phrases in (longer, by_second.get("")):
            if phrases and (match := _first_match(text, tokens, at, after, phrases)):
                return match
        return None


def _first_match(
    text: str, tokens: Sequence[Token], at: int, after: int, phrases: Iterable[_Phrase[T]]
) -> Match[T] | None:
    """The longest of phrases with the same two first words, which stand longest first."""
    length = 0
    meanings: list[T] = []
    for phrase in phrases:
        words = phrase.words
        size = len(words)
        if size < length:
            break
        if at + size > after or any(tokens[at + step].word != words[step] for step in range(2, size)):
            continue
        if phrase.exact is not None and phrase.exact != "".join(
            text[tokens[at].start : tokens[at + size - 1].end].split()
        ):
            continue
        length = size
        if phrase.meaning not in meanings:
            meanings.append(phrase.meaning)
    return Match(at, at + length, tuple(meanings)) if meanings else None


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith("is"):
        return f"{word[:-2]}es"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


class Term(NamedTuple):
    """What a phrase of the lexicon stands for."""

    kind: str
    """condition, symptom, drug, class, lab or vital."""
    name: str
    flag: bool = False
    """Of a condition: it stays. Of a medication: it may be a thing as well."""


@cache
def terms() -> Phrases[Term]:
    """Everything that notes are searched for."""
    from clinical.lexicon.vocabulary import load  # noqa: PLC0415 (it fills this structure)

    phrases: Phrases[Term] = Phrases()
    load(phrases)
    phrases.sort()
    return phrases
