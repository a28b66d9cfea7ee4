"""Whether what a statement says follows from what its quotes say: the one comparison."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clinical.propositions.dividing import within
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.changes import changed, told_change
from features.summaries.grounding.evidence import Read, View, about_the_same
from features.summaries.grounding.happening import happening_refuted
from features.summaries.grounding.initials import spelt_out
from features.summaries.grounding.measuring import refutation
from features.summaries.grounding.omissions import left_out
from features.summaries.grounding.quantities import figure_refuted, is_of_another_figure
from features.summaries.grounding.residue import is_degree, is_tolerable
from features.summaries.grounding.relations import unrelated
from features.summaries.grounding.swaps import swapped
from features.summaries.grounding.things import REFUSED, in_parts, says_nothing, thing_refuted
from features.summaries.grounding.verdict import Reason

# What binds propositions together: they follow from one sentence, or not at all.
_BINDING_LINKS = frozenset({"before", "after", "until", "if", "(", "-"})
MOST = 1
_UNDERSTATED = frozenset({"only", "some"})
_NAMING = frozenset({"word", "drug", "condition", "symptom", "class", "lab", "vital"})


def unsupported(said: Sequence[Sentence], views: Sequence[View]) -> set[Reason]:
    """Why what is said does not follow; nothing where all of it does."""
    reasons: set[Reason] = set()
    whole = {text for view in views for sentence in view.sentences for text in _clauses(sentence)}
    for sentence in said:
        if whole.issuperset(_clauses(sentence)):
            continue  # word for word
        for group in _groups(sentence):
            account = _best(group, sentence, views)
            reasons |= account.reasons
            if account.over and (len(account.over) > OPT["max"] or len(account.over) > OPT["ratio"] * account.held):
                reasons.add(Reason.TERM)
    return reasons


def _clauses(sentence: Sentence) -> list[tuple[str, bool, bool]]:
    """Its whole clauses, letter by letter but for signs and capitals, and whether they deny or speak of others.

    What stands under "Family history" or "Denies:" is not said again by whoever repeats only its words.
    """
    found = []
    at = sentence.start
    for part in sentence.text.split(";"):
        words = re.sub(r"[^\w.<>/%+-]+", " ", part).strip(" .-").lower()
        here = [each for one in sentence.propositions for each in one.mentions if at <= each.start < at + len(part)]
        if words:
            family = any(each.meant.family for each in here)
            found.append((words, family, any(each.meant.negated for each in here)))
        at += len(part) + 1
    return found


def _groups(sentence: Sentence) -> Iterator[list[Proposition]]:
    """The propositions that have to follow together."""
    group: list[Proposition] = []
    for one in sentence.propositions:
        bound = one.link in _BINDING_LINKS or (one.link == "with" and group and not _are_alike(group[-1], one))
        if (
            group
            and not bound
            and not (one.link == "," and (group[-1].link == "if" or _begins_with_cause(group)))
            and not one.events & {"cause", "due"}
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _begins_with_cause(group: Sequence[Proposition]) -> bool:
    """Whether it tells a cause first: "Because of gambling, ropinirole was withdrawn"."""
    return len(group) == 1 and bool(group[0].mentions) and group[0].mentions[0].keys == {"due"}


def _are_alike(one: Proposition, other: Proposition) -> bool:
    """Whether "with" only adds another one: a drug to a drug, a disease to a patient."""
    kinds = [{mention.kind for mention in each.own_subjects} for each in (one, other)]
    if "drug" in kinds[0] or "drug" in kinds[1]:
        return "drug" in kinds[0] & kinds[1]
    return bool(kinds[1] & {"condition"})


class Account(NamedTuple):
    """What a group of propositions comes to against a view."""

    reasons: frozenset[Reason]
    over: tuple[Mention, ...] = ()
    """Everyday words that the view does not have."""
    held: int = 0
    """How many mentions it bears out."""

    @property
    def weight(self) -> tuple[bool, int, int]:
        """By which the least is the best."""
        return not self.reasons.isdisjoint({Reason.TERM, Reason.DRUG}), len(self.reasons), len(self.over)


def _best(group: Sequence[Proposition], sentence: Sentence, views: Sequence[View]) -> Account:
    """What is left over of a group against the view that bears most of it out."""
    best: Account | None = None
    for view in views:
        found = [_against(one, sentence, view, views) for one in group]
        reasons = unrelated(group, view, sentence.text, sentence.start).union(*(each.reasons for each in found))
        account = Account(
            frozenset(reasons), tuple(over for each in found for over in each.over), sum(each.held for each in found)
        )
        if best is None or account.weight < best.weight:
            best = account
        if not account.reasons and not account.over:
            break
    return best if best is not None else Account(frozenset({Reason.TERM}))


def _against(one: Proposition, sentence: Sentence, view: View, views: Sequence[View]) -> Account:
    """Why a proposition does not follow from a view, or what a change in it says from all of them."""
    change = told_change(one)
    if change is not None:
        others = [mention for mention in one.mentions if mention not in change.mentions]
        return Account(frozenset(changed(one, change, views) | {
            reason
            for mention in others
            if (reason := _refuted(mention, one, view, sentence))
            and all(_refuted(mention, one, each, sentence) for each in views)
        }), (), 2)
    reasons: set[Reason] = set()
    over: list[Mention] = []
    spelt = spelt_out(sentence.text, tuple(each.text for each in view.sentences))
    for mention in one.mentions:
        reason = _refuted(mention, one, view, sentence)
        if reason in {Reason.TERM, Reason.NUMBER} and within(mention.start - sentence.start, mention.end - sentence.start, spelt):
            continue
        if reason is Reason.TERM and is_tolerable(mention, one, sentence, view):
            over.append(mention)
        elif reason:
            reasons.add(reason)
    held = len(one.mentions) - len(over)
    if _has_no_anchor(one, view) and not spelt:
        reasons.add(Reason.TERM)
    for subject in one.inherited:
        if not view.naming(subject.keys) and not in_parts(subject, view) and not says_nothing(subject, view) and not is_tolerable(subject, one, sentence, view):
            reasons.add(Reason.TERM)
    if not reasons and is_of_another_figure(one, view):
        reasons.add(Reason.NUMBER)
    if not reasons and _is_of_another_side(one, view):
        reasons.add(Reason.LATERALITY)
    if not reasons and (swap := swapped(one, view)):
        reasons.add(swap)
    return Account(frozenset(reasons or left_out(one, sentence, view)), tuple(over), held)

import os
OPT={"anchor":int(os.environ.get("ANCHOR","1")),"max":int(os.environ.get("MAX","2")),"ratio":float(os.environ.get("RATIO","1"))}

def _has_no_anchor(one: Proposition, view: View) -> bool:
    """Whether nothing that it names stands in the quotes themselves, and it names something."""
    if any(view.quotes(each.mention) and _names(mention, each) for mention in one.mentions for each in view.read):
        return False
    return any(mention.kind in _NAMING and not says_nothing(mention, view) for mention in one.mentions)


def _names(mention: Mention, each: Read) -> bool:
    if mention.kind == "figure":
        return each.mention.kind == "figure"
    return not mention.keys.isdisjoint(each.implied) or any(
        not part.keys.isdisjoint(each.implied) for part in mention.parts
    )


def _refuted(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why a mention is not borne out; None where it is."""
    if mention.kind == "figure":
        return figure_refuted(mention, one, view, sentence)
    if mention.kind == "event":
        return None if _is_told_by_change(mention, one, sentence) else happening_refuted(mention, one, view)
    if mention.keys <= _UNDERSTATED:
        return None  # of what else there is, nothing is said; and some are never too many
    if mention.kind in {"side", "share"}:
        found = [each for each in view.read if each.mention.kind == mention.kind and mention.keys == each.mention.keys]
        near = [each for each in found if about_the_same(one, each.proposition)]
        if (
            mention.kind == "side"
            and found
            and len({each.mention.keys for each in view.read if each.mention.kind == "side"}) == 1
        ):
            return None  # no other side is told of
        borne_out = (
            bool(near or (found and "some" in mention.keys))
            if mention.kind == "share"
            else _is_on_side(mention, one, near) or _on_both(mention, one, view)
        )
        return None if borne_out else REFUSED[mention.kind]
    return thing_refuted(mention, one, view, sentence)


