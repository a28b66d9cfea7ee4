"""The annotated notes from which something is learned, by their reader."""

from collections.abc import Iterator

from scripts.bench.unseen_notes import (
    HARD_STYLES,
    STRANGERS,
    UNSEEN,
    Annotated,
    hard_notes,
    notes_of,
    strangers_notes,
)
from scripts.learning import marked

# From these nobody learns: what is measured on them stays what it is on notes of strangers.
KEPT_APART = frozenset({"tenth", "twelfth", "twentieth", "twenty_second", "further_snippets_of_medicines"})
_FOLDS = 4
OURS = "ours"
"""Sentences of our own tests, with what the rules make of them."""


def readers() -> Iterator[tuple[str, list[Annotated]]]:
    """Each reader's name and notes."""
    yield "first", notes_of(UNSEEN / "development")
    for name in ("development", "third", "fourth", "fifth", "sixth"):
        yield name, hard_notes(HARD_STYLES / name)
    for path in sorted(STRANGERS.glob("*.jsonl")):
        if path.stem not in KEPT_APART:
            yield path.stem, strangers_notes(path)


def folds() -> list[frozenset[str]]:
    """The readers whom the rules were not made for and the writers of pieces, in groups to be left out together."""
    every = [*sorted(strangers()), *(name for name, _ in marked.writers())]
    return [frozenset(every[first::_FOLDS]) for first in range(_FOLDS)]


def strangers() -> frozenset[str]:
    """The readers whom the rules were not made for."""
    return frozenset(path.stem for path in STRANGERS.glob("*.jsonl")) - KEPT_APART - {OURS}
