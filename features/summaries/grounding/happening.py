"""Whether what is said to happen happens in the quotes, to the same thing."""

from clinical.propositions.meanings import binding_events
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import View, implied_subjects, is_after, subject_keys
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
_OFF = frozenset({"hold", "avoid", "refuse", "stop"})
_ON = frozenset({"give", "start", "take", "recommend", "plan"})
_TEMPORAL = frozenset({"before", "after", "until"})
_COMMANDED = frozenset({"plan", "recommend", "give", "take"})


def happening_refuted(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why an event is not borne out; None where it is."""
    (event,) = mention.keys
    wanted = {event} | _FOLLOWS_FROM.get(event, frozenset())
    mine = subject_keys(one)
    if event == "hold" and not any(each.kind in {"drug", "class"} for each in one.subjects):
        return None
    if event in _TEMPORAL and not any(each.is_clinical or names_an_event(each) for each in one.mentions):
        return None  # the day is looked for by itself
    met = False
    for other in view.propositions:
        its = [each for told in other.mentions for each in (told, *told.parts) if each.kind == "event"]
        theirs = implied_subjects(other) | view.listed_before(other)
        same = not mine or not theirs or not mine.isdisjoint(theirs)
        for each in its:
            if each.keys & wanted and (same or event in RELATIONS):
                denied = (each.meant.negated or other.has_stray_denial, mention.meant.negated or one.has_stray_denial)
                if denied[0] == denied[1] or event in {"stop", "take", "resolve", *RELATIONS}:
                    return None
                met = True
        if event in _OFF and same and any(each.keys & _ON and each.meant.negated for each in its):
            return None  # not prescribed, and so withheld
        denied = any(event in each.keys and each.meant.negated != mention.meant.negated for each in its)
        if same and not denied and _is_implied(event, one, other, view, sentence):
            return None
    if event in {"before", "after"} and {"before": "after", "after": "before"}[event] in view.links:
        return None  # the order is looked at where the two sides are
    if event in {"cause", "due"} and _in_reaction(one, view):
        return None
    if event not in RELATIONS and any(
        part.keys & each.implied for part in mention.parts for each in view.read if each.mention.kind != "event"
    ):
        return None
    if met:
        return Reason.NEGATION
    return Reason.DIRECTION if event in _TRENDS else Reason.RELATION if event in RELATIONS else Reason.STATUS


def _is_implied(event: str, one: Proposition, other: Proposition, view: View, sentence: Sentence) -> bool:  # noqa: ARG001, C901, PLR0911
    """Whether a proposition of the quotes says it without the word."""
    realities = {mention.meant.reality.value for mention in other.mentions}
    if event in {"recommend", "avoid"} and one.negates and other.negates:
        return True
    if event in {"plan", "recommend"}:
        return _is_ahead(other, view) or other.is_command or "planned" in realities or view.is_conditional(other)
    if event in {"give", "start"} and view.is_conditional(other) and other.happens & {"start", "give"}:
        return True
    if event in {"take", "give"}:
        named = any(not mention.meant.negated for mention in other.own_subjects)
        return (named and not other.happens & binding_events() and realities == {"actual"}) or bool(
            other.carried & {"take"}
        )
    if event == "continue":
        return other.is_command and "continue" in other.happens
    if event == "past":
        return any(mention.meant.historical for mention in other.mentions) or (other.is_past and not other.is_present)
    if event == "consider":
        return "considered" in realities
    if event == "refuse":
        return "declined" in realities
    if event == "do":
        done = other.is_past or _is_behind(other, view)
        return done and not other.happens & {"plan", "consider", "refuse", "ask", "offer", "recommend"}
    if event == "start":
        return "do" in other.happens
    if event == "resolve":
        return any(mention.meant.resolved for mention in other.mentions)
    return False


def _is_ahead(other: Proposition, view: View) -> bool:
    """Whether a day after the note's is told."""
    return any(
        mention.figure and mention.figure.kind == "day" and is_after(mention.figure.day, view.day)
        for mention in other.mentions
    )


def _is_behind(other: Proposition, view: View) -> bool:
    """Whether a day is told that is not after the note's."""
    return any(
        mention.figure and mention.figure.kind == "day" and not is_after(mention.figure.day, view.day)
        for mention in other.mentions
    )


def _in_reaction(one: Proposition, view: View) -> bool:  # noqa: ARG001
    """Whether the quotes tell a reaction: "allergic to penicillin (hives)", "cough with ramipril"."""
    happens = frozenset().union(*(other.happens for other in view.propositions))
    return bool(happens & {"allergy", "intolerance"}) or any(other.link == "cause" for other in view.propositions)
