"""The words that a note is searched for, and where they stand in it.

A text is cut into tokens once. Phrases are found by their first two tokens, so that thousands of them cost no more
than one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from clinical.lexicon.spelling import american

# Words, and the signs that structure or change what is said: "?PE", "(-) fever", "+ cough", "HTN - stable".
TOKEN = re.compile(
    r"[^\W_]+(?:['’][^\W_]+)*|\([-+]\)|(?<![\w.])[-+]ve\b|[?,;:()+•↑↓∅]|(?<=\s)[-–—](?=\s)|"
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


class _Phrase(NamedTuple, Generic[T]):
    words: tuple[str, ...]
    exact: str | None
    meaning: T


class Phrases(Generic[T]):
    """Phrases and what they mean. British and American spellings find each other.

    Thousands of phrases are taken in, of which a note needs a few; so those that begin with a word are cut into words
    when a text has that word.
    """

    def __init__(self) -> None:
        # As taken in, by the first word: the phrase, its meaning, whether exact, whether its plural counts.
        self._added: dict[str, list[tuple[str, T, bool, bool]]] = defaultdict(list)
        # Cut into words: by the first word and the second, "" where there is none.
        self._by_word: dict[str, dict[str, list[_Phrase[T]]]] = {}

    def add(self, phrase: str, meaning: T, *, exact: bool = False, plural: bool = False) -> None:
        """Take in a phrase; an `exact` one is found only in the same capitals."""
        first, _, rest = phrase.partition(" ")
        if not (first.isascii() and first.isalnum()):
            tokens = tokens_of(phrase)
            if not tokens:
                return
            first, rest = tokens[0].word, "more" if len(tokens) > 1 else ""
        word = american(first.lower())
        added = (phrase, meaning, exact, plural)
        self._take(word, added)
        if plural and not rest and not exact:
            self._take(plural_of(word), added)

    def _take(self, word: str, added: tuple[str, T, bool, bool]) -> None:
        self._added[word].append(added)
        if self._by_word:
            self._by_word.pop(word, None)

    def sort(self) -> None:
        """Cut all phrases into words now, where most of them will be asked for."""
        for word in list(self._added):
            self._beginning_with(word)

    def words(self) -> Iterator[str]:
        """Every word of every phrase."""
        for word in list(self._added):
            for phrases in self._beginning_with(word).values():
                for phrase in phrases:
                    yield from phrase.words

    def _beginning_with(self, word: str) -> Mapping[str, list[_Phrase[T]]]:
        """The phrases that begin with a word, by their second word, the longest first."""
        known = self._by_word.get(word)
        if known is not None:
            return known
        added = self._added.get(word)
        if added is None:
            return {}
        by_second: dict[str, list[_Phrase[T]]] = {}
        for one in added:
            for phrase in _cut(*one):
                if phrase.words[0] == word:
                    by_second.setdefault(phrase.words[1] if len(phrase.words) > 1 else "", []).append(phrase)
        for phrases in by_second.values():
            phrases.sort(key=lambda phrase: -len(phrase.words))
        self._by_word[word] = by_second
        return by_second

    def find(self, text: str, tokens: Sequence[Token], first: int = 0, after: int | None = None) -> list[Match[T]]:
        """The longest phrases from the left, in the tokens from `first` up to `after`. They do not overlap."""
        after = len(tokens) if after is None else after
        found = []
        at = first
        while at < after:
            by_second = self._beginning_with(american(tokens[at].word))
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
            by_second = self._beginning_with(american(tokens[at].word))
            match = self._longest(text, tokens, at, after, by_second) if by_second else None
            if match is not None:
                found.append(match)
        return found

    @staticmethod
    def _longest(
        text: str, tokens: Sequence[Token], at: int, after: int, by_second: Mapping[str, list[_Phrase[T]]]
    ) -> Match[T] | None:
        longer = by_second.get(american(tokens[at + 1].word)) if at + 1 < after else None
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
        if at + size > after or any(american(tokens[at + step].word) != words[step] for step in range(2, size)):
            continue
        if phrase.exact is not None and phrase.exact != "".join(
            text[tokens[at].start : tokens[at + size - 1].end].split()
        ):
            continue
        length = size
        if phrase.meaning not in meanings:
            meanings.append(phrase.meaning)
    return Match(at, at + length, tuple(meanings)) if meanings else None


def _cut(phrase: str, meaning: T, exact: bool, plural: bool) -> Iterator[_Phrase[T]]:
    """A phrase, and the same in the plural, as words."""
    words = tuple(american(token.word) for token in tokens_of(phrase))
    yield _Phrase(words, "".join(phrase.split()) if exact else None, meaning)
    if plural and not exact and words[-1].isalpha() and len(words[-1]) > 3:
        yield _Phrase((*words[:-1], plural_of(words[-1])), None, meaning)


def plural_of(word: str) -> str:
    """A word, or a name by its last word, in the plural."""
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
    return phrases
