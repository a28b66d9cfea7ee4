"""Sides: whether what is said of one is told of it in the quotes."""

from collections.abc import Sequence

from clinical.propositions.propositions import Mention, Proposition
from features.summaries.grounding.evidence import Read, View, about_the_same
from features.summaries.grounding.measuring import refutation
from features.summaries.grounding.residue import is_degree

_FIGURES = frozenset({"pair", "amount"})


def is_on_side(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the quotes tell it of this side: of both, where they tell no other of it."""
    sides = [each for each in view.read if each.mention.kind == "side"]
    found = [each for each in sides if each.mention.keys == mention.keys]
    if found and len({each.mention.keys for each in sides}) == 1:
        return True
    near = [each for each in found if about_the_same(one, each.proposition, view)]
    return _is_next_to_the_same(mention, one, near) or _is_of_both(mention, one, sides, view)


def _is_of_both(mention: Mention, one: Proposition, sides: Sequence[Read], view: View) -> bool:
    """Whether the quotes say it of both sides: then also of either, unless the two are compared."""
    if one.than is not None or not mention.keys <= {"left", "right"}:
        return False
    return any(each.mention.keys == {"both"} and about_the_same(one, each.proposition, view) for each in sides)


def _is_next_to_the_same(mention: Mention, one: Proposition, near: Sequence[Read]) -> bool:
    """Whether one of them is of the same side of the same thing, where its proposition names both sides."""
    figures = [each.figure for each in one.mentions if each.figure and each.figure.kind in _FIGURES]
    for each in near:
        others = each.proposition.mentions
        its = [other.figure for other in others if other.figure and other.figure.kind in _FIGURES]
        if figures and its and all(refutation(mine, other, frozenset()) for mine in figures for other in its):
            continue
        sides = {other.keys for other in others if other.kind == "side"}
        if len(sides) == 1 or _next_to(mention, one) & _next_to(each.mention, each.proposition):
            return True
    return False


def _next_to(mention: Mention, one: Proposition) -> frozenset[str]:
    behind = next((other for other in one.mentions if other.start >= mention.end and other.kind != "side"), None)
    if behind is None:
        behind = next((other for other in reversed(one.mentions) if other.end <= mention.start), None)
    return behind.keys.union(*(part.keys for part in behind.parts)) if behind else frozenset()


def is_of_another_side(one: Proposition, view: View) -> bool:
    """Whether a degree is told of one side, and the quotes tell it of the other: "moderate in the right arm"."""
    sides = [each.keys for each in one.mentions if each.kind == "side"]
    degrees = [each.keys for each in one.mentions if is_degree(each)]
    if len(sides) != 1 or not degrees:
        return False
    told = [(_sides(other), _degrees(other)) for other in view.propositions if _sides(other)]
    here = [degree for side, degree in told if side & sides[0]]
    elsewhere = [degree for side, degree in told if not side & sides[0]]
    return (
        bool(here)
        and not any(degree & degrees[0] for degree in here)
        and any(degree & degrees[0] for degree in elsewhere)
    )


def _sides(one: Proposition) -> frozenset[str]:
    return frozenset().union(*(each.keys for each in one.mentions if each.kind == "side"))


def _degrees(one: Proposition) -> frozenset[str]:
    return frozenset().union(*(each.keys for each in one.mentions if is_degree(each)))
