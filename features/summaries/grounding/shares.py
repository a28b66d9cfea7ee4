"""Shares of a whole: whether the quotes tell of as many: "most nights", "several attacks", "all readings"."""

import re

from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import View, about_the_same

# Of what else there is, "only" says nothing here; and some are never too many.
_UNDERSTATED = frozenset({"only", "some"})
# "Exclusively breastfed" of a child that has top-ups.
_NOTHING_ELSE = frozenset({"nothing else"})


def is_shared(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the quotes tell of as many as a share of the statement."""
    if "several" in mention.keys:
        return not _is_single(one, view)
    if mention.keys == _NOTHING_ELSE:
        return any(each.mention.kind == "share" and each.mention.keys & {"only", *_NOTHING_ELSE} for each in view.read)
    return mention.keys <= _UNDERSTATED or any(
        each.mention.kind == "share"
        and mention.keys == each.mention.keys
        and about_the_same(one, each.proposition)
        and not _is_of_others(each.mention, view)
        for each in view.read
    )


_OTHERS = re.compile(r"\s(?:the\s)?(?:others?|rest|else|remaining)\b", re.IGNORECASE)
_OF_LIST = re.compile(r"(?:\b(?:was|were|is|are|be|been|has|had|have)\s|[,(]\s?)\Z", re.IGNORECASE)
_WHOLE = frozenset({"all", "both"})


def _is_of_others(mention: Mention, view: View) -> bool:
    """Whether it tells of all but what stands before: "a low TSH, all other results were normal"."""
    sentence = next((each for each in view.sentences if each.start <= mention.start < each.end), None)
    return sentence is not None and bool(_OTHERS.match(sentence.text, mention.end - sentence.start))


def is_of_list(mention: Mention, sentence: Sentence) -> bool:
    """Whether "all" or "both" sums up what the sentence has listed, each of which is looked for by itself.

    "B12, folate and calcium were all normal"; "bisoprolol 2.5 mg and ramipril 5 mg, both once a day".
    """
    if not mention.keys <= _WHOLE or not _OF_LIST.search(sentence.text, 0, mention.start - sentence.start):
        return False
    listed = [other for other in sentence.propositions if other.start < mention.start and other.own_subjects]
    joined = [other for other in listed if other.link in {",", "and"} and other.own_subjects[0].start < mention.start]
    return len(listed) == len(joined) + 1 and bool(joined) and ("all" in mention.keys or len(joined) == 1)


def _is_single(one: Proposition, view: View) -> bool:
    """Whether the quotes tell of one only: "one attack of gout"."""
    numbers = [
        each.figure.value
        for other in view.propositions
        if about_the_same(one, other, view)
        for each in other.mentions
        if each.figure and each.figure.kind == "number" and not each.figure.role
    ]
    return bool(numbers) and max(numbers) == 1
