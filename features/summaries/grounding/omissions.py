"""What the quotes say of a thing that a statement must not leave out: "if", "planned", "was stopped", "some"."""

import re

from clinical.facts import Reality
from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import binding_events
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import View, is_conditional
from features.summaries.grounding.meant import NO_ALLERGIES
from features.summaries.grounding.verdict import Reason

_REALITIES = {
    Reality.PLANNED: "plan",
    Reality.CONSIDERED: "consider",
    Reality.REQUESTED: "ask",
    Reality.DECLINED: "refuse",
    Reality.PAST: "past",
}
# Said by whoever says one of these, the other need not be said as well.
_COVERED = {
    "recommend": frozenset({"avoid", "plan", "consider", "refer", "start", "continue", "stop"}),
    "attempt": frozenset({"stop", "fail"}),
    "refer": frozenset({"plan", "recommend", "ask", "consider", "expect", "until", "do", "offer"}),
    "plan": frozenset({"recommend", "refer", "refuse", "ask", "consider", "avoid", "until", "offer", "expect"}),
    "consider": frozenset({"offer"}),
    "past": frozenset({"stop", "resolve", "do"}),
    "stop": frozenset({"past", "resolve", "hold", "until", "avoid"}),
    "resolve": frozenset({"past", "stop", "improve", "decrease"}),
    "tolerate": frozenset({"allergy", "intolerance", "avoid"}),
    "allergy": frozenset({"avoid", "cause", "due", "intolerance"}),
    "intolerance": frozenset({"allergy", "avoid", "cause", "due"}),
    "expect": frozenset({"plan"}),
    "fail": frozenset({"attempt"}),
    "until": frozenset({"stop", "before", "avoid", "do"}),
    "avoid": frozenset({"stop", "refuse", "hold", "allergy", "decrease", "intolerance"}),
    "refuse": frozenset({"hold", "avoid", "stop"}),
    "ask": frozenset({"plan", "refuse", "recommend"}),
}


# What was found by one of these is told, and not that there is one.
_TESTS = frozenset(f"={name}" for name in ("ct", "mri", "x-ray", "scan", "ultrasound", "echo", "ecg", "chest x-ray"))
# What ends a thing, or takes it back: never left out, whatever else is said.
_ENDING = frozenset({"avoid", "stop", "refuse", "retract", "resolve", "fail", "hold"})


def left_out(one: Proposition, sentence: Sentence, view: View) -> set[Reason]:
    """Why a proposition leaves out too much; nothing where it does not."""
    if one.link == "if" and not one.own_subjects:
        return set()  # the condition of what is told of the thing
    if one.mentions and one.mentions[0].keys == {"due"}:
        return set()  # the cause of it
    mine = _in_class(one.happens | _told_behind(one, sentence) | _ahead(sentence), sentence)
    conditional = is_conditional(sentence, sentence.propositions.index(one))
    for subject in one.subjects:
        found = view.naming(subject.keys) or [each for part in subject.parts for each in view.naming(part.keys)]
        about = [
            other
            for other in view.propositions
            if any(each.proposition is other or each.mention in other.inherited for each in found)
        ]
        reasons = [
            _omitted(
                subject, one, sentence, mine, other, [each.mention for each in found if each.proposition is other], view
            )
            if conditional or not view.is_conditional(other)
            else Reason.STATUS
            for other in about
        ]
        if reasons and None not in reasons:
            return {reason for reason in reasons[:1] if reason}
        if about and not one.is_past and _ends_afterwards(about, mine):
            return {Reason.STATUS}
        if _begins_again(about, one, sentence):
            return {Reason.STATUS}
    return set()


def _ahead(sentence: Sentence) -> frozenset[str]:
    """What a sentence has ahead, which it says of all that it tells: "X should be avoided and icing continued"."""
    told = frozenset().union(*(other.events & _TENTATIVE for other in sentence.propositions))
    return told | {"plan"} if _UNDER_WAY.search(sentence.text) else told


# "Meloxicam is being prescribed": that is about to be done.
_UNDER_WAY = re.compile(
    r"\b(?:is|are)\sbeing\b|\b(?:in|within|over)\sthe\s(?:next|coming)\b|\bnext\s(?:week|month|year)\b|\btomorrow\b",
    re.IGNORECASE,
)


_TENTATIVE = frozenset({"plan", "recommend", "consider", "ask", "offer", "expect", "accept", "refer"})
_SETTLED = frozenset({"plan", "expect", "refer", "recommend"})


