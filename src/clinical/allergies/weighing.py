"""Warnings and allergies that are weighed: what all clues around a substance together make of it.

The weights are learned from notes that people annotated (`scripts/learning/warnings.py`). What the rules of `bans` and
`harmful` say counts as a clue like any other.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.bearings import Around, around, bearings
from clinical.allergies.clues import Clue, clues_of
from clinical.allergies.warned import Place, Warned
from clinical.allergies.warnings import groups_of
from clinical.lexicon.resources import entries

if TYPE_CHECKING:
    from clinical.note import Note

# So many clues of the next sentence may tell of a substance of this one.
_NEXT = 7
_LEFT_OUT = frozenset({"family", "signature"})
# Without any of these, in its sentence or the next, nothing warns against a substance.
_WARNING = frozenset({"forbid", "badly", "cause", "no", "end", "harm", "allergic", "condition", "symptom", "moved"})


class Borne(NamedTuple):
    """A list of substances, with its bearings."""

    group: list[Place]
    around: Around
    told: frozenset[str]


def borne_in(note: "Note", listed: Mapping[int, str]) -> Iterator[Borne]:
    """All substances of a note by their lists, where anything may warn against them.

    Args:
        note: The note.
        listed: How substances stand among the allergies, by where they are named.
    """
    sentences = note.document.sentences
    names = [
        [] if note.kind_at(start) in _LEFT_OUT else note.substances(number)
        for number, (start, _) in enumerate(sentences)
    ]
    clues: list[Clue] | None = None  # of the sentence at hand, where they were looked for already
    for number, here in enumerate(names):
        found, clues = clues, None
        if not here:
            continue
        found = clues_of(note, number, here) if found is None else found
        clues = clues_of(note, number + 1, names[number + 1]) if number + 1 < len(names) else []
        if not any(one.role in _WARNING for one in (*found, *clues[:_NEXT])):
            continue
        starts = [one.start for one in found]
        for group in _apart(groups_of(note.text, here), listed):
            rule, standing = _rule(note.warned.get(group[0][0])), listed.get(group[0][0], "")
            beside = around(found, starts, group)
            yield Borne(group, beside, frozenset(bearings(note, group, beside, clues, rule, standing)))


def _apart(groups: Iterable[list[Place]], listed: Mapping[int, str]) -> Iterator[list[Place]]:
    """What stands among the allergies by itself, since each has a standing of its own."""
    for group in groups:
        if any(start in listed for start, _ in group):
            yield from ([place] for place in group)
        else:
            yield group


def _rule(warned: Warned | None) -> str:
    if warned is None:
        return ""
    return ("F" if warned.forbidden else "B" if warned.not_borne else "H") + ("r" if warned.reason else "")


@cache
def _weights(kind: str) -> tuple[float, Mapping[str, float]]:
    """The weight of nothing, and of each bearing."""
    found = {}
    for line in entries(f"{kind}_weights.txt"):
        weight, _, name = line.partition(" ")
        found[name] = float(weight)
    return found.pop("nothing"), found


def weight_of(told: Iterable[str], kind: str) -> float:
    """How much speaks for what is told, a "warning", an "allergy" or that it is "denied"; the odds are even at 0."""
    nothing, weights = _weights(kind)
    # Exactly, so that it is the same in whatever order the features of a set come.
    return fsum([nothing, *(weights.get(name, 0.0) for name in told)])
