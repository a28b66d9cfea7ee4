"""Whether a thing that a statement names is named in the quotes, and meant as it is meant there."""

import re
from collections.abc import Sequence
from functools import cache

from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import event_of, implied_by, qualifiers
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import Read, View, about_the_same, implied_subjects, kin, subject_keys
from features.summaries.grounding.meant import meant_otherwise
from features.summaries.grounding.measuring import refutation
from features.summaries.grounding.saying import is_owned_by_another, of_persons, only_reports, said, said_there
from features.summaries.grounding.verdict import Reason

REFUSED = {"side": Reason.LATERALITY, "share": Reason.QUANTIFIER, "drug": Reason.DRUG}
_NOT_NEEDED_IN_NAME = frozenset({"high", "low", "elevated", "raised", "old", "reduced", "decreased"})
_WOMAN = re.compile(r"\b(?:she|her|hers|woman|female|lady|girl|mrs)\b", re.IGNORECASE)
_MAN = re.compile(r"\b(?:he|his|him|man|male|gentleman|boy|mr)\b", re.IGNORECASE)
_SEXES = {f"w:{word}": _WOMAN for word in ("man", "male", "gentleman", "boy")} | {
    f"w:{word}": _MAN for word in ("woman", "femal", "lady", "girl")
}
_SPECIMENS = frozenset({"w:blood", "w:serum", "w:plasma"})
# What a bare figure of this kind or unit measures, where its sentence does not say so.
_MEASURES = {
    "vital:weight": frozenset({"kg", "g", "lb", "st"}),
    "vital:height": frozenset({"cm", "m"}),
    "vital:temperature": frozenset({"degC", "degF"}),
}


def thing_refuted(mention: Mention, one: Proposition, view: View, sentence: Sentence) -> Reason | None:
    """Why a thing is not borne out; None where it is."""
    named, missing = _named(mention, view)
    if missing or not named:
        return missing or _missing(mention, one, view)
    if not view.naming(mention.keys) and (reason := _part_meant_otherwise(mention, one, view)):
        return reason
    if is_owned_by_another(mention, sentence, named, view):
        return Reason.FAMILY
    if not mention.keys.isdisjoint(kin()):
        return _person_refuted(mention, one, sentence, named, view)
    if mention.kind == "word" and mention not in one.own_subjects:
        named = [
            each
            for each in named
            if _is_subject(each)
            or _qualifies_the_same(one, each.proposition, view, sentence)
            or _is_of_day(mention, one)
        ]
        if not named:
            return Reason.TERM
    return _as_named(mention, one, named, view, sentence)


def _person_refuted(
    mention: Mention, one: Proposition, sentence: Sentence, named: Sequence[Read], view: View
) -> Reason | None:
    """Why what is said of a person is not; None where it is."""
    if only_reports(mention, sentence, named, view):
        return Reason.FAMILY
    told = any(each.is_clinical and each.meant.relatives for each in one.mentions)
    does = _said_of(mention, one, sentence)
    return None if told or any(_does_the_same(does, each.proposition) for each in named) else Reason.FAMILY


def _as_named(
    mention: Mention, one: Proposition, named: Sequence[Read], view: View, sentence: Sentence
) -> Reason | None:
    """Why something is not meant as it is where it is named; None where it is so once."""
    named = of_persons(named, sentence, view) if view.others else named
    if not named:
        return Reason.FAMILY
    if one.is_present and any(each.mention.meant.negated and each.proposition.is_present for each in named):
        named = [each for each in named if each.proposition.is_present]  # "had one then, but has none now"
    # Where it is named itself, that counts, and not what may be called so: the seizures of "epilepsy, no seizures".
    named = [each for each in named if not mention.keys.isdisjoint(each.mention.keys)] or named
    refused = [meant_otherwise(mention, one, each) for each in named]
    if view.others & said(sentence):
        refused = [
            None if reason is Reason.FAMILY and view.others & said_there(each, view) & said(sentence) else reason
            for reason, each in zip(refused, named, strict=True)
        ]
    if _is_negative(sentence.text) and any(_is_negative(each.text) for each in view.sentences):
        refused = [None if reason is Reason.NEGATION else reason for reason in refused]
    if mention.kind == "word" and _is_hedged(sentence):
        refused = [None if reason is Reason.CERTAINTY else reason for reason in refused]
    return None if None in refused else refused[0]


