"""What the rules refuse, weighed once more: whether a statement says what its quotes say in other words.

The rules read clauses, and a clause that is misread refuses a faithful statement. So how a statement differs from its
quotes as a whole (`contrast.py`) is weighed beside what the rules say, by small decision trees that were learned from
statements of readers (`data/weighed.txt`, made by `python -m scripts.learning.statements`; decision 0076). What
contradicts by its kind is never weighed: it refuses. What the rules accept is weighed as well, by trees of its own
(`data/doubtful.txt`), which look for what has been added.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias

from clinical.propositions.propositions import Sentence
from features.summaries.grounding.contrast import differences
from features.summaries.grounding.evidence import View
from features.summaries.grounding.verdict import Reason

# Nothing else than a comparison of what is said is weighed.
_WEIGHED = frozenset(Reason) - {
    Reason.NO_CITATION,
    Reason.UNKNOWN_NOTE,
    Reason.UNKNOWN_ITEM,
    Reason.QUOTE_NOT_FOUND,
    Reason.QUOTE_TOO_SHORT,
    Reason.INSTRUCTION,
    Reason.FOREIGN_SCRIPT,
    Reason.RETRACTED,
}
# What refuses by its kind, whatever else speaks for a statement.
_CONTRARY = (
    "over drug",  # a medicine that no quote names
    "over class",
    "clinical of nothing",  # a finding or procedure, where the statement names all else that the quotes name
    "figures with rivals",  # a figure that the quotes refute, and have another of its kind
    "numbers unknown",
    "month exchanged",
    "reason unit_mismatch",
    "side opposite",
    "degree raised",
    "kin new",
    "denials of nothing",
    "denials dropped",
    "hedge left",  # likely, told as sure
    "sure said",
    "some told as all",
    "refused left",
    "only quoted stop",
    "only quoted refuse",
    "exchanged",  # a word for its opposite
    "denied against",
    "affirmed against",
    "denied nowhere",
)
# What is said almost word for word the rules do not misread: of 211 such statements that they refuse, 207 are false.
# And what has hardly a word in common with its quotes nobody can follow.
_COPIED = 0.5
_FOREIGN = 0.15
# Longer statements, and quotes, than those that were learned from: what these come to nobody has seen.
_MOST_SAID = 60
_MOST_QUOTED = 400


class Split(NamedTuple):
    """A question that a tree asks: which way a difference goes."""

    name: str
    at: float
    below: "Tree"
    """Where there is so much of it or less."""
    above: "Tree"


Tree: TypeAlias = "Split | float"


class Forest(NamedTuple):
    """Trees, each of which adds what it speaks for."""

    first: float
    trees: tuple[Tree, ...]

    def weigh(self, found: Mapping[str, float]) -> float:
        """How much speaks for a statement with these differences; above nought, it stands."""
        return self.first + sum(_answer(tree, found) for tree in self.trees)


def is_borne_out(
    text: str, said: Sequence[Sentence], quotes: Sequence[str], views: Sequence[View], reasons: Sequence[Reason]
) -> bool:
    """Whether a statement that the rules refuse stands all the same.

    Args:
        text: The statement.
        said: The statement, read.
        quotes: The words that it cites.
        views: What they say, read in their notes.
        reasons: What the rules refuse it for.
    """
    if not _WEIGHED.issuperset(reasons) or is_too_long(said, views):
        return False
    found = differences(text, said, quotes, views, reasons)
    return not is_contrary(found) and forest().weigh(found) > 0


def is_doubtful(text: str, said: Sequence[Sentence], quotes: Sequence[str], views: Sequence[View]) -> bool:
    """Whether a statement that the rules accept has too much that its quotes do not.

    The rules leave everyday words aside; together these can come to a claim: "... because of stress at work".

    Args:
        text: The statement.
        said: The statement, read.
        quotes: The words that it cites.
        views: What they say, read in their notes.
    """
    if is_too_long(said, views):
        return False
    return forest("doubtful").weigh(differences(text, said, quotes, views, ())) <= 0


def is_too_long(said: Sequence[Sentence], views: Sequence[View]) -> bool:
    """Whether a statement and its quotes are longer than what was learned from."""
    mentions = sum(len(one.mentions) for sentence in said for one in sentence.propositions)
    read = sum(len(one.mentions) for view in views if not view.parts for one in view.propositions)
    return mentions > _MOST_SAID or read > _MOST_QUOTED


def is_contrary(found: Mapping[str, float]) -> bool:
    """Whether a difference refuses by its kind, whatever else speaks for the statement."""
    return (
        any(found.get(name, 0) > 0 for name in _CONTRARY)
        or found.get("copied", 0) > _COPIED
        or found.get("share of words", 0) < _FOREIGN
    )


def _answer(tree: Tree, found: Mapping[str, float]) -> float:
    while isinstance(tree, Split):
        tree = tree.below if found.get(tree.name, 0) <= tree.at else tree.above
    return tree


@cache
def forest(name: str = "weighed") -> Forest:
    """The trees of a file, read once: a line each, a split before what is below and above it."""
    text = files(f"{__package__}.data").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    first, *lines = (line for line in text.splitlines() if not line.startswith("#"))
    return Forest(float(first), tuple(_tree(iter(line.split("\t"))) for line in lines))


def _tree(parts: Iterator[str]) -> Tree:
    name, _, at = next(parts).rpartition(" <= ")
    return Split(name, float(at), _tree(parts), _tree(parts)) if name else float(at)
