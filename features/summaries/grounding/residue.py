"""What may be left over of a statement: one everyday word beside much that is borne out, if it replaces nothing."""

from collections.abc import Iterator, Sequence

from clinical.propositions.english import kind_of
from clinical.propositions.meanings import has_own_meaning
from clinical.propositions.propositions import Mention
from features.summaries.grounding.evidence import View, kin

_LEAST_BORNE_OUT = 3
_NAMING = frozenset({"word", "condition", "symptom", "drug", "class", "lab", "vital", "figure"})
# Whoever adds one of these says more than a reader could take for another wording.
_THINGS = frozenset({"body", "state", "place", "artifact"})
_NEVER = frozenset({"person", "food", "consuming", "time", "substance", ""})


def is_tolerable(mention: Mention, borne_out: Sequence[Mention], view: View) -> bool:
    """Whether a word may be left over: the quotes name nothing of its kind that the statement does not.

    "Tennis" stands for the golf of the quotes, and "neck" for their back; "guidance" beside a CT for nothing.
    """
    if mention.kind != "word" or not mention.keys.isdisjoint(kin()):
        return False
    stems = list(_stems(mention))
    kinds = {kind_of(stem) for stem in stems}
    least = _LEAST_BORNE_OUT if kinds & _THINGS else _LEAST_BORNE_OUT - 1
    if any(has_own_meaning(stem) for stem in stems) or sum(each.kind in _NAMING for each in borne_out) < least:
        return False
    if not kinds or kinds & _NEVER:
        return False
    said = frozenset().union(
        *(each.keys for each in borne_out), *(part.keys for each in borne_out for part in each.parts)
    )
    return not any(
        kind_of(stem) in kinds
        for each in view.read
        if view.quotes(each.mention) and said.isdisjoint(each.implied)
        for stem in _stems(each.mention)
    )


def _stems(mention: Mention) -> Iterator[str]:
    return (key.removeprefix("w:") for key in mention.keys if key.startswith("w:"))