def _in_class(told: frozenset[str], sentence: Sentence) -> frozenset[str]:
    """What a sentence says, and what else of that kind need not be said then.

    Whoever tells that something is ahead, open or possible need not say how; only what is merely thought of must not
    become a plan. Whoever tells that something ended need not say in which way.
    """
    open_ended = any(other.doubts or other.link == "if" for other in sentence.propositions)
    if told & _TENTATIVE or (open_ended and "do" not in told):  # "carried out to find the source" is done
        open_ = (
            not told & _SETTLED
            or told & {"consider", "ask", "offer"}
            or any(other.doubts for other in sentence.propositions)
        )
        told |= _TENTATIVE if open_ else _TENTATIVE - {"consider", "ask", "offer"}
    return told | _ENDING if told & _ENDING else told


def _ends_afterwards(about: list[Proposition], mine: frozenset[str]) -> bool:
    """Whether the last thing that is told of it is its end: "was on it, but weaned himself off"."""
    last = about[-1]
    return bool(last.events & {"stop", "retract"}) and last.link != "if" and not mine & (_ENDING | {"past", "plan"})


def _begins_again(about: list[Proposition], one: Proposition, sentence: Sentence) -> bool:
    """Whether something is told as stopped that was begun again: "withheld for two days, then restarted"."""
    told = frozenset().union(*(other.events for other in sentence.propositions))
    if "stop" not in one.events or told & {"restart", "start", "hold", "continue"}:
        return False
    timed = any(each.figure and each.figure.kind in {"span", "day"} for each in one.mentions)
    return not timed and any("restart" in other.events and not other.negates for other in about)


def _told_behind(one: Proposition, sentence: Sentence) -> frozenset[str]:
    """What is said around it of the same thing: "surgery, planned for May", "surgery (May) is planned"."""
    return frozenset().union(
        *(
            other.events
            for other in sentence.propositions
            if (other.inherited and other.inherited == one.own_subjects)
            or other in _members_behind(one, sentence)
            or (one.inherited and one.inherited == other.own_subjects)
        )
    )


def _members_behind(one: Proposition, sentence: Sentence) -> list[Proposition]:
    """The members of its list up to the one with the verb of all: "lithotripsy or surgery will be discussed"."""
    found: list[Proposition] = []
    if one.events or one.is_present or one.is_past:
        return found
    for other in sentence.propositions[sentence.propositions.index(one) + 1 :]:
        if other.link not in {"and", ","} or not other.own_subjects:
            return []
        found.append(other)
        if other.events:
            return found
    return []


def _omitted(
    subject: Mention,
    one: Proposition,
    sentence: Sentence,
    mine: frozenset[str],
    other: Proposition,
    here: list[Mention],
    view: View,
) -> Reason | None:
    """What a statement leaves out of one proposition of the quotes."""
    if NO_ALLERGIES in subject.keys:
        return None
    reason = _event_left_out(subject, one, mine, other, here, view)
    if reason is not None:
        return reason
    if _is_denied_in_one(one, other, view):
        return Reason.NEGATION
    eased = mine & {"improve", "decrease"} and other.happens & {"improve", "decrease", "resolve"}
    if not eased and not mine & {"past", "stop", "resolve"} and _is_over(subject, one, other, here, view):
        return Reason.HISTORY
    partial = {key for each in other.mentions if each.kind == "share" for key in each.keys}
    shares = {
        key for own in sentence.propositions for each in own.mentions if each.kind == "share" for key in each.keys
    }
    return Reason.QUANTIFIER if partial & {"some", "most"} and not shares else None


def _is_denied_in_one(one: Proposition, other: Proposition, view: View) -> bool:
    """Whether a "not" that denies no thing stands on one side only."""
    if one.has_stray_denial == other.has_stray_denial or one.negates or other.negates:
        return False
    if "fail" in one.events ^ other.events:
        return False  # "failed to help" is "did not help"
    return other.has_stray_denial or not any(sentence.denies for sentence in view.sentences)


