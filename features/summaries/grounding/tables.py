"""The word lists in `data`, read once."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple


def lines(name: str) -> Iterator[str]:
    """The lines of a file of `data`, without comments."""
    text = files(f"{__package__}.data").joinpath(name).read_text(encoding="utf-8")
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


class Opposites(NamedTuple):
    """Two sets of words, of which a statement may not use one where its quotes use the other."""

    reason: str
    one: frozenset[str]
    other: frozenset[str]


def _listed(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())


@cache
def opposites() -> tuple[Opposites, ...]:
    """All pairs of opposites, each once."""
    found = []
    for line in lines("antonyms.txt"):
        reason, _, words = line.partition(": ")
        one, _, other = words.partition("|")
        found.append(Opposites(reason, _listed(one), _listed(other)))
    return tuple(found)


@cache
def ordinary() -> frozenset[str]:
    """Words that carry no finding."""
    return frozenset(word for line in lines("ordinary.txt") for word in line.split())


@cache
def hedges() -> frozenset[str]:
    """Words that make a thing less than certain."""
    return frozenset(word for line in lines("hedges.txt") for word in line.split())


@cache
def groups() -> dict[tuple[str, ...], frozenset[str]]:
    """The words of each spelling, with the names of what it may mean."""
    found: dict[tuple[str, ...], set[str]] = {}
    for line in lines("words.txt"):
        spellings = [spelling.strip() for spelling in line.split("|")]
        for spelling in spellings:
            found.setdefault(tuple(spelling.lower().split()), set()).add(f"={spellings[0]}")
    return {words: frozenset(names) for words, names in found.items()}


@cache
def longest_group() -> int:
    """How many words the longest spelling has."""
    return max(len(words) for words in groups())


@cache
def broader() -> dict[str, frozenset[str]]:
    """Broader names by narrower ones."""
    found: dict[str, set[str]] = {}
    for line in lines("broader.txt"):
        name, _, narrower = line.partition(": ")
        for one in _listed(narrower):
            found.setdefault(one, set()).add(name)
    return {one: frozenset(names) for one, names in found.items()}


@cache
def words(name: str) -> frozenset[str]:
    """A set of words by its name."""
    for line in lines("sets.txt"):
        title, _, listed = line.partition(": ")
        if title == name:
            return frozenset(listed.split())
    raise KeyError(name)
