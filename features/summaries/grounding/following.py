"""Whether what a statement says follows from what its quotes say: the one comparison."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from clinical.propositions.dividing import within
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.changes import Change, changed, told_change
from features.summaries.grounding.evidence import Read, View
from features.summaries.grounding.happening import happening_refuted
from features.summaries.grounding.initials import spelt_out
from features.summaries.grounding.omissions import left_out
from features.summaries.grounding.quantities import figure_refuted, is_of_another_figure
from features.summaries.grounding.relations import unrelated
from features.summaries.grounding.residue import is_named_in_part, is_tolerable, replaces_another
from features.summaries.grounding.shares import is_of_list, is_shared
from features.summaries.grounding.sides import is_of_another_side, is_on_side
from features.summaries.grounding.swaps import is_only_hoped, is_opposed, swapped
from features.summaries.grounding.things import REFUSED, in_parts, says_nothing, thing_refuted
from features.summaries.grounding.verdict import Reason

# What binds propositions together: they follow from one sentence, or not at all.
_BINDING_LINKS = frozenset({"before", "after", "until", "if", "(", "-"})
# So many everyday words of a sentence may be left over, and never more than are borne out.
_MOST_OVER = 3
# What the spelling out of an abbreviation explains.
_SPELT = frozenset({Reason.TERM, Reason.NUMBER})
_NAMING = frozenset({"word", "drug", "condition", "symptom", "class", "lab", "vital"})


def unsupported(said: Sequence[Sentence], views: Sequence[View]) -> set[Reason]:
    """Why what is said does not follow; nothing where all of it does."""
    reasons: set[Reason] = set()
    whole = {text for view in views for sentence in view.sentences for text in _clauses(sentence)}
    cited = frozenset().union(*(view.names for view in views))
    for sentence in said:
        if whole.issuperset(_clauses(sentence)):
            continue  # word for word
        account = _summed(_best(group, sentence, views, cited) for group in _groups(sentence))
        reasons |= account.reasons
        if len(account.over) > min(_MOST_OVER, account.held):
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
    """What propositions come to against a view."""

    reasons: frozenset[Reason]
    over: tuple[Mention, ...] = ()
    """Everyday words that the view does not have."""
    held: int = 0
    """How many mentions it bears out."""

    @property
    def weight(self) -> tuple[bool, int, int]:
        """By which the least is the best."""
        return not self.reasons.isdisjoint({Reason.TERM, Reason.DRUG}), len(self.reasons), len(self.over)


def _summed(accounts: Iterable[Account]) -> Account:
    found = list(accounts)
    return Account(
        frozenset().union(*(each.reasons for each in found)),
        tuple(over for each in found for over in each.over),
        sum(each.held for each in found),
    )


def _best(group: Sequence[Proposition], sentence: Sentence, views: Sequence[View], cited: frozenset[str]) -> Account:
    """What is left over of a group against the view that bears most of it out."""
    best: Account | None = None
    for view in views:
        account = _summed(_against(one, sentence, view, views, cited) for one in group)
        account = account._replace(reasons=account.reasons | unrelated(group, sentence, view))
        if best is None or account.weight < best.weight:
            best = account
        if not account.reasons and not account.over:
            break
    return best if best is not None else Account(frozenset({Reason.TERM}))


def _against(one: Proposition, sentence: Sentence, view: View, views: Sequence[View], cited: frozenset[str]) -> Account:
    """What a proposition comes to against a view; a change in it, against all of them."""
    change = told_change(one)
    if change is not None:
        return _of_change(change, one, sentence, view, views)
    account = _of_mentions(one, sentence, view, cited)
    reasons = account.reasons
    if not reasons and is_opposed(sentence, view):
        reasons |= {Reason.NEGATION}
    if not reasons and is_only_hoped(one, sentence, view):
        reasons |= {Reason.CERTAINTY}
    if not reasons and is_of_another_figure(one, view):
        reasons |= {Reason.NUMBER}
    if not reasons and is_of_another_side(one, view):
        reasons |= {Reason.LATERALITY}
    if not reasons and (swap := swapped(one, view)):
        reasons |= {swap}
    return account._replace(reasons=reasons or frozenset(left_out(one, sentence, view)))


def _of_change(change: Change, one: Proposition, sentence: Sentence, view: View, views: Sequence[View]) -> Account:
    reasons = changed(one, change, views)
    for mention in one.mentions:
        if mention in change.mentions:
            continue
        reason = _refuted(mention, one, view, sentence)
        if reason and all(_refuted(mention, one, each, sentence) for each in views):
            reasons.add(reason)
    return Account(frozenset(reasons), held=len(one.mentions))


def _of_mentions(one: Proposition, sentence: Sentence, view: View, cited: frozenset[str]) -> Account:
    """What the mentions of a proposition come to, each for itself."""
    reasons: set[Reason] = set()
    over: list[Mention] = []
    spelt = spelt_out(sentence.text, tuple(each.text for each in view.sentences))
    for mention in one.mentions:
        reason = _refuted(mention, one, view, sentence)
        spelling = reason in _SPELT or (reason is Reason.DRUG and mention.kind == "word")
        if spelling and within(mention.start - sentence.start, mention.end - sentence.start, spelt):
            continue
        if reason is Reason.TERM and is_named_in_part(mention, sentence, view):
            continue
        if reason is Reason.TERM and _is_over(mention, one, sentence, view, cited):
            over.append(mention)
        elif reason:
            reasons.add(reason)
    aside = len(over) == 1 and not one.events
    if not spelt and not aside and _has_no_anchor(one, view):
        reasons.add(Reason.TERM)
    if any(_is_unread(subject, one, sentence, view) for subject in one.inherited):
        reasons.add(Reason.TERM)
    return Account(frozenset(reasons), tuple(over), len(one.mentions) - len(over))


def _is_over(mention: Mention, one: Proposition, sentence: Sentence, view: View, cited: frozenset[str]) -> bool:
    """Whether a mention may be left over: it is tolerable, and nothing that is cited tells it of something else."""
    if not mention.keys.isdisjoint(cited) or replaces_another(mention, one, sentence, view):
        return False
    return is_tolerable(mention, one, sentence, view)


def _is_unread(subject: Mention, one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether a proposition goes on about something that the quotes do not name."""
    return not (
        view.naming(subject.keys)
        or in_parts(subject, view)
        or says_nothing(subject, view)
        or is_named_in_part(subject, sentence, view)
        or is_tolerable(subject, one, sentence, view)
    )


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
        return None if _is_told_by_change(mention, one, sentence) else happening_refuted(mention, one, view, sentence)
    if mention.kind in {"side", "share"} and is_of_list(mention, sentence):
        return None
    if mention.kind == "side":
        return None if is_on_side(mention, one, view) else REFUSED["side"]
    if mention.kind == "share":
        return None if is_shared(mention, one, view) else REFUSED["share"]
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
