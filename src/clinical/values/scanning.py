"""How the patterns of this package are found in a text: by the word they begin with, so that many cost little."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from clinical.values.numbers import NUMBER_WORDS

T = TypeVar("T")

# Where a pattern may begin: at a word, at a run of digits, or at one of a few signs.
_FRACTIONS = "½¼¾⅓⅔⅛"
_NUMERIC = f"{_FRACTIONS}."
_BEGINNING = re.compile(rf"[^\W\d_{_FRACTIONS}]+|\d+|[{_FRACTIONS}@/]|(?<!\d)\.(?=\d)")
_DIGIT = "#"


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """A pattern, the words it may begin with, and what it means.

    `#` stands for any number, in digits or in words. `None` says that a match means nothing here.
    """

    starts: str
    pattern: re.Pattern[str]
    meaning: Callable[[re.Match[str]], T | None]


class Scanner(Generic[T]):
    """Finds what a set of rules means, from the left; the longest match at a place wins."""

    def __init__(self, rules: Sequence[Rule[T]], digits: re.Pattern[str] | None = None) -> None:
        """Take the rules; `digits` is what digits have to look like for any of them to be worth a try."""
        self._digits = digits
        self._by_word: dict[str, list[Rule[T]]] = defaultdict(list)
        for rule in rules:
            for start in rule.starts.split():
                self._by_word[start].append(rule)
                if start == _DIGIT:
                    for word in NUMBER_WORDS:
                        self._by_word[word].append(rule)

    def scan(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, T]]:
        """Where something begins and ends in `text[start:end]`, and what it is. Nothing overlaps."""
        end = len(text) if end is None else end
        done = start
        for beginning in _BEGINNING.finditer(text, start, end):
            at = beginning.start()
            if at < done:
                continue
            word = beginning.group()
            number = word[0].isdecimal() or word[0] in _NUMERIC
            if number and self._digits is not None and not self._digits.match(text, at, end):
                continue
            rules = self._by_word.get(_DIGIT if number else word.lower())
            best = self._longest(rules, text, at, end) if rules else None
            if best is not None:
                done = best[0]
                yield at, best[0], best[1]

    @staticmethod
    def _longest(rules: Sequence[Rule[T]], text: str, at: int, end: int) -> tuple[int, T] | None:
        best: tuple[int, T] | None = None
        for rule in rules:
            match = rule.pattern.match(text, at, end)
            if match is not None and match.end() > (best[0] if best else at):
                meaning = rule.meaning(match)
                if meaning is not None:
                    best = match.end(), meaning
        return best
