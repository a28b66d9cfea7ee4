"""Whether what a statement says follows from what its quotes say: the one comparison."""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from clinical.facts import Reality
from clinical.people import kinship
from clinical.propositions.figures import Figure
from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import binding_events, implied_by, qualifiers, word_keys
from clinical.propositions.propositions import Mention, Proposition, Sentence

from features.summaries.grounding.causes import causation
from features.summaries.grounding.changes import changed, told_change
from features.summaries.grounding.evidence import Read, View, implied_subjects, is_conditional, subject_keys
from features.summaries.grounding.happening import happening_refuted
from features.summaries.grounding.measuring import refutation
from features.summaries.grounding.verdict import Reason

# What binds propositions together: they follow from one sentence, or not at all.
_BINDING_LINKS = frozenset({"before", "after", "until", "if", "(", "-"})
_REALITIES = {
    Reality.PLANNED: "plan",
    Reality.CONSIDERED: "consider",
    Reality.REQUESTED: "ask",
    Reality.DECLINED: "refuse",
    Reality.PAST: "past",
}
# Said by whoever says the one, the other need not be said as well.
_COVERED = {
    "recommend": frozenset({"avoid", "plan", "consider"}),
    "attempt": frozenset({"stop", "fail"}),
    "plan": frozenset({"recommend", "refer", "refuse", "ask", "consider"}),
    "past": frozenset({"stop", "resolve"}),
    "stop": frozenset({"past", "resolve", "hold"}),
    "resolve": frozenset({"past", "stop", "improve"}),
    "tolerate": frozenset({"allergy", "intolerance"}),
    "allergy": frozenset({"avoid", "cause", "due", "intolerance"}),
    "intolerance": frozenset({"allergy"}),
    "expect": frozenset({"plan"}),
    "fail": frozenset({"attempt"}),
}
_NOT_NEEDED_IN_NAME = frozenset({"high", "low", "elevated", "raised", "old", "reduced", "decreased"})
# So close a name has the figure before it: "75 mcg levothyroxine", "IV co-amoxiclav".
_NEXT = 1
_QUANTITIES = frozenset({"amount", "pair", "number"})
_NO_ALLERGIES = "=no known drug allergies"
_REFUSED = {
    "side": Reason.LATERALITY,
    "share": Reason.QUANTIFIER,
    "drug": Reason.DRUG,
}


def unsupported(said: Sequence[Sentence], views: Sequence[View]) -> set[Reason]:
    """Why what is said does not follow; nothing where all of it does."""
    reasons: set[Reason] = set()
    whole = {text for view in views for sentence in view.sentences for text in _clauses(sentence)}
    for sentence in said:
        if whole.issuperset(_clauses(sentence)):
            continue  # word for word
        for group in _groups(sentence):
            reasons |= _best(group, sentence, views)
    return reasons


def _clauses(sentence: Sentence) -> list[str]:
    """Its whole clauses, letter by letter but for signs and capitals."""
    found = [re.sub(r"[^\w.<>/%+-]+", " ", part).strip(" .-").lower() for part in sentence.text.split(";")]
    return [part for part in found if part]


def _groups(sentence: Sentence) -> Iterator[list[Proposition]]:
    """The propositions that have to follow together."""
    group: list[Proposition] = []
    for one in sentence.propositions:
        bound = one.link in _BINDING_LINKS or (one.link == "with" and group and not _are_alike(group[-1], one))
        if group and not bound and not (one.link == "," and group[-1].link == "if") and not one.events & {"cause", "due"}:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _are_alike(one: Proposition, other: Proposition) -> bool:
    """Whether "with" only adds another one: a drug to a drug, a disease to a patient."""
    kinds = [{mention.kind for mention in each.own_subjects} for each in (one, other)]
    if "drug" in kinds[0] or "drug" in kinds[1]:
        return "drug" in kinds[0] & kinds[1]
    return bool(kinds[1] & {"condition"})