def _is_told_by_change(mention: Mention, one: Proposition, sentence: Sentence) -> bool:
    """Whether a rise or fall by so much is that of the two ends behind it: "up by 3.2 kg, from 78 to 81.2 kg"."""
    if mention.keys.isdisjoint({"increase", "decrease"}):
        return False
    if not any(each.figure and each.figure.role == "by" for each in one.mentions):
        return False
    for other in sentence.propositions:
        change = told_change(other)
        if change and change.before.figure and change.after.figure and other.inherited == one.own_subjects:
            rose = change.after.figure.value > change.before.figure.value
            return rose is ("increase" in mention.keys)
    return False


def _is_of_another_side(one: Proposition, view: View) -> bool:
    """Whether a degree is told of one side, and the quotes tell it of the other: "moderate in the right arm"."""
    sides = [each.keys for each in one.mentions if each.kind == "side"]
    degrees = [each.keys for each in one.mentions if is_degree(each)]
    if len(sides) != 1 or not degrees:
        return False
    told = [other for other in view.propositions if any(each.kind == "side" for each in other.mentions)]
    there = [other for other in told if any(each.kind == "side" and each.keys == sides[0] for each in other.mentions)]
    return len(told) > len(there) > 0 and not any(
        any(is_degree(each) and each.keys & degrees[0] for each in other.mentions) for other in there
    ) and any(is_degree(each) and each.keys & degrees[0] for other in told for each in other.mentions)


def _on_both(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the quotes say it of both sides: then also of either."""
    return mention.keys <= {"left", "right"} and one.than is None and any(
        each.mention.keys == {"both"} and about_the_same(one, each.proposition)
        for each in view.read
        if each.mention.kind == "side"
    )


def _is_on_side(mention: Mention, one: Proposition, near: Sequence[Read]) -> bool:
    """Whether one of them is of the same side of the same thing, where its proposition names both sides."""
    figures = [each.figure for each in one.mentions if each.figure and each.figure.kind in {"pair", "amount"}]
    for each in near:
        its = [
            other.figure
            for other in each.proposition.mentions
            if other.figure and other.figure.kind in {"pair", "amount"}
        ]
        if figures and its and all(refutation(mine, other, frozenset()) for mine in figures for other in its):
            continue
        sides = {other.keys for other in each.proposition.mentions if other.kind == "side"}
        if len(sides) == 1 or _next_to(mention, one) & _next_to(each.mention, each.proposition):
            return True
    return False


def _next_to(mention: Mention, one: Proposition) -> frozenset[str]:
    behind = next((other for other in one.mentions if other.start >= mention.end and other.kind != "side"), None)
    if behind is None:
        behind = next((other for other in reversed(one.mentions) if other.end <= mention.start), None)
    return behind.keys.union(*(part.keys for part in behind.parts)) if behind else frozenset()
