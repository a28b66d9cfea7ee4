"""Changes told with both their ends: "from 71.5 kg to 69 kg". The ends may stand in two notes, the earlier one first."""  # noqa: E501

import re
from collections.abc import Sequence
from typing import NamedTuple

from clinical.propositions.propositions import Mention, Proposition
from clinical.values.units import in_unit, unit_of
from features.summaries.grounding.evidence import View, implied_subjects, subject_keys
from features.summaries.grounding.measuring import DAYS, refutation
from features.summaries.grounding.verdict import Reason

_ENDS = frozenset({"amount", "number", "pair", "span"})
_TRENDS = frozenset({"increase", "decrease", "change", "improve", "worsen"})


class Change(NamedTuple):
    """A change: its ends, and which way it is said to go."""

    before: Mention
    after: Mention
    direction: int
    """1 up, -1 down, 0 not said."""
    mentions: tuple[Mention, ...]
    """What of the proposition tells it."""


def told_change(one: Proposition) -> Change | None:
    """The change that a proposition tells, if it tells one."""
    figures = [
        mention
        for mention in one.mentions
        if mention.figure and mention.figure.kind in {"amount", "number", "pair", "span"}
    ]
    before = next((each for each in figures if each.figure and each.figure.role == "from"), None)
    after = next((each for each in figures if each.figure and each.figure.role == "to"), None)
    if before is None or after is None:
        return None
    trends = [each for each in one.mentions if each.kind == "event" and each.keys & _TRENDS]
    rising = any("increase" in each.keys for each in trends)
    falling = any("decrease" in each.keys for each in trends) or any("=fall" in each.keys for each in one.mentions)
    direction = 1 if rising and not falling else -1 if falling and not rising else 0
    words = [each for each in one.mentions if "=fall" in each.keys]
    return Change(before, after, direction, (before, after, *trends, *words))


def changed(one: Proposition, change: Change, views: Sequence[View]) -> set[Reason]:
    """Why a change is not borne out; nothing where it is."""
    first, last = change.before.figure, change.after.figure
    assert first is not None and last is not None  # noqa: PT018, S101
    if change.direction and not _goes(change, first.value, last.value, first.unit, last.unit):
        return {Reason.DIRECTION}
    befores = _places(one, change.before, views)
    afters = _places(one, change.after, views)
    if not befores or not afters:
        return {Reason.NUMBER}
    for view, role, at in befores:
        for other, its_role, its_at in afters:
            if view.day == other.day and view.sentences is not other.sentences and (role, its_role) == ("", ""):
                continue
            if view is other and at < its_at and (_is_followed(view, at, its_at) or _is_told(change, view)):
                return set()
            earlier = view.day is not None and other.day is not None and view.day < other.day
            told = (role, its_role) in {("from", "to"), ("was", ""), ("was", "to")} and view is other
            if earlier or told or (view is other and its_role == "to" and role not in {"to", "was"} and at != its_at):
                return set()
    return {Reason.DIRECTION}


def _is_told(change: Change, view: View) -> bool:
    """Whether the quotes tell that it went this way: "3 out of 10 at first. It has worsened, and is 6 out of 10"."""
    told = frozenset().union(*(other.events for other in view.propositions))
    ways = {1: {"increase", "worsen"}, -1: {"decrease", "improve"}, 0: set()}
    return bool(told & ways[change.direction]) and not told & ways[-change.direction]


_FOLLOWED = re.compile(
    r"\b(?:then|to|now|later|subsequently|afterwards?|came|became|today|discharge|after)\b|→|->", re.IGNORECASE
)


def _is_followed(view: View, at: int, its_at: int) -> bool:
    """Whether a sentence tells two values one after the other: "84 g/L, then 92"."""
    for sentence in view.sentences:
        if sentence.start <= at < its_at < sentence.end:
            return bool(_FOLLOWED.search(sentence.text, at - sentence.start, its_at - sentence.start))
        if at < sentence.start <= its_at < sentence.end:  # "3 out of 10 then. Now it is 6 out of 10."
            return bool(_FOLLOWED.search(sentence.text, 0, its_at - sentence.start))
    return False


def _goes(change: Change, first: float, last: float, unit: str, other: str) -> bool:
    mine, its = unit_of(unit) if unit else None, unit_of(other) if other else None
    if unit in DAYS and other in DAYS:
        first, last = first * DAYS[unit], last * DAYS[other]
    elif mine and its and mine != its:
        converted = in_unit(first, mine, its)
        first = converted if converted is not None else first
    return (last > first) == (change.direction > 0) and last != first


def _is_of_something(one: Proposition) -> bool:
    """Whether a proposition names what its figure is of: not in "he rates them at 6/10"."""
    return any(each.is_clinical or each.parts for each in one.subjects)


def _places(one: Proposition, end: Mention, views: Sequence[View]) -> list[tuple[View, str, int]]:
    """Where one end of a change was read, of the same thing."""
    assert end.figure is not None  # noqa: S101
    keys = subject_keys(one)
    found = []
    for view in views:
        for each in view.read:
            figure = each.mention.figure
            if figure is None or not view.quotes(each.mention):
                continue
            bare = end.figure._replace(role=figure.role)
            about = implied_subjects(each.proposition) if _is_of_something(each.proposition) else frozenset()
            if refutation(bare, figure, frozenset()) is None and (not keys or not about or keys & about):
                found.append((view, figure.role, each.mention.start))
    return found
