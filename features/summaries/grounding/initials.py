"""Abbreviations and the words whose initials they are: "DVLA" and "the Driver and Vehicle Licensing Agency"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_SHORT = re.compile(r"(?<![\w-])[A-Z]{3,6}s?(?:-?\d)?(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words that abbreviations may leave out.
_SMALL = frozenset({"of", "and", "the", "in", "for", "to", "a", "an", "on", "at", "by", "with"})


def spelt_out(text: str, others: Sequence[str]) -> list[tuple[int, int]]:
    """Where a text spells out an abbreviation of the others, or abbreviates what one of them spells out."""
    found = [span for other in others for short in _abbreviations(other) for span in _spelling(text, short)]
    for match in _SHORT.finditer(text):
        letters = match.group().rstrip("0123456789-").rstrip("s")
        if any(next(_spelling(other, letters), None) for other in others):
            found.append(match.span())
    return found


@lru_cache(maxsize=256)
def _abbreviations(text: str) -> tuple[str, ...]:
    return tuple({match.group().rstrip("0123456789-").rstrip("s") for match in _SHORT.finditer(text)})


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((match.start(), match.end(), match.group()[0].upper()) for match in _WORD.finditer(text))


def _spelling(text: str, letters: str) -> Iterator[tuple[int, int]]:
    """Where words stand whose initials are these letters, small words left out or not."""
    words = _words(text)
    for first, (start, end, initial) in enumerate(words):
        if initial != letters[0]:
            continue
        last, at = end, 1
        for begin, stop, its in words[first + 1 : first + 2 * len(letters)]:
            if at == len(letters):
                break
            if its == letters[at]:
                at, last = at + 1, stop
            elif text[begin:stop] not in _SMALL:
                break
        if at == len(letters):
            yield start, last
