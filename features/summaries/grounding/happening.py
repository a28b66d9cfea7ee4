"""Whether what is said to happen happens in the quotes, to the same thing."""

from collections.abc import Callable, Iterator, Mapping

from clinical.propositions.meanings import binding_events
from clinical.propositions.propositions import Mention, Proposition
from features.summaries.grounding.evidence import View, about_the_same, implied_subjects, is_after, subject_keys
from features.summaries.grounding.relations import RELATIONS, names_an_event
from features.summaries.grounding.verdict import Reason

# What is said, and what else in the quotes it follows from.
_FOLLOWS_FROM = {
    "take": frozenset({"continue", "start", "restart", "increase", "decrease", "change"}),
    "continue": frozenset({"take", "unchanged"}),
    "unchanged": frozenset({"continue"}),
    "give": frozenset({"take", "start", "continue", "restart", "do"}),
    "start": frozenset({"give", "restart"}),
    "stop": frozenset({"resolve", "until", "refuse", "avoid", "hold"}),
    "hold": frozenset({"avoid", "stop"}),
    "refuse": frozenset({"stop"}),
    "until": frozenset({"stop", "before"}),
    "resolve": frozenset({"stop"}),
    "plan": frozenset({"refer", "until", "recommend", "expect"}),
    "recommend": frozenset({"plan", "refer"}),
    "expect": frozenset({"plan"}),
    "consider": frozenset({"offer"}),
    "ask": frozenset({"refer"}),
    "improve": frozenset({"decrease", "resolve"}),
    "decrease": frozenset({"improve"}),
    "worsen": frozenset({"increase"}),
    "do": frozenset({"give"}),
    "past": frozenset({"stop", "resolve"}),
    "cause": frozenset({"due", "allergy", "intolerance"}),
    "due": frozenset({"cause", "allergy", "intolerance"}),
    "intolerance": frozenset({"cause"}),
    "avoid": frozenset({"allergy"}),
    "after": frozenset({"start"}),
    "increase": frozenset({"worsen"}),
}
_TRENDS = frozenset({"increase", "decrease", "improve", "worsen", "unchanged"})
_CONTRARY = {
    "increase": frozenset({"decrease", "improve", "unchanged", "resolve"}),
    "decrease": frozenset({"increase", "worsen", "unchanged"}),
    "improve": frozenset({"worsen", "increase", "unchanged"}),
    "worsen": frozenset({"improve", "decrease", "unchanged", "resolve"}),
    "unchanged": frozenset({"improve", "worsen", "increase", "decrease", "change", "resolve"}),
}
# What may be ahead, and what is only begun, had or done.
_AHEAD_OR_ADVISED = frozenset({"plan", "recommend", "consider", "ask", "offer", "refer", "expect"})
_SETTLED = frozenset({"plan", "recommend", "refer", "expect"})
_DOING = frozenset({"take", "give", "start", "do", "continue", "change", "attempt"})
_OFF = frozenset({"hold", "avoid", "refuse", "stop"})
_ON = frozenset({"give", "start", "take", "recommend", "plan"})
_DONE_TO = frozenset({"give", "start", "do", "restart"})
_DONE = frozenset({"give", "start", "do", "increase", "decrease", "change"})
_TEMPORAL = frozenset({"before", "after", "until"})
Day = tuple[int | None, int | None, int | None]


def happening_refuted(mention: Mention, one: Proposition, view: View) -> Reason | None:
    """Why an event is not borne out; None where it is."""
    (event,) = mention.keys
    if _is_no_claim(event, mention, one, view):
        return None
    mine = subject_keys(one)
    met = False
    for other in view.propositions:
        theirs = implied_subjects(other) | view.listed_before(other)
        same = not mine or not theirs or not mine.isdisjoint(theirs) or (one.link == "if" and not one.own_subjects)
        told = _told(mention, one, other, same=same)
        if told or (same and told is None and _is_implied(event, one, other, view)):
            return None
        denied = mention.meant.negated or one.has_stray_denial
        if same and told is None and event in other.carried and denied == other.denies:
            return None  # the verb of its list tells it
        met = met or told is False
    if _is_told_elsewhere(event, mention, view):
        return None
    if met:
        return Reason.NEGATION
    if not _is_claimed(event, one, view):
        return None
    return Reason.DIRECTION if event in _TRENDS else Reason.RELATION if event in RELATIONS else Reason.STATUS


