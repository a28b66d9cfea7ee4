"""Whether what is said to happen happens in the quotes, to the same thing."""

import re
from collections.abc import Callable, Mapping

from clinical.propositions.figure import ARROW
from clinical.propositions.meanings import binding_events
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.claims import TRENDS, days_of, is_claimed, is_intended, realities
from features.summaries.grounding.evidence import View, implied_subjects, is_after, subject_keys
from features.summaries.grounding.quantities import is_as_needed
from features.summaries.grounding.reckoned import has_moved
from features.summaries.grounding.relations import RELATIONS, names_an_event
from features.summaries.grounding.verdict import Reason

# What is said, and what else in the quotes it follows from.
_FOLLOWS_FROM = {
    "take": frozenset({"continue", "start", "restart", "increase", "decrease", "change"}),
    "continue": frozenset({"take", "unchanged"}),
    "unchanged": frozenset({"continue"}),
    "give": frozenset({"take", "start", "continue", "restart", "do"}),
    "start": frozenset({"give", "restart"}),
    "stop": frozenset({"resolve", "until", "refuse", "avoid", "hold", "past"}),
    "hold": frozenset({"avoid", "stop"}),
    "refuse": frozenset({"stop", "hold", "avoid"}),
    "avoid": frozenset({"allergy", "stop", "hold", "refuse"}),
    "accept": frozenset({"plan", "ask", "continue", "take", "start", "recommend"}),
    "until": frozenset({"stop", "before"}),
    "resolve": frozenset({"stop", "improve"}),
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
    "after": frozenset({"start"}),
    "increase": frozenset({"worsen"}),
}
_OFF = frozenset({"hold", "avoid", "refuse", "stop"})
_NOT_TAKEN = _OFF | {"resolve", "consider", "ask", "offer"}
_ON = frozenset({"give", "start", "take", "recommend", "plan"})
_DONE_TO = frozenset({"give", "start", "do", "restart"})
_DONE = frozenset({"give", "start", "do", "increase", "decrease", "change"})
# What a treatment does or fails to do.
_WORKING = frozenset({"improve", "resolve", "decrease"})
_TEMPORAL = frozenset({"before", "after", "until"})