def _is_subject(each: Read) -> bool:
    """Whether it is what its proposition is about, or a word of that: the stiffness of "morning stiffness"."""
    own = each.proposition.own_subjects
    return each.mention in own or any(each.mention in subject.parts for subject in own)


def _named(mention: Mention, view: View) -> tuple[list[Read], Reason | None]:
    """Where the quotes name it, by itself or word by word, and why it is not the same all the same."""
    named = view.naming(mention.keys)
    if named:
        return named, _unread_qualifier(mention, named, view)
    if in_parts(mention, view):
        return [each for part in mention.parts for each in view.naming(part.keys)], None
    return [], None


def _part_meant_otherwise(mention: Mention, one: Proposition, view: View) -> Reason | None:
    """Why a word of a name is not meant as the name is: denied where the other words are not."""
    for part in mention.parts:
        read = view.naming(part.keys) if part.figure is None else []
        refused = [meant_otherwise(mention, one, each) for each in read]
        if refused and None not in refused:
            return refused[0]
    return None


def _missing(mention: Mention, one: Proposition, view: View) -> Reason | None:
    """Why what the quotes do not name is not borne out; None where it need not be named."""
    if says_nothing(mention, view) or _is_measured(mention, one, view) or _is_moved(mention, one, view):
        return None
    if _is_weight_moved(mention, view):
        return None
    dosed = mention.kind != "word" or any(
        each.figure and each.figure.kind == "amount" and _are_next(mention, each) for each in one.mentions
    )
    is_dosed = dosed and any(each.figure and each.figure.kind == "amount" for each in one.mentions)
    return Reason.DRUG if is_dosed and one.happens else REFUSED.get(mention.kind, Reason.TERM)


# So far a name stands from its dose: "Xarelto, 20 mg", "20 mg of Xarelto".
_BESIDE = 4


def _are_next(mention: Mention, figure: Mention) -> bool:
    return 0 <= figure.start - mention.end <= _BESIDE or 0 <= mention.start - figure.end <= _BESIDE


_MOVED = {"=low": "decrease", "=high": "increase"}