def _event_left_out(
    subject: Mention, one: Proposition, mine: frozenset[str], other: Proposition, here: list[Mention], view: View
) -> Reason | None:
    meant = [each.meant for each in here if not each.meant.negated]
    its = other.happens | {_REALITIES[each.reality] for each in meant if each.reality in _REALITIES}
    if "give" in mine & other.happens and "plan" not in other.events:
        its -= {"plan"}  # who says that it was prescribed says what the quotes say
    if not any(each.kind in {"drug", "class"} for each in other.subjects):
        its -= {"hold"}  # somebody holds something
    said = mine | _said_otherwise(subject, one)
    shared = bool(said & its & binding_events())
    for event in its & binding_events():
        if shared and event not in _ENDING | {"consider"}:
            continue
        if event in said or not said.isdisjoint(_COVERED.get(event, frozenset())):
            continue
        if not _is_needless(event, subject, one, other, view):
            return Reason.HISTORY if event in {"past", "resolve"} else Reason.STATUS
    return None


def _said_otherwise(subject: Mention, one: Proposition) -> frozenset[str]:
    """What a proposition says of a thing without a word for it."""
    said = {_REALITIES[subject.meant.reality]} if subject.meant.reality in _REALITIES else set()
    if one.denies or "refuse" in one.happens:
        said |= {"stop", "avoid", "refuse", *_TENTATIVE}  # what is not done may have been thought of
    if one.denies and one.events & {"improve", "resolve", "decrease"}:
        said |= {"fail", "attempt"}
    if any(each.kind in {"symptom", "condition"} for each in one.mentions):
        said |= {"allergy"}  # who tells the reaction tells that there was one
    return frozenset(said)


def _is_needless(event: str, subject: Mention, one: Proposition, other: Proposition, view: View) -> bool:
    """Whether what the quotes say of a thing need not be said by a proposition that is worded as this one."""
    if event in {"plan", "recommend"} and not (one.events or one.is_present or one.is_past or one.is_participle):
        return True  # it names the thing only
    if event == "consider":
        return one.doubts or _is_talk(subject, other)  # "could be" and "may be"
    if event == "plan":
        open_ = (other.is_command or one.doubts) and "do" not in one.happens
        return open_ or "continue" in other.happens or _has_result(subject, one, view)
    if event == "past":
        own_day = any(each.figure and each.figure.kind == "day" for each in one.mentions)
        told = one.is_past or one.is_participle or own_day or not subject.keys.isdisjoint(_TESTS)
        return told or ("past" not in other.events and not one.is_present)
    return False


_ORDERED_BY = re.compile(r"\b(?:ordered|requested|arranged|booked)\sby\b", re.IGNORECASE)
_RESULT = re.compile(r"\b(?:demonstrat|show|reveal|reviewed)\w*", re.IGNORECASE)


def _has_result(subject: Mention, one: Proposition, view: View) -> bool:
    """Whether a test that somebody ordered has a result in the quotes: "CT ordered by his GP demonstrates a stone"."""
    if "do" in one.happens:
        return False
    test = not subject.keys.isdisjoint(_TESTS)
    return any(
        _RESULT.search(sentence.text) and (test or _ORDERED_BY.search(sentence.text)) for sentence in view.sentences
    )


def _is_talk(subject: Mention, other: Proposition) -> bool:
    """Whether a disease was only talked about: "we discussed the cause of her cough"."""
    if subject.kind not in {"condition", "symptom"}:
        return False
    told = [each for each in other.mentions if each.kind == "event" and "consider" in each.keys]
    return bool(told) and all(f"w:{stem_of('discuss')}" in part.keys for each in told for part in each.parts)


def _is_over(subject: Mention, one: Proposition, other: Proposition, here: list[Mention], view: View) -> bool:
    """Whether it is told as present, and the quotes have it in the past."""
    own_day = any(each.figure and each.figure.kind == "day" for each in one.mentions)
    if not one.is_present or one.is_past or own_day:
        return False
    past = any(each.meant.historical and not each.meant.background for each in here)
    dated = any(
        each.figure and each.figure.kind == "day" and view.day and (each.figure.day[0] or view.day.year) < view.day.year
        for each in other.mentions
    )
    return past or (dated and subject.kind == "condition" and not _is_found(other, view))


# What began on a day, and is not said to have ended.
_FOUND = re.compile(
    r"\b(?:diagnosed|found|discovered|detected|identified|picked up|began|started|since)\b", re.IGNORECASE
)


def _is_found(other: Proposition, view: View) -> bool:
    """Whether the day of a proposition is that on which a disease was found: "AF diagnosed in 2019"."""
    sentence = next((each for each in view.sentences if other in each.propositions), None)
    return sentence is not None and bool(
        _FOUND.search(sentence.text, other.start - sentence.start, other.end - sentence.start)
    )