def happening_refuted(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why an event is not borne out; None where it is."""
    (event,) = mention.keys
    if _is_no_claim(event, mention, one, view, sentence):
        return None
    mine = subject_keys(one)
    met = False
    for other in view.propositions:
        theirs = implied_subjects(other) | view.listed_before(other)
        same = not mine or not theirs or not mine.isdisjoint(theirs) or (one.link == "if" and not one.own_subjects)
        same = same and not (event == "refuse" and _is_of_another(one, theirs, view))
        told = False if _is_still_to_come(event, one, other, sentence, view) else _told(mention, one, other, same=same)
        if told or (same and told is None and _is_implied(event, one, other, view)):
            return None
        denied = mention.meant.negated or one.has_stray_denial
        if same and told is None and event in other.carried and denied == other.denies:
            return None  # the verb of its list tells it
        met = met or told is False
    if _is_told_elsewhere(event, mention, view) or not (met or is_claimed(event, one, view, sentence)):
        return None
    if not met and _follows_otherwise(event, mention, one, view, sentence):
        return None
    reason = Reason.DIRECTION if event in TRENDS else Reason.RELATION if event in RELATIONS else Reason.STATUS
    return Reason.NEGATION if met else reason


def _follows_otherwise(event: str, mention: Mention, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether an event that the quotes do not name follows all the same: from two values, or from "as needed"."""
    if event == "change":
        drugs = [each for each in one.mentions if each.kind == "drug"]
        return len(drugs) > 1 and any(ARROW.search(each.text) for each in view.sentences)
    if event == "take":
        return is_as_needed(sentence.text) and all(map(_is_only_named, view.propositions))
    return event in TRENDS and has_moved(mention, one, view, _words_of(mention, sentence))


def _is_still_to_come(event: str, one: Proposition, other: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether something is told as done that the quotes order for a later time: "stop at 36/40"."""
    if event not in other.events or not other.is_command or not _HAPPENED.search(sentence.text):
        return False
    there = next((each for each in view.sentences if other in each.propositions), None)
    if there is None or any(each.figure and each.figure.kind in {"span", "day"} for each in one.mentions):
        return False
    return _LATER.search(there.text, max(0, other.start - there.start), other.end - there.start) is not None


# Behind an order: when it is to be carried out.
_LATER = re.compile(r"\b(?:at|in|after|from|once|when)\s(?:the\s)?\d", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:has|have|had|was|were)\s(?:now\s|already\s)?(?:been\s)?\w+(?:ed|en|un|pt)\b", re.IGNORECASE
)


def _is_only_named(other: Proposition) -> bool:
    """Whether a drug is had as needed by what a proposition of the quotes says: nothing ends it, nor puts it off."""
    put_off = realities(other) - {"actual", "past", "conditional"}
    return not (other.happens & binding_events() or other.denies or put_off)


def _words_of(mention: Mention, sentence: Sentence) -> str:
    return sentence.text[mention.start - sentence.start : mention.end - sentence.start]


def _is_of_another(one: Proposition, theirs: frozenset[str], view: View) -> bool:
    """Whether something that a proposition is about is named in the quotes, but not where the event is told.

    "Whooping cough vaccine given; she declined the flu vaccine": another one was declined.
    """
    named = [each for each in one.own_subjects if each.is_clinical and view.naming(each.keys)]
    return bool(theirs) and any(each.keys.isdisjoint(theirs) for each in named)


def _is_no_claim(event: str, mention: Mention, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether the word tells nothing that happens: somebody holds something, or a day follows."""
    if event == "hold":
        held = any(each.kind in {"drug", "class"} for each in one.subjects)
        return not held or mention.end - mention.start == len("holds")  # "her rescue pack holds prednisolone"
    if event in {"do", "plan", "recommend"} and _is_only_worded(event, mention, one, view):
        return True
    if event in _WORDED and _WORDED[event](mention, one, sentence):
        return True
    if event == "after" and _is_day_behind(mention, one):
        return True  # "since 20 August": the day is looked for by itself
    return event in _TEMPORAL and not any(each.is_clinical or names_an_event(each) for each in one.mentions)


def _is_coming(mention: Mention, one: Proposition, sentence: Sentence) -> bool:
    """Whether somebody comes back, and no disease does: "she will come back if it does not settle"."""
    start = max(0, one.start - sentence.start)
    if not _COMES.match(sentence.text, mention.start - sentence.start):
        return False  # "has recurred"
    return bool(_SOMEBODY.search(sentence.text, start, mention.start - sentence.start)) or not any(
        each.kind in {"condition", "symptom"} for each in (*one.mentions, *one.inherited)
    )


def _is_turning(mention: Mention, _one: Proposition, sentence: Sentence) -> bool:
    """Whether something goes a colour, and not away: "has now gone black"."""
    return bool(_TURNING.match(sentence.text, mention.start - sentence.start))


def _is_bounded(mention: Mention, one: Proposition, _sentence: Sentence) -> bool:
    """Whether "up to" stands before an amount, which is looked for by itself: "put up to 1000 mg"."""
    behind = next((each for each in one.mentions if each.start >= mention.end), None)
    return behind is not None and behind.figure is not None and behind.figure.kind == "amount"


def _is_timing(mention: Mention, one: Proposition, sentence: Sentence) -> bool:
    """Whether something being done only tells when another thing is: "when treatment is complete"."""
    start = max(0, one.start - sentence.start)
    return bool(_WHEN.search(sentence.text, start, mention.start - sentence.start))


def _is_becoming(mention: Mention, _one: Proposition, sentence: Sentence) -> bool:
    """Whether something ends as another thing, and not at all: "finished as an open operation"."""
    return sentence.text.startswith((" as a ", " as an "), mention.end - sentence.start)


_TURNING = re.compile(
    r"(?:gone|went|goes|going|turned)\s(?:black|white|red|blue|pale|yellow|purple|green|grey|numb|cold|stiff|hard|soft|dead|off)\b",
    re.IGNORECASE,
)
_COMES = re.compile(r"com|came|return", re.IGNORECASE)
_SOMEBODY = re.compile(r"\b(?:he|she|they|patient)\s(?:\w+\s){0,3}\Z", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when|once|after|as soon as)\b", re.IGNORECASE)
_WORDED: Mapping[str, Callable[[Mention, Proposition, Sentence], bool]] = {
    "recur": _is_coming,
    "resolve": _is_turning,
    "stop": _is_becoming,
    "until": _is_bounded,
    "do": _is_timing,
}


def _is_only_worded(event: str, mention: Mention, one: Proposition, view: View) -> bool:
    """Whether a word is only how another thing is told, which is looked for by itself.

    "Is to be done" is the plan, "has had a fever" the fever, "should avoid" the avoiding, "to reduce the swelling" what
    something was given for.
    """
    if event == "do":
        had = not mention.parts and (one.denies or not any(sentence.denies for sentence in view.sentences))
        return had or (bool(one.events & _AHEAD) and not one.doubts)
    if event == "plan":
        written = mention.end - mention.start
        begins = mention.start - one.start < len("to") or mention is one.mentions[0]
        return (written == len("to") and (not begins or _is_purpose(mention, one))) or (
            written <= len("are to") and "take" in one.events
        )
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
    failed = event in _WORKING and "fail" in other.events and "fail" not in one.events
    if any((each.meant.negated or other.has_stray_denial or failed) == denied for each in found):
        return True
    if found and event in {"stop", "take", *RELATIONS}:
        return True
    if denied and same and event in _DONE_TO and other.negates and not other.events:
        return True  # "no stoma was formed", and so none was given
    if event in _OFF and same and other.denies:
        return True  # "has not smoked for ten years"
    if event in _OFF and same:
        given = [each for each in its if each.keys & _ON]
        if any(each.meant.negated or other.has_stray_denial for each in given):
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
    may = one.doubts or one.events & {"plan", "recommend"}
    if event == "take" and may and not other.happens & _NOT_TAKEN:
        return True  # who was prescribed it may take it
    if event in {"recommend", "avoid"} and one.negates and other.negates:
        return True
    if event in _IMPLIED_BY:
        return _IMPLIED_BY[event](other)
    return event in _IMPLIED_IN and _IMPLIED_IN[event](other, view)


def _is_taken(other: Proposition, view: View) -> bool:
    """Whether a drug is named, and nothing else is told of it; or it is begun if something happens."""
    if view.is_conditional(other) and other.happens & {"start", "give"}:
        return True
    named = any(not mention.meant.negated for mention in other.own_subjects)
    plain = named and not other.happens & binding_events() and realities(other) <= {"actual", "past"}
    return plain or "take" in other.carried


def _is_begun(other: Proposition, view: View) -> bool:
    return "do" in other.happens or (view.is_conditional(other) and bool(other.happens & {"start", "give"}))


def _is_over(other: Proposition) -> bool:
    return any(each.meant.historical for each in other.mentions) or (other.is_past and not other.is_present)


def _is_done(other: Proposition, view: View) -> bool:
    behind = view.day is not None and any(not is_after(day, view.day) for day in days_of(other))
    return (other.is_past or behind) and not other.happens & _AHEAD


_AHEAD = frozenset({"plan", "consider", "refuse", "ask", "offer", "recommend"})
_IMPLIED_BY: Mapping[str, Callable[[Proposition], bool]] = {
    "continue": lambda other: other.is_command and "continue" in other.happens,
    "past": _is_over,
    "consider": lambda other: "considered" in realities(other),
    "refuse": lambda other: "declined" in realities(other),
    "resolve": lambda other: any(each.meant.resolved for each in other.mentions),
}
_IMPLIED_IN: Mapping[str, Callable[[Proposition, View], bool]] = {
    "plan": is_intended,
    "recommend": is_intended,
    "take": _is_taken,
    "give": _is_taken,
    "start": _is_begun,
    "do": _is_done,
}


def _is_reaction(view: View) -> bool:
    """Whether the quotes tell a reaction: "allergic to penicillin (hives)", "cough with ramipril"."""
    happens = frozenset().union(*(other.happens for other in view.propositions))
    return bool(happens & {"allergy", "intolerance"}) or any(other.link == "cause" for other in view.propositions)
