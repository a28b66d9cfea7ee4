"""Whether causes and orders in time that a statement tells are told by the quotes."""

import itertools
from collections.abc import Sequence

from clinical.propositions.meanings import implied_by
from clinical.propositions.propositions import Proposition
from features.summaries.grounding.causes import causation
from features.summaries.grounding.evidence import View, about_the_same
from features.summaries.grounding.verdict import Reason

_INVERSE = {"before": "after", "after": "before"}


def unrelated(group: Sequence[Proposition], view: View) -> set[Reason]:
    """Why what a group of propositions connects is not connected so; nothing where it is."""
    mine = causation(group)
    if mine is not None:
        found = [causation(sentence.propositions) for sentence in view.sentences]
        told = [its for its in found if its is not None]
        if told and not any(mine.effect & implied_by(its.effect) and mine.cause & implied_by(its.cause) for its in told):
            return {Reason.RELATION}
        if not told and len(view.sentences) > 1:
            return {Reason.RELATION}
    for before, one in itertools.pairwise([group[0], *group]):
        if one.link in {"before", "after", "until"} and not _is_ordered(before, one, view):
            return {Reason.RELATION}
    return set()


def _is_ordered(before: Proposition, one: Proposition, view: View) -> bool:
    """Whether the quotes tell the same order in time."""
    if not any(mention.is_clinical or mention.kind == "event" for mention in one.mentions):
        return True  # a day, or a time of life: that is looked for by itself
    inverse = _INVERSE.get(one.link)
    for left, right in itertools.pairwise(view.propositions):
        if right.link == one.link and about_the_same(one, right):
            return True
        if right.link == inverse and about_the_same(before, right) and about_the_same(one, left):
            return True
    events = {event for each in view.propositions for event in each.events}
    if one.link in events:
        return True
    return one.link == "after" and "start" in events and not any(each.is_clinical for each in one.own_subjects)