def _is_no_claim(event: str, mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the word tells nothing that happens: somebody holds something, or a day follows."""
    if event == "hold":
        return any("w:hold" in part.keys for part in mention.parts) and mention.end - mention.start == len("holds") or not any(each.kind in {"drug", "class"} for each in one.subjects)
    if event in {"do", "plan", "recommend"} and _is_only_worded(event, mention, one, view):
        return True
    if event == "after" and _is_day_behind(mention, one):
        return True  # "since 20 August": the day is looked for by itself
    return event in _TEMPORAL and not any(each.is_clinical or names_an_event(each) for each in one.mentions)


def _is_claimed(event: str, one: Proposition, view: View) -> bool:
    """Whether whoever adds the word claims what may harm.

    What is ahead is claimed where the quotes have nothing ahead; that something rises, gets worse or stays where they tell
    it of another kind, or where it is told of what is measured, felt or taken; and being given or begun of medicines.
    """
    told = frozenset().union(*(other.happens for other in view.propositions if about_the_same(one, other)))
    if event in _AHEAD_OR_ADVISED:
        wanted = _SETTLED if event in _SETTLED else _AHEAD_OR_ADVISED
        return not (told & wanted or any(_is_intended(other, view) for other in view.propositions))
    kinds = {each.kind for each in one.subjects}
    if event in _TRENDS:
        return bool(told & _CONTRARY[event]) or bool(kinds & {"lab", "vital", "drug", "class", "condition", "symptom"})
    if event in _DOING:
        return bool(kinds & {"drug", "class"})
    return True


def _is_only_worded(event: str, mention: Mention, one: Proposition, view: View) -> bool:
    """Whether a word is only how another thing is told, which is looked for by itself.

    "Is to be done" is the plan, "has had a fever" the fever, "should avoid" the avoiding, "to reduce the swelling" what
    something was given for.
    """
    if event == "do":
        had = not mention.parts and (one.denies or not any(sentence.denies for sentence in view.sentences))
        return had or (bool(one.events & _AHEAD) and not one.doubts)
    if event == "plan":
        return mention.end - mention.start == len("to") and _is_purpose(mention, one)
    return "avoid" in one.events


def _is_purpose(mention: Mention, one: Proposition) -> bool:
    """Whether "to" and a verb say what something that was given or done is for."""
    before = [each for each in one.mentions if each.kind == "event" and each.end <= mention.start]
    return bool(before) and before[-1].keys <= _DONE and any(each.kind == "figure" for each in one.mentions)


def _is_day_behind(mention: Mention, one: Proposition) -> bool:
    behind = next((each for each in one.mentions if each.start >= mention.end), None)
    return behind is not None and behind.figure is not None and behind.figure.kind == "day"


def _told(mention: Mention, one: Proposition, other: Proposition, *, same: bool) -> bool | None:
    """Whether a proposition of the quotes tells the event; False where it denies what is claimed, None for neither."""
    (event,) = mention.keys
    wanted = {event} | _FOLLOWS_FROM.get(event, frozenset())
    its = [each for told in other.mentions for each in (told, *told.parts) if each.kind == "event"]
    denied = mention.meant.negated or one.has_stray_denial
    found = [each for each in its if each.keys & wanted and (same or event in RELATIONS)]
    if any((each.meant.negated or other.has_stray_denial) == denied for each in found):
        return True
    if found and event in {"stop", "take", "resolve", *RELATIONS}:
        return True
    if denied and same and event in _DONE_TO and other.negates and not other.events:
        return True  # "no stoma was formed", and so none was given
    if event in _OFF and same and any(each.keys & _ON and (each.meant.negated or other.has_stray_denial) for each in its):
        return True  # not prescribed, and so withheld
    return False if found or any(event in each.keys and each.meant.negated != denied for each in its) else None


def _is_told_elsewhere(event: str, mention: Mention, view: View) -> bool:
    """Whether the quotes tell it not as an event: by the other side of an order in time, a reaction, or a name."""
    if event in {"before", "after"} and {"before": "after", "after": "before"}[event] in view.links:
        return True  # the order is looked at where the two sides are
    if event in {"cause", "due"} and _is_reaction(view):
        return True
    return event not in RELATIONS and any(
        part.keys & each.implied for part in mention.parts for each in view.read if each.mention.kind != "event"
    )


def _is_implied(event: str, one: Proposition, other: Proposition, view: View) -> bool:
    """Whether a proposition of the quotes says it without the word."""
    implied = _IMPLIED.get(event)
    if event == "take" and (one.doubts or one.events & {"plan", "recommend"}) and not other.happens & (_OFF | {"resolve"}):
        return True  # who was prescribed it may take it
    if event in {"recommend", "avoid"} and one.negates and other.negates:
        return True
    return implied is not None and implied(other, view)


def _is_intended(other: Proposition, view: View) -> bool:
    ahead = any(is_after(day, view.day) for day in _days(other))
    return ahead or other.is_command or "planned" in _realities(other) or view.is_conditional(other)


def _is_taken(other: Proposition, view: View) -> bool:
    """Whether a drug is named, and nothing else is told of it; or it is begun if something happens."""
    if view.is_conditional(other) and other.happens & {"start", "give"}:
        return True
    named = any(not mention.meant.negated for mention in other.own_subjects)
    plain = named and not other.happens & binding_events() and _realities(other) <= {"actual", "past"}
    return plain or "take" in other.carried


def _is_begun(other: Proposition, view: View) -> bool:
    return "do" in other.happens or (view.is_conditional(other) and bool(other.happens & {"start", "give"}))


def _is_over(other: Proposition, _: View) -> bool:
    return any(each.meant.historical for each in other.mentions) or (other.is_past and not other.is_present)


def _is_done(other: Proposition, view: View) -> bool:
    behind = view.day is not None and any(not is_after(day, view.day) for day in _days(other))
    return (other.is_past or behind) and not other.happens & _AHEAD


def _days(other: Proposition) -> Iterator[Day]:
    """The days that a proposition tells."""
    return (each.figure.day for each in other.mentions if each.figure and each.figure.kind == "day")


def _realities(other: Proposition) -> frozenset[str]:
    return frozenset(each.meant.reality.value for each in other.mentions)


_AHEAD = frozenset({"plan", "consider", "refuse", "ask", "offer", "recommend"})
_IMPLIED: Mapping[str, Callable[[Proposition, View], bool]] = {
    "plan": _is_intended,
    "recommend": _is_intended,
    "take": _is_taken,
    "give": _is_taken,
    "start": _is_begun,
    "continue": lambda other, _: other.is_command and "continue" in other.happens,
    "past": _is_over,
    "do": _is_done,
    "consider": lambda other, _: "considered" in _realities(other),
    "refuse": lambda other, _: "declined" in _realities(other),
    "resolve": lambda other, _: any(each.meant.resolved for each in other.mentions),
}


def _is_reaction(view: View) -> bool:
    """Whether the quotes tell a reaction: "allergic to penicillin (hives)", "cough with ramipril"."""
    happens = frozenset().union(*(other.happens for other in view.propositions))
    return bool(happens & {"allergy", "intolerance"}) or any(other.link == "cause" for other in view.propositions)
