"""Whether a figure of a statement stands in the quotes, as the figure of the same thing."""

import re

from clinical.propositions.figure import Figure
from clinical.propositions.meanings import implied_by
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.changes import told_change
from features.summaries.grounding.counted import is_count
from features.summaries.grounding.evidence import View, about_the_same, subject_keys
from features.summaries.grounding.measuring import NEAR, is_near, refutation
from features.summaries.grounding.reckoned import is_difference
from features.summaries.grounding.told_days import is_between_days, is_day_of_notes
from features.summaries.grounding.verdict import Reason

_QUANTITIES = frozenset({"amount", "pair"})
# So close a name has the figure before it: "75 mcg levothyroxine", "IV co-amoxiclav".
_NEXT = 1
_MEASURED = frozenset({"drug", "class", "lab", "vital"})


def _is_difference(figure: Figure, sentence: Sentence, *, beyond: bool = False) -> bool:
    """Whether a figure is the difference of two that a sentence tells: "up by 3.2 kg, from 78.0 to 81.2 kg".

    With `beyond`, the figure is a bound of the difference: "more than three kilograms".
    """
    changes = [change for one in sentence.propositions if (change := told_change(one)) is not None]
    values = [(change.before.figure, change.after.figure) for change in changes]
    if beyond:
        told = [each.figure for one in sentence.propositions for each in one.mentions if each.figure]
        values += [(one, other) for one in told for other in told if one.role == "from" and one.unit == other.unit]
    most = NEAR * figure.value if beyond else figure.value
    return any(
        first
        and last
        and figure.unit in {first.unit, last.unit}
        and figure.value - 1e-6 <= abs(last.value - first.value) <= most + 1e-6
        for first, last in values
    )


