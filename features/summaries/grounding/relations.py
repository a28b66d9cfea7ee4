"""Whether causes and orders in time that a statement tells are told by the quotes."""

import itertools
import re
from collections.abc import Iterator, Sequence

from clinical.propositions.meanings import implied_by
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.causes import Causation, causation
from features.summaries.grounding.evidence import View, about_the_same
from features.summaries.grounding.verdict import Reason

RELATIONS = frozenset({"cause", "due", "before", "after", "until"})
_ORDERS = frozenset({"before", "after", "until"})
_INVERSE = {"before": "after", "after": "before"}


def unrelated(group: Sequence[Proposition], sentence: Sentence, view: View) -> set[Reason]:
    """Why what a group of propositions connects is not connected so; nothing where it is."""
    mine = causation(group)
    if mine is not None:
        told = (clause for each in view.sentences for clause in _tried(clauses(each.propositions)))
        causing = [clause for clause in told if _causes(mine, clause)]
        if not causing:
            return {Reason.RELATION}
        if all(any(one.doubts for one in clause) for clause in causing) and not _doubts(sentence):
            return {Reason.CERTAINTY}
    if any(_is_for_another(one, sentence, view) for one in group):
        return {Reason.RELATION}
    if any(_is_compared_otherwise(one, view) for one in group):
        return {Reason.RELATION}
    for before, one in itertools.pairwise([group[0], *group]):
        if one.link in {"before", "after", "until"} and not _is_ordered(before, one, view):
            return {Reason.RELATION}
    return set()


def clauses(propositions: Sequence[Proposition]) -> Iterator[Sequence[Proposition]]:
    """The parts of a sentence between semicolons."""
    first = 0
    for at, one in enumerate(propositions):
        if at and one.link == ";":
            yield propositions[first:at]
            first = at
    yield propositions[first:]


_ABLE = frozenset({"~able"})


def _tried(parts: Iterator[Sequence[Proposition]]) -> Iterator[Sequence[Proposition]]:
    """The clauses; one that tells only that somebody was unable, with what they tried: "tried, but was unable to"."""
    before: Sequence[Proposition] = ()
    for clause in parts:
        unable = any(each.keys >= _ABLE for one in clause[:1] for each in one.mentions[:1])
        yield [*before, *clause] if unable else clause
        before = clause


def _doubts(sentence: Sentence) -> bool:
    return any(one.doubts or one.events & {"consider", "fear"} for one in sentence.propositions)


_FOR = re.compile(r"\bfor\s(?:the\s|his\s|her\s|their\s|a\s|an\s)?(?:(?:left|right)\s)?\Z", re.IGNORECASE)


def _is_for_another(one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether something is said to be for what no passage names together with it: "meloxicam for the knee"."""
    if len(view.parts) < 2:
        return False
    for at, mention in enumerate(one.mentions):
        if (
            mention.figure is not None
            or mention.kind == "event"
            or not _FOR.search(sentence.text, 0, mention.start - sentence.start)
        ):
            continue
        given = [each for each in one.mentions[:at] if each.figure is None and each.kind in {"drug", "class", "word"}]
        apart = [part for part in view.parts if part.naming(mention.keys)]
        theirs = [part for part in view.parts if any(part.naming(each.keys) for each in given)]
        if (
            given
            and apart
            and not any(one is other or (one.title and one.title == other.title) for one in apart for other in theirs)
        ):
            return True
    return False


def _is_compared_otherwise(one: Proposition, view: View) -> bool:
    """Whether two things are compared the other way round: "the right is worse than the left"."""
    mine = _compared(one)
    for other in view.propositions if mine else ():
        its = _compared(other)
        if mine and its and mine[0] & its[1] and mine[1] & its[0]:
            return True
    return False


def _compared(one: Proposition) -> tuple[frozenset[str], frozenset[str]] | None:
    """The names on both sides of "than"."""
    if one.than is None:
        return None
    sides = (
        [each for each in one.mentions if each.end <= one.than],
        [each for each in one.mentions if each.start > one.than],
    )
    left, right = (
        frozenset().union(*(implied_by(each.keys) for each in side if each.kind not in {"event", "figure"}))
        for side in sides
    )
    return left - right, right - left


def _causes(mine: Causation, clause: Sequence[Proposition]) -> bool:
    """Whether a clause tells the same cause, or has cause and effect side by side: "rash with penicillin"."""
    its = causation(clause)
    if its is None:
        here = implied_by(frozenset().union(*(key_set(one) for one in clause)))
        return bool(mine.effect & here and mine.cause & here)
    effect, cause = implied_by(its.effect), implied_by(its.cause)
    stopped = any("stop" in one.events or "hold" in one.events or "avoid" in one.events for one in clause)
    return bool(mine.effect & effect and mine.cause & cause) or (
        stopped and bool(mine.effect & cause and mine.cause & effect)  # stopped because of what it did
    )


def key_set(one: Proposition) -> frozenset[str]:
    """All names of what a proposition mentions."""
    found = frozenset().union(*(mention.keys for mention in one.mentions if mention.kind != "figure"))
    return found.union(*(part.keys for mention in one.mentions for part in mention.parts if part.kind != "figure"))


def names_an_event(mention: Mention) -> bool:
    """Whether a mention tells that something happens, and not only how two things hang together."""
    return mention.kind == "event" and mention.keys.isdisjoint(RELATIONS)


def _is_turned_round(one: Proposition, view: View) -> bool:
    """Whether the quotes tell what it is about in the other order: "after wearing tight shoes"."""
    inverse = _INVERSE.get(one.link)
    named = any(mention.figure is None for mention in one.own_subjects)
    return named and any(
        right.link == inverse and right.own_subjects and about_the_same(one, right) for right in view.propositions
    )


def _is_ordered(before: Proposition, one: Proposition, view: View) -> bool:
    """Whether the quotes tell the same order in time."""
    if not any(mention.is_clinical or names_an_event(mention) for mention in one.mentions):
        return not _is_turned_round(one, view)  # a day, or a time of life: that is looked for by itself
    first = next((mention for mention in one.mentions if mention.kind != "event"), None)
    if one.link == "after" and first is not None and first.figure is not None and first.figure.kind == "day":
        return True  # "since 20 August he takes it"
    if _is_told_in_order(before, one, view):
        return True
    events = {event for each in view.propositions for event in each.events}
    if one.link in events:
        return True
    return one.link == "after" and "start" in events and not any(each.is_clinical for each in one.own_subjects)


def _is_told_in_order(before: Proposition, one: Proposition, view: View) -> bool:
    """Whether the quotes tell two things in this order, with the same word or its opposite, or just one by one."""
    told = [(left, right) for left, right in itertools.pairwise(view.propositions) if right.link in _ORDERS]
    inverse = _INVERSE.get(one.link)
    return (not told and one.link != "until") or any(
        (right.link == one.link and about_the_same(one, right))
        or (right.link == inverse and about_the_same(before, right) and about_the_same(one, left))
        for left, right in told
    )