def _is_moved(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether a value that is called low has fallen in the quotes, or a high one risen."""
    moved = {event for key, event in _MOVED.items() if key in mention.keys}
    return any(moved & other.events and about_the_same(one, other, view) for other in view.propositions)


_WEIGHTS = frozenset({"kg", "lb", "st"})


def _is_weight_moved(mention: Mention, view: View) -> bool:
    """Whether weight that is lost or gained is told in kilograms in the quotes: "has lost 3 kg"."""
    if not any("w:weight" in part.keys for part in mention.parts):
        return False
    ways = {event for event in ("increase", "decrease") for part in mention.parts if event in _way(part)}
    return any(
        ways & other.events and any(each.figure and each.figure.unit in _WEIGHTS for each in other.mentions)
        for other in view.propositions
    )


def _way(part: Mention) -> frozenset[str]:
    if part.kind == "event":
        return part.keys
    stems = {key.removeprefix("w:") for key in part.keys if key.startswith("w:")}
    return frozenset(event for stem in stems if (event := event_of(stem)) is not None)


_NEGATIVE = re.compile(r"\b(?:negative|no growth|not detected|did not grow)\b", re.IGNORECASE)


def _is_negative(text: str) -> bool:
    """Whether it tells the result of a test by the word, which denies what stands beside it or not."""
    return bool(_NEGATIVE.search(text))


def _is_hedged(sentence: Sentence) -> bool:
    """Whether a sentence tells what is planned, possible or conditional."""
    return any(
        other.doubts or other.link == "if" or other.denies or any(_is_ahead(each) for each in other.mentions)
        for other in sentence.propositions
    )


def _is_ahead(mention: Mention) -> bool:
    """Whether a word tells what will be; a bare "to" may be a purpose."""
    return mention.kind == "event" and "plan" in mention.keys and mention.end - mention.start > len("to")


def _qualifies_the_same(one: Proposition, other: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether a degree is told of the same thing; that may stand before it: "X-ray, taken today, is unremarkable"."""
    if about_the_same(one, other):
        return True
    if any(each.kind in {"condition", "symptom", "drug"} for each in other.own_subjects):
        return False
    mine = subject_keys(one).union(*(subject_keys(each) for each in sentence.propositions))
    return any(
        not mine.isdisjoint(implied_subjects(each))
        for there in view.sentences
        if other in there.propositions
        for each in there.propositions
    )


def _is_of_day(mention: Mention, one: Proposition) -> bool:
    """Whether a word is told of a day or month that follows it: "late September"."""
    behind = next((each for each in one.mentions if each.start >= mention.end), None)
    return behind is not None and behind.figure is not None and behind.figure.kind == "day"


def _said_of(mention: Mention, one: Proposition, sentence: Sentence) -> list[Mention]:
    """What is said of a person; of one whom something is done with, that."""
    said = [each for each in one.mentions if each is not mention and each.kind not in {"figure", "share"}]
    at = sentence.propositions.index(one)
    if not said and at and one.link in {"with", "and", ","}:
        return [each for each in sentence.propositions[at - 1].mentions if each.kind not in {"figure", "share"}]
    return said


def _does_the_same(said: Sequence[Mention], other: Proposition) -> bool:
    """Whether something is said of a person, and some of it there as well."""
    its = frozenset().union(*(implied_by(each.keys) | each.keys for each in other.mentions if each.kind != "figure"))
    its = its.union(*(part.keys for each in other.mentions for part in each.parts))
    return not said or any(
        not each.keys.isdisjoint(its) or any(not part.keys.isdisjoint(its) for part in each.parts) for each in said
    )


def _is_other_sex(mention: Mention, view: View) -> bool:
    """Whether the quotes speak of the other sex only."""
    text = " ".join(sentence.text for sentence in view.sentences)
    other = next(pattern for key, pattern in _SEXES.items() if key in mention.keys)
    return bool(other.search(text)) and not (_MAN if other is _WOMAN else _WOMAN).search(text)


def says_nothing(mention: Mention, view: View) -> bool:
    """Whether a word adds nothing to what the quotes say: it is what they call it, too, or their patient's sex."""
    if mention.kind == "word" and not mention.keys.isdisjoint(view.called):
        return True
    if not mention.keys.isdisjoint(_SEXES):
        return not _is_other_sex(mention, view)
    if mention.keys & _SPECIMENS and any(each.mention.kind == "lab" for each in view.read):
        return True
    if mention.kind in {"condition", "symptom"} and mention.parts:
        return all(part.kind == "word" and says_nothing(part, view) for part in mention.parts)
    return False


def _is_measured(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether a vital sign is named beside a figure that can measure nothing else: "weighed 2.5 kg"."""
    units = frozenset().union(*(units for name, units in _MEASURES.items() if f"term:{name[6:]}" in mention.keys))
    return (
        bool(units)
        and any(each.mention.figure and each.mention.figure.unit in units for each in view.read)
        and any(each.figure and each.figure.unit in units for each in one.mentions)
    )


def in_parts(mention: Mention, view: View) -> bool:
    """Whether all words of a phrase stand in one proposition of the quotes."""
    return bool(mention.parts) and any(
        all(
            any(each.proposition is one and same_figure(part, each.mention) for each in view.naming(part.keys))
            or (part.figure is None and says_nothing(part, view))
            for part in mention.parts
        )
        for one in view.propositions
    )


def same_figure(part: Mention, other: Mention) -> bool:
    """Whether a word of a name that is a figure is the same one there: the 2 of "type 2"."""
    if part.figure is None:
        return True
    return other.figure is not None and refutation(part.figure, other.figure, frozenset()) is None


def _unread_qualifier(mention: Mention, named: Sequence[Read], view: View) -> Reason | None:
    """Whether a name says more of the thing than was read: "invasive", "uncontrolled"."""
    if any(key.startswith("=") and key in each.implied for key in mention.keys for each in named):
        return None
    if named and all(each.mention.kind in {"lab", "vital"} for each in named):
        return None  # the side of "left ventricular ejection fraction" is no side of the body
    alike = [each for each in named if each.mention.meant.negated == mention.meant.negated] or named
    told = " ".join(key for each in alike for key in each.implied)
    for part in mention.parts:
        words = {key.removeprefix("w:") for key in part.keys if key.startswith("w:")}
        if part.kind == "side" or (words & _qualifier_stems()):
            known = any(each.mention.meant.negated == mention.meant.negated for each in view.naming(part.keys))
            if not known and not any(word in told for word in words):
                return REFUSED.get(part.kind, Reason.TERM)
    return None


@cache
def _qualifier_stems() -> frozenset[str]:
    return frozenset(stem_of(word) for word in qualifiers() - _NOT_NEEDED_IN_NAME)