def _best(group: Sequence[Proposition], sentence: Sentence, views: Sequence[View]) -> set[Reason]:
    """What is left over of a group against the view that bears most of it out."""
    best: set[Reason] | None = None
    for view in views:
        reasons: set[Reason] = set()
        for one in group:
            reasons |= _against(one, group, sentence, view, views)
        reasons |= _unrelated(group, sentence, view)
        if not reasons:
            return reasons
        best = reasons if best is None or _weight(reasons) < _weight(best) else best
    return best if best is not None else {Reason.TERM}


def _weight(reasons: set[Reason]) -> tuple[bool, int]:
    return not reasons.isdisjoint({Reason.TERM, Reason.DRUG}), len(reasons)


def _against(
    one: Proposition, group: Sequence[Proposition], sentence: Sentence, view: View, views: Sequence[View]
) -> set[Reason]:
    reasons: set[Reason] = set()
    change = told_change(one)
    if change is not None:
        return changed(one, change, views) | {
            reason for mention in one.mentions if mention not in change.mentions
            if (reason := next((None for each in views if _account(mention, one, each, sentence) is None), _account(mention, one, view, sentence)))
        }  # fmt: skip
    if not any(view.quotes(each.mention) and _names(mention, each) for mention in one.mentions for each in view.read):
        if any(mention.kind in {"word", "drug", "condition", "symptom", "class", "lab", "vital"} for mention in one.mentions):
            reasons.add(Reason.TERM)
    for mention in one.mentions:
        reason = _account(mention, one, view, sentence)
        if reason is not None:
            reasons.add(reason)
    for subject in one.inherited:
        if not any(not subject.keys.isdisjoint(each.implied) for each in view.read) and not _by_parts(subject, view):
            reasons.add(Reason.TERM)
    if not reasons and _is_of_another_figure(one, view):
        reasons.add(Reason.NUMBER)
    if not reasons:
        reasons |= _lost(one, group, sentence, view)
    return reasons


def _is_of_another_figure(one: Proposition, view: View) -> bool:
    """Whether a word beside a figure belongs to another one in the quotes: "89% on air rising to 94% on 2 L"."""
    figures = [mention for mention in one.mentions if mention.figure and mention.figure.kind in _QUANTITIES]
    if len(figures) != 1 or figures[0].figure is None:
        return False
    said = figures[0].figure
    holding = {
        id(each.proposition)
        for each in view.read
        if each.mention.figure and refutation(said, each.mention.figure, frozenset()) is None
    }
    for mention in one.mentions:
        if mention.kind != "word" or not holding:
            continue
        named = [each for each in view.read if not mention.keys.isdisjoint(each.implied)]
        if named and all(
            id(each.proposition) not in holding and _has_figure(each.proposition, said.kind) for each in named
        ):
            return True
    return False


def _has_figure(one: Proposition, kind: str) -> bool:
    return any(mention.figure and mention.figure.kind == kind for mention in one.mentions)


def _names(mention: Mention, each: Read) -> bool:
    if mention.kind == "figure":
        return each.mention.kind == "figure"
    return not mention.keys.isdisjoint(each.implied) or any(not part.keys.isdisjoint(each.implied) for part in mention.parts)