def figure_refuted(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why a figure is not borne out; None where it is."""
    figure = mention.figure
    assert figure is not None  # noqa: S101
    if figure.text.lower() == "first" and any(_INITIAL.search(each.text) for each in view.sentences):
        return None
    if figure.text.lower() == "one":
        return Reason.NUMBER if _are_more(one, view) else None  # a thing that is named is one
    mine = _measured_by(mention, one)
    measured = frozenset(key.removeprefix("term:") for key in mine.keys) if mine else frozenset()
    if _is_reckoned(figure, one, view, sentence):
        return None
    needed = _as_needed(figure, sentence) if figure.kind == "frequency" else figure
    refused: Reason | None = None
    about = _HEDGED.search(sentence.text, 0, mention.start - sentence.start) is not None
    for each in view.read:
        read = each.mention.figure
        if read is None or not view.quotes(each.mention):
            continue
        reason = refutation(figure, read, measured) and refutation(needed, read, measured)
        if reason is not None and not (about and is_near(figure, read)):
            refused = refused or (reason if read.kind == figure.kind else None)
        elif _is_of_the_same(
            mine, one, _measured_by(each.mention, each.proposition), each.proposition, figure.kind, view
        ):
            return None
        else:
            refused = refused or _kind_reason(figure.kind)
    return refused or _kind_reason(figure.kind)


# What the first one is called as well.
_INITIAL = re.compile(r"\b(?:initial|initially|earliest|original|new|index)\b", re.IGNORECASE)


def _are_more(one: Proposition, view: View) -> bool:
    """Whether the quotes count more of the same, and never one: "four courses of steroids"."""
    found = [
        each.figure.value
        for other in view.propositions
        if about_the_same(one, other)
        for each in other.mentions
        if each.figure and each.figure.kind == "number" and not each.figure.role and not each.figure.unit
    ]
    return bool(found) and min(found) > 1


def _is_reckoned(figure: Figure, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether a figure follows from others, or from when the notes were written: a difference, a span, a note's day."""
    if figure.kind == "day":
        return is_day_of_notes(figure, one, view)
    if figure.role in {"by", "above"} and _is_told_difference(figure, view, sentence):
        return True
    if figure.kind in {"amount", "number"} and is_difference(figure, one, view):
        return True
    if figure.kind == "number":
        return is_count(figure, one, view, sentence)
    if figure.kind == "frequency" and _is_time_of_day(figure, sentence):
        return not any(each.kind in _MEASURED for other in sentence.propositions for each in other.mentions)
    return figure.kind == "span" and is_between_days(figure, one, view)


def _is_told_difference(figure: Figure, view: View, sentence: Sentence) -> bool:
    """Whether it is what two figures of the statement differ by, or the bound of what two of the quotes do."""
    if figure.role == "by":
        return _is_difference(figure, sentence)
    return any(_is_difference(figure, each, beyond=True) for each in view.sentences)


def _is_time_of_day(figure: Figure, sentence: Sentence) -> bool:
    start, end = figure.start - sentence.start, figure.end - sentence.start
    return _TIME_OF_DAY.fullmatch(sentence.text, start, end) is not None


def is_as_needed(text: str) -> bool:
    """Whether a sentence tells of something that is had when it is needed."""
    return _PRN.search(text) is not None


def _as_needed(figure: Figure, sentence: Sentence) -> Figure:
    """How often, with the "as needed" that stands elsewhere in the sentence."""
    figures = [each.figure for other in sentence.propositions for each in other.mentions if each.figure]
    apart = bool(_PRN.search(sentence.text)) or any(
        each is not figure and each.kind == "frequency" and _PRN.fullmatch(each.text) for each in figures
    )
    drugs = sum(each.kind in {"drug", "class"} for other in sentence.propositions for each in other.mentions)
    apart = apart and drugs <= 1
    return figure._replace(text=f"{figure.text} as needed") if apart and not _PRN.search(figure.text) else figure


_HEDGED = re.compile(
    r"\b(?:about|around|almost|nearly|roughly|approximately|some|just\s(?:over|under|above|below)"
    r"|(?:a\s)?(?:little|bit|slightly)\s(?:over|under|more than|less than|above|below)|over|under)\s(?:a\s|an\s)?\Z",
    re.IGNORECASE,
)
_PRN = re.compile(
    r"(?:when|if|as)\s(?:he|she|they)\s(?:needs?|requires?)\sit|as needed|as required|when needed|when required"
    r"|if needed|if required|prn",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"(?:at |in the |every )?(?:night|morning|evening|bedtime)s?", re.IGNORECASE)


def _is_of_the_same(
    mine: Mention | None, one: Proposition, its: Mention | None, other: Proposition, kind: str, view: View
) -> bool:
    """Whether two equal figures are of one thing: not, where that thing has another figure of the kind elsewhere."""
    if kind == "day" and (about_the_same(one, other) or subject_keys(one) & view.listed_before(other)):
        return True  # "A was replaced by B on 12 August", "haemoglobin was 108 and ferritin 9 on 7 September"
    if mine and its:
        return not mine.keys.isdisjoint(implied_by(its.keys))
    if about_the_same(one, other):
        return True
    elsewhere = [each.proposition for subject in one.own_subjects for each in view.naming(subject.keys)]
    return not any(_has_figure(each, kind) for each in elsewhere if each is not other)


def _measured_by(mention: Mention, one: Proposition) -> Mention | None:
    """What a figure is the value of: the nearest drug, laboratory value or vital sign, rather before it."""
    before = [each for each in one.mentions if each.kind in _MEASURED and each.end <= mention.start]
    behind = [each for each in one.mentions if each.kind in _MEASURED and each.start >= mention.end]
    if behind and behind[0].start - mention.end <= _NEXT:
        return behind[0]
    own = before[-1] if before else behind[0] if behind else None
    if own is None:
        own = next((each for each in reversed(one.inherited) if each.kind in _MEASURED), None)
    return own


def _kind_reason(kind: str) -> Reason:
    return {"frequency": Reason.FREQUENCY, "route": Reason.ROUTE, "day": Reason.TIME}.get(kind, Reason.NUMBER)


def is_of_another_figure(one: Proposition, view: View) -> bool:
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
        if mention.kind not in {"word", "side"} or not holding:
            continue
        named = view.naming(mention.keys, kind=mention.kind)
        if named and all(
            id(each.proposition) not in holding and _has_figure(each.proposition, said.kind) for each in named
        ):
            return True
    return False


def _has_figure(one: Proposition, kind: str) -> bool:
    return any(mention.figure and mention.figure.kind == kind for mention in one.mentions)
