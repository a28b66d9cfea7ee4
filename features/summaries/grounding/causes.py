"""Causes that are told, and which way round."""

from collections.abc import Sequence
from typing import NamedTuple

from clinical.propositions.propositions import Mention, Proposition


class Causation(NamedTuple):
    """What is said to come of what: the names of both."""

    effect: frozenset[str]
    cause: frozenset[str]


def causation(propositions: Sequence[Proposition]) -> Causation | None:
    """The cause that propositions tell, if they tell one: "rash due to penicillin", "penicillin caused rash"."""
    mentions = [mention for one in propositions for mention in one.mentions]
    for mention in mentions:
        if mention.kind != "event" or not mention.keys & {"cause", "due"}:
            continue
        behind = next((one for one in propositions if one.start > mention.end and one.link == ","), None)
        # "Because of a rash, it was stopped."
        if mention is mentions[0] and "due" in mention.keys and behind is not None:
            last = max(each.end for each in mentions)
            return Causation(
                _names(propositions, mentions, behind.start, last),
                _names(propositions, mentions, mention.end, behind.start),
            )
        left = _names(propositions, mentions, 0, mention.start)
        right = _names(propositions, mentions, mention.end, max(each.end for each in mentions))
        if not left or not right:
            return None
        return Causation(left, right) if "due" in mention.keys else Causation(right, left)
    return None


def _names(propositions: Sequence[Proposition], mentions: Sequence[Mention], start: int, end: int) -> frozenset[str]:
    within = [each for each in mentions if each.start >= start and each.end <= end and each.kind != "figure"]
    if not within:  # "It was stopped because of rash": what it is about stands before
        within = [each for one in propositions for each in one.inherited]
    return frozenset().union(*(each.keys for each in within), *(part.keys for each in within for part in each.parts))
