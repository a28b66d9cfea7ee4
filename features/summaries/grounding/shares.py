"""Shares of a whole: whether the quotes tell of as many: "most nights", "several attacks", "all readings"."""

from clinical.propositions.propositions import Mention, Proposition
from features.summaries.grounding.evidence import View, about_the_same

# Of what else there is, "only" says nothing here; and some are never too many.
_UNDERSTATED = frozenset({"only", "some"})


def is_shared(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the quotes tell of as many as a share of the statement."""
    if "several" in mention.keys:
        return not _is_single(one, view)
    return mention.keys <= _UNDERSTATED or any(
        each.mention.kind == "share" and mention.keys == each.mention.keys and about_the_same(one, each.proposition)
        for each in view.read
    )


def _is_single(one: Proposition, view: View) -> bool:
    """Whether the quotes tell of one only: "one attack of gout"."""
    numbers = [
        each.figure.value
        for other in view.propositions
        if about_the_same(one, other, view)
        for each in other.mentions
        if each.figure and each.figure.kind == "number" and not each.figure.role
    ]
    return bool(numbers) and max(numbers) == 1
