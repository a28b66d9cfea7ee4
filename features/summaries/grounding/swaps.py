"""Whether a statement says of one of several persons, drugs or things of a kind what the quotes say of another."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from clinical.propositions.figure import ARROW
from clinical.propositions.lettering import is_akin, stem_of
from clinical.propositions.meanings import implied_by, opposed
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import View, kin
from features.summaries.grounding.measuring import refutation
from features.summaries.grounding.verdict import Reason

_SEXES = frozenset({"w:boy", "w:girl", "w:man", "w:woman"})
_AGES = frozenset({"w:younger", "w:older", "w:elder", "w:eldest", "w:youngest"})


class _Clause(NamedTuple):
    """What stands between two semicolons or full stops."""

    mentions: Sequence[Mention]
    names: frozenset[str]


def swapped(one: Proposition, view: View) -> Reason | None:
    """Why a proposition is about another one of a kind than the quotes; None where it is not."""
    candidates = [(mention, kind) for mention in one.mentions if (kind := _kind(mention))]
    if sum(kind == "label" for _, kind in candidates) > 1:  # "from three to one"
        candidates = [(mention, kind) for mention, kind in candidates if kind != "label"]
    if not candidates:
        return None
    clauses = list(_clauses(view))
    for mention, kind in candidates:
        others = [each for each in one.mentions if each is not mention and each.kind != "share"]
        scores = [sum(_is_in(each, clause) for each in others) for clause in clauses]
        most = max(scores, default=0)
        if most == 0:
            continue
        best = [clause for clause, score in zip(clauses, scores, strict=True) if score == most]
        if not any(_is_in(mention, clause) for clause in best) and all(
            any(_kind(each) == kind for each in clause.mentions) for clause in best
        ):
            return Reason.FAMILY if kind in {"kin", "sex", "age"} else Reason.DRUG if kind == "drug" else Reason.NUMBER
    return None


_WORD = re.compile(r"[^\W\d_]+")


# "Has not smoked for ten years" is not "has never smoked".
_NEVER = re.compile(r"\bnever\b", re.IGNORECASE)
_EVER = re.compile(r"\b(?:never|lifelong|life-long|no|non|nil|denies|without|none)\b", re.IGNORECASE)


# "Until the result is back" is not "for life".
_ALWAYS = re.compile(
    r"\b(?:for (?:life|ever|good)|life-?long(?!\s(?:non-?\s?smoker|teetotal))|forever|permanently|indefinitely)\b",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"\b(?:life|life-?long|for ?ever|permanent\w*|indefinite\w*|for good|long.?term|never|always)\b", re.IGNORECASE
)
_NONE = re.compile(r"\b(?:none|not one|not any|neither)\sof\b", re.IGNORECASE)
_SOME = re.compile(r"\b(?:some|most|several|many|a few|half)\b", re.IGNORECASE)


def is_opposed(sentence: Sentence, view: View) -> bool:
    """Whether a statement has a word where the quotes have only its opposite: "rhesus negative", "positive"."""
    if _NONE.search(sentence.text) and any(_SOME.search(each.text) for each in view.sentences):
        return True
    if _NEVER.search(sentence.text) and not any(_EVER.search(each.text) for each in view.sentences):
        return True
    if _ALWAYS.search(sentence.text) and not any(_LASTING.search(each.text) for each in view.sentences):
        return True
    said, quoted = _stems(sentence.text), frozenset().union(*(_stems(each.text) for each in view.sentences))
    return any(
        one <= said
        and other <= quoted
        and said.isdisjoint(other)
        and quoted.isdisjoint(one)
        and not any(_is_quoted_in_part(stem, quoted) for stem in one)
        for one, other in opposed()
    )


def _is_quoted_in_part(stem: str, quoted: frozenset[str]) -> bool:
    """Whether the quotes have a word that is made of it: "started again" of "restarted"."""
    return any(is_akin(stem[2:], other[2:]) for other in quoted)


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(f"w:{stem_of(match.group().lower())}" for match in _WORD.finditer(text))


_HOPED = re.compile(r"\b(?:in\s(?:the\s)?hopes?|hopefully|hoping|hopes?\s(?:that|to))\b", re.IGNORECASE)
_UNSURE = re.compile(
    r"\b(?:hop\w+|may|might|could|should|if|would|aim\w*|intend\w*|so that|enable|let|allow)\b", re.IGNORECASE
)


def is_only_hoped(one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether something is told as sure that the quotes only hope for: "in hopes that the tumour will shrink"."""
    if _UNSURE.search(sentence.text):
        return False
    for there in view.sentences:
        hoped = _HOPED.search(there.text)
        if hoped is None:
            continue
        at = there.start + hoped.start()
        told = [each for other in there.propositions for each in other.mentions]
        before = frozenset().union(*(implied_by(each.keys) for each in told if each.start < at))
        behind = frozenset().union(*(implied_by(each.keys) for each in told if each.start >= at))
        if any(each.keys & behind and not each.keys & before for each in one.mentions if each.kind != "event"):
            return True
    return False


def _kind(mention: Mention) -> str:
    """The kind of what there may be several of, one of which is meant."""
    if mention.kind == "drug":
        return "drug"
    if mention.figure is not None:
        bare = mention.figure.kind == "number" and not mention.figure.unit and not mention.figure.role
        return "label" if bare else ""
    if mention.kind != "word":
        return ""
    names = {"kin": kin(), "sex": _SEXES, "age": _AGES}
    return next((name for name, keys in names.items() if not mention.keys.isdisjoint(keys)), "")


def _clauses(view: View) -> Iterator[_Clause]:
    for sentence in view.sentences:
        mentions: list[Mention] = []
        for one in sentence.propositions:
            # "Ticagrelor: breathless at rest -> clopidogrel": what stands behind it is another one.
            if (one.link == ";" or ARROW.search(sentence.text, *_gap(one, mentions, sentence))) and mentions:
                yield _clause(mentions)
                mentions = []
            mentions += one.mentions
        yield _clause(mentions)


def _gap(one: Proposition, mentions: Sequence[Mention], sentence: Sentence) -> tuple[int, int]:
    """Where the text lies between what was read before a proposition and its first mention."""
    before = mentions[-1].end if mentions else one.start
    behind = one.mentions[0].start if one.mentions else before
    return before - sentence.start, max(before, behind) - sentence.start


def _clause(mentions: Sequence[Mention]) -> _Clause:
    words = [each for mention in mentions for each in (mention, *mention.parts) if each.figure is None]
    return _Clause(tuple(mentions), frozenset().union(*(implied_by(each.keys) for each in words)))


def _is_in(mention: Mention, clause: _Clause) -> bool:
    if mention.figure is not None:
        return any(
            each.figure and refutation(mention.figure, each.figure, frozenset()) is None for each in clause.mentions
        )
    return not mention.keys.isdisjoint(clause.names) or any(
        not part.keys.isdisjoint(clause.names) for part in mention.parts
    )