def _account(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why a mention is not borne out; None where it is."""
    if mention.kind == "figure":
        return _figure(mention, one, view)
    if mention.kind == "event":
        return happening_refuted(mention, one, view, sentence)
    if mention.kind in {"side", "share"}:
        found = [each for each in view.read if each.mention.kind == mention.kind and mention.keys == each.mention.keys]
        near = [each for each in found if _about_the_same(one, each.proposition)]
        return None if _sided(mention, one, near, view) else _REFUSED[mention.kind]
    return _thing(mention, one, view)


def _sided(mention: Mention, one: Proposition, near: Sequence[Read], view: View) -> bool:
    """Whether one of them is of the same side of the same thing, where its proposition names both sides."""
    if mention.kind == "share":
        return bool(near)
    for each in near:
        sides = {other.keys for other in each.proposition.mentions if other.kind == "side"}
        if len(sides) == 1 or _next_to(mention, one) & _next_to(each.mention, each.proposition):
            return True
    return False


def _next_to(mention: Mention, one: Proposition) -> frozenset[str]:
    behind = next((other for other in one.mentions if other.start >= mention.end and other.kind != "side"), None)
    if behind is None:
        behind = next((other for other in reversed(one.mentions) if other.end <= mention.start), None)
    return behind.keys.union(*(part.keys for part in behind.parts)) if behind else frozenset()


def _thing(mention: Mention, one: Proposition, view: View) -> Reason | None:
    named = [each for each in view.read if not mention.keys.isdisjoint(each.implied)]
    if not named and mention.parts:
        if _by_parts(mention, view):
            named = [each for part in mention.parts for each in view.read if not part.keys.isdisjoint(each.implied)]
    elif named and (missing := _unread_qualifier(mention, named, view)):
        return missing
    if not named:
        is_dosed = any(each.figure and each.figure.kind == "amount" for each in one.mentions)
        return Reason.DRUG if is_dosed and one.happens else _REFUSED.get(mention.kind, Reason.TERM)
    if _is_modifier(mention, one):
        named = [each for each in named if _about_the_same(one, each.proposition)]
        if not named:
            return Reason.TERM
    refused = [_meant_otherwise(mention, one, each) for each in named]
    return None if None in refused else refused[0]


def _unread_qualifier(mention: Mention, named: Sequence[Read], view: View) -> Reason | None:
    """Whether a name says more of the thing than was read: "invasive", "uncontrolled"."""
    told = " ".join(key for each in named for key in each.mention.keys)
    for part in mention.parts:
        words = {key.removeprefix("w:") for key in part.keys if key.startswith("w:")}
        if part.kind == "side" or (words & _qualifier_stems()):
            known = any(not part.keys.isdisjoint(each.implied) for each in view.read)
            if not known and not any(word in told for word in words):
                return _REFUSED.get(part.kind, Reason.TERM)
    return None


def _qualifier_stems() -> frozenset[str]:
    return frozenset(stem_of(word) for word in qualifiers() - _NOT_NEEDED_IN_NAME)


def _is_modifier(mention: Mention, one: Proposition) -> bool:
    return mention.kind == "word" and mention not in one.own_subjects


def _by_parts(mention: Mention, view: View) -> bool:
    """Whether all words of a phrase stand in one proposition of the quotes."""
    for one in view.propositions:
        here = [each for each in view.read if each.proposition is one]
        if mention.parts and all(
            any(not part.keys.isdisjoint(each.implied) and _same_figure(part, each.mention) for each in here)
            for part in mention.parts
        ):
            return True
    return False


def _same_figure(part: Mention, other: Mention) -> bool:
    if part.figure is None:
        return True
    return other.figure is not None and refutation(part.figure, other.figure, frozenset()) is None


def _meant_otherwise(mention: Mention, one: Proposition, each: Read) -> Reason | None:
    """Whether a thing is meant otherwise where it was read: denied, doubted, of somebody else."""
    mine, its = mention.meant, each.mention.meant
    if _NO_ALLERGIES in mention.keys:
        return None
    if mention.role and each.mention.role and mention.role != each.mention.role:
        return Reason.DIRECTION
    if its.retracted and not mine.retracted and "retract" not in one.events:
        return Reason.RETRACTED
    if not mention.keys.isdisjoint(_kin()):
        its = mine
    if mine.family != its.family or (mine.relatives and its.relatives and _persons(mine.relatives).isdisjoint(_persons(its.relatives))):
        if mention.is_clinical or mine.family != its.family:
            return Reason.FAMILY
    ended = {"stop", "resolve", "hold", "past"}
    if mine.negated != its.negated and not (
        (ended & one.happens and (ended & each.proposition.happens or its.negated))
        or (ended & each.proposition.happens and mine.negated)
        or "avoid" in one.happens & each.proposition.happens
        or (not mention.is_clinical and one.negates and each.proposition.negates)
    ):
        return Reason.NEGATION
    if its.hypothetical and not (mine.hypothetical or mine.possible or one.doubts or its.reality is not Reality.ACTUAL):
        return Reason.CERTAINTY
    if mention.kind in {"lab", "vital"}:
        return None
    if its.possible and not (mine.possible or one.doubts):
        return Reason.CERTAINTY
    if mention.is_clinical and mine.possible and not (its.possible or its.hypothetical or each.proposition.doubts):
        return Reason.CERTAINTY
    return None


def _persons(names: Sequence[str]) -> frozenset[str]:
    """Persons by all their names: "dad" is the father."""
    return frozenset().union(*(word_keys(name) for name in names))


@cache
def _kin() -> frozenset[str]:
    """The words for persons, who are not said of anybody else by being named."""
    return frozenset(f"w:{stem_of(name)}" for name, _ in kinship() if " " not in name)


def _about_the_same(one: Proposition, other: Proposition) -> bool:
    mine, its = subject_keys(one), implied_subjects(other)
    return not mine or not its or not mine.isdisjoint(its)


def _measured_by(mention: Mention, one: Proposition) -> Mention | None:
    """What a figure is the value of: the nearest drug, laboratory value or vital sign, rather before it."""
    kinds = {"drug", "class", "lab", "vital"}
    before = [each for each in one.mentions if each.kind in kinds and each.end <= mention.start]
    behind = [each for each in one.mentions if each.kind in kinds and each.start >= mention.end]
    if behind and behind[0].start - mention.end <= _NEXT:
        return behind[0]
    own = before[-1] if before else behind[0] if behind else None
    if own is None:
        own = next((each for each in reversed(one.inherited) if each.kind in kinds), None)
    return own


def _figure(mention: Mention, one: Proposition, view: View) -> Reason | None:
    figure = mention.figure
    assert figure is not None
    if figure.text.lower() == "one":
        return None  # a thing that is named is one
    mine = _measured_by(mention, one)
    refused: Reason | None = None
    for each in view.read:
        read = each.mention.figure
        if read is None or not view.quotes(each.mention):
            continue
        measured = frozenset(key.removeprefix("term:") for key in mine.keys) if mine else frozenset()
        reason = refutation(figure, read, measured)
        if reason is not None:
            if read.kind == figure.kind and refused is None:
                refused = reason
            continue
        its = _measured_by(each.mention, each.proposition)
        if mine and its and mine.keys.isdisjoint(implied_keys(its)):
            refused = refused or _kind_reason(figure.kind)
            continue
        if not (mine and its) and not _about_the_same(one, each.proposition):
            refused = refused or _kind_reason(figure.kind)
            continue
        return None
    if figure.kind == "day" and _is_day_of_note(figure, one, view):
        return None
    return refused or _kind_reason(figure.kind)


def _is_day_of_note(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether what a note tells to do is dated by the note: "Start atorvastatin" was started on its day."""
    if view.day is None or figure.day != (view.day.year, view.day.month, view.day.day):
        return False
    days = [mention for each in view.propositions for mention in each.mentions if mention.figure and mention.figure.kind == "day"]
    return not days and any(each.is_command and each.happens & one.happens for each in view.propositions)


def implied_keys(mention: Mention) -> frozenset[str]:
    """All that a mention may be called."""
    return implied_by(mention.keys)


def _kind_reason(kind: str) -> Reason:
    return {"frequency": Reason.FREQUENCY, "route": Reason.ROUTE, "day": Reason.TIME}.get(kind, Reason.NUMBER)


def _lost(one: Proposition, group: Sequence[Proposition], sentence: Sentence, view: View) -> set[Reason]:
    """What the quotes say of the same thing and the statement must not leave out: "if", "planned", "was stopped"."""
    following = _told_behind(one, sentence)
    mine = one.happens | following
    conditional = is_conditional(sentence, one)
    for subject in one.subjects:
        found = [each for each in view.read if not subject.keys.isdisjoint(each.implied)] or [
            each for part in subject.parts for each in view.read if not part.keys.isdisjoint(each.implied)
        ]
        about = [
            other
            for other in view.propositions
            if any(each.proposition is other or each.mention in other.inherited for each in found)
        ]
        if not about:
            continue
        reasons = [_omitted(subject, one, mine, other, found, conditional, view) for other in about]
        if None not in reasons:
            return {reasons[0]} if reasons[0] else set()
    return set()


def _told_behind(one: Proposition, sentence: Sentence) -> frozenset[str]:
    """What the propositions say that go on about the same thing: "surgery, planned for May"."""
    return frozenset().union(
        *(other.events for other in sentence.propositions if other.inherited and other.inherited == one.own_subjects)
    )


def _omitted(
    subject: Mention,
    one: Proposition,
    mine: frozenset[str],
    other: Proposition,
    found: Sequence[Read],
    conditional: bool,
    view: View,
) -> Reason | None:
    if _NO_ALLERGIES in subject.keys:
        return None
    own = {subject.meant.reality}
    its = set(other.happens)
    here = [each.mention for each in found if each.proposition is other]
    its |= {_REALITIES[each.meant.reality] for each in here if each.meant.reality in _REALITIES}
    said = mine | {_REALITIES[reality] for reality in own if reality in _REALITIES}
    if subject.meant.negated:
        said |= {"stop"} if "take" in said or subject.kind == "drug" else set()
    if view.is_conditional(other) and not conditional:
        return Reason.STATUS
    if conditional and not view.is_conditional(other):
        return Reason.STATUS
    own_day = any(each.figure and each.figure.kind == "day" for each in one.mentions)
    for event in its & binding_events():
        if event not in said and said.isdisjoint(_COVERED.get(event, frozenset())):
            if event == "plan" and other.is_command:
                continue
            if event == "past" and (one.is_past or own_day or ("past" not in other.events and not one.is_present)):
                continue
            return Reason.HISTORY if event in {"past", "resolve"} else Reason.STATUS
    if one.has_stray_denial != other.has_stray_denial:
        return Reason.NEGATION
    past = any(each.meant.historical and not each.meant.background for each in here)
    dated = any(
        each.figure and each.figure.kind == "day" and view.day and (each.figure.day[0] or view.day.year) < view.day.year
        for each in other.mentions
    )
    if mine & {"past", "stop", "resolve"}:
        past = dated = False
    if (past or (dated and subject.kind == "condition")) and one.is_present and not (one.is_past or own_day):
        return Reason.HISTORY
    partial = {key for each in other.mentions if each.kind == "share" for key in each.keys}
    shares = {key for each in one.mentions if each.kind == "share" for key in each.keys}
    if partial & {"some", "most"} and not shares:
        return Reason.QUANTIFIER
    return None


def _unrelated(group: Sequence[Proposition], sentence: Sentence, view: View) -> set[Reason]:
    """Whether causes and orders in time are told that the quotes do not tell."""
    mine = causation(group)
    if mine is not None:
        if len(view.sentences) > 1:
            return {Reason.RELATION}
        its = causation(view.propositions)
        if its is not None and not (mine.effect & implied_by(its.effect) and mine.cause & implied_by(its.cause)):
            return {Reason.RELATION}
    for before, one in itertools.pairwise([group[0], *group]):
        if one.link in {"before", "after", "until"} and not _is_ordered(before, one, view):
            return {Reason.RELATION}
    return set()


def _is_ordered(before: Proposition, one: Proposition, view: View) -> bool:
    """Whether the quotes tell the same order in time."""
    pairs = list(itertools.pairwise([None, *view.propositions]))
    inverse = {"before": "after", "after": "before"}.get(one.link)
    for left, right in pairs:
        if right is None or left is None:
            continue
        if right.link == one.link and _about_the_same(one, right):
            return True
        if right.link == inverse and _about_the_same(before, right) and _about_the_same(one, left):
            return True
    events = {event for each in view.propositions for event in each.events}
    if one.link in events:
        return True
    return one.link == "after" and "start" in events and not any(each.is_clinical for each in one.own_subjects)
