"""Everyday English: which words only frame what is told, which mean the same, and by which words one is explained.

Made from WordNet (`scripts/build_english.py`). Words of the clinic, of degree, side, amount and time have a meaning of
their own (`meanings`), and are looked up here by nobody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from clinical.propositions.lettering import stem_of


class Entry(NamedTuple):
    """A word, in the form in which a dictionary has it."""

    word: str
    kind: str
    """What it names: act, artifact, body, food, person, place ...; "f" where it mostly only frames what is told."""
    same: str
    """Words of the same sense."""
    explaining: str
    """Words of its definition."""


@cache
def _entries() -> Mapping[str, Sequence[Entry]]:
    """The entries by the stem of the word."""
    found: dict[str, list[Entry]] = defaultdict(list)
    text = files(f"{__package__}.data").joinpath("english.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            word, kind, same, explaining = line.split("|")
            found[stem_of(word)].append(Entry(word, kind, same, explaining))
    return found


def _of(stem: str, word: str = "") -> Sequence[Entry]:
    entries = _entries().get(stem, ())
    exact = [entry for entry in entries if entry.word == word]
    shortest = min((len(entry.word) for entry in entries), default=0)
    return exact or ([entry for entry in entries if len(entry.word) == shortest] if word else entries)


@lru_cache(maxsize=8192)
def only_frames(word: str) -> bool:
    """Whether a word mostly says nothing of its own: "considerations", "established"."""
    found = _of(stem_of(word), word)
    return bool(found) and all(entry.kind == "f" for entry in found)


@lru_cache(maxsize=8192)
def same_as(stem: str) -> frozenset[str]:
    """The stems of the words of the same sense as any word with this stem."""
    return frozenset(stem_of(word) for entry in _of(stem) for word in entry.same.split())


@lru_cache(maxsize=8192)
def explaining(stem: str) -> frozenset[str]:
    """The stems of the words by which a word with this stem is explained: a cannula is a flexible tube."""
    return frozenset(stem_of(word) for entry in _of(stem) for word in entry.explaining.split())


@lru_cache(maxsize=8192)
def kind_of(stem: str) -> str:
    """What a word with this stem names; empty where that is not known."""
    found = _of(stem)
    return min(found, key=lambda entry: len(entry.word)).kind if found else ""
