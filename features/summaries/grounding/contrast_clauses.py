"""Parts of a statement that none of its quotes has a word of, by what they add: a cause, a purpose, a time, a place.

"... because of stress at work" is seven words beside twenty that are borne out, and yet a claim of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import implied_by, is_general, light_words
from clinical.propositions.propositions import Sentence
from features.summaries.grounding.contrast_words import Wording

_MOST = 8
_COMPARED = frozenset({"figure", "share", "side"})
# What begins a part, by what it adds; the longest first.
_BEGINS = {
    "purpose": r"in\sorder\sto|so\sthat|so\sas\sto"
    r"|to(?=\s(?!(?:the|a|an|his|her|their|its|this|that|be|have|\d)\b)[a-z]+\b)",
    "cause": r"because(?:\sof)?|caused\sby|due\sto|owing\sto|as\sa\sresult\sof|brought\son\sby|thanks\sto"
    r"|on\saccount\sof|triggered\sby|so|as|since|after",
    "time": r"for\sthe\s(?:past|last|rest|next)|over\sthe|within|until|during|before|while|when|whenever|once|every"
    r"|each|throughout",
    "outcome": r"and|but|which|who|with|without|along\swith|together\swith|although|though|despite|as\swell\sas|then",
    "place": r"at|in|on|by|from|through|under|into|onto|near|via|using",
    "object": r"for|of|about|than|like",
}
_BEGIN = re.compile(
    r"(?P<sign>[,;:.()]\s|\s[-–—]\s)|\b(?:"
    + "|".join(f"(?P<{kind}>{forms})" for kind, forms in _BEGINS.items())
    + r")\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# Words of little weight elsewhere, which are all that an added time or place has.
_TIMED = re.compile(
    r"(?:morning|evening|night|afternoon|weekend|bedtime|noon|lunch|breakfast|winter|spring|summer|autumn|childhood|birth"
    r"|christmas|holiday|school|home|hospital|work|bed|garden|house|clinic|surgery|ward|nurse|doctor|gp|daughter|son|wife"
    r"|husband|mother|father|neighbour|friend|better|worse|normal|well|nothing|difference|help|helped|improved|effect"
    r"|result)s?",
)
# Units of time, and months: what is told in these is compared as figures and days.
_SPANS = re.compile(
    r"(?:day|week|month|year|hour|minute|time)s?|today|visit|january|february|march|april|may|june|july|august|september"
    r"|october|november|december"
)


class Part(NamedTuple):
    """A part of a statement."""

    kind: str
    held: int
    """How many words of weight the quotes have."""
    new: int
    """How many they have not."""


def _parts(wording: Wording) -> Iterator[Part]:
    """The parts of a statement, each by how it begins."""
    for sentence in wording.sentences:
        known = list(_known(sentence, wording))
        at, kind = 0, "first"
        ends = [(found.start(), found.end(), found.lastgroup or "") for found in _BEGIN.finditer(sentence.text)]
        for low, high, following in [*ends, (len(sentence.text), 0, "")]:
            if low > at:
                yield _part(kind, sentence.text[at:low], [(start - at, end - at) for start, end in known], wording)
            kind = kind if following == "sign" and low <= at else following
            at = high


def _known(sentence: Sentence, wording: Wording) -> Iterator[tuple[int, int]]:
    """Where it names something that the quotes name, and where it has a figure, which is compared for itself."""
    for one in sentence.propositions:
        for mention in one.mentions:
            if mention.kind == "figure" or not wording.names.isdisjoint(mention.keys | implied_by(mention.keys)):
                yield mention.start - sentence.start, mention.end - sentence.start


def _part(kind: str, text: str, known: Sequence[tuple[int, int]], wording: Wording) -> Part:
    held = new = 0
    for found in _WORD.finditer(text):
        word = found.group().lower()
        if any(start < found.end() and found.start() < end for start, end in known):
            held += 1
        elif _TIMED.fullmatch(word) or not (_SPANS.fullmatch(word) or word in light_words() or is_general(word)):
            is_held = wording.has(word)
            held, new = held + is_held, new + (not is_held)
    return Part(kind, held, new)


def part_differences(wording: Wording) -> dict[str, float]:
    """How many parts have nothing of the quotes, by what they add, and how many words these have."""
    found: Counter[str] = Counter()
    last = None
    for each in _parts(wording):
        last = each if each.held or each.new else last
        if each.new and not each.held:
            found[f"added {each.kind}"] += 1
            found["added words"] += each.new
            found["added parts"] += each.kind not in {"first", "object", "sign"}
    found["added last"] = int(last is not None and last.new > 0 and not last.held)
    left = _left(wording)
    found["words left"] = min(_MOST, left)
    found["added beyond"] = max(0, found["added words"] - left)
    return {name: float(min(_MOST, value)) for name, value in found.items()}


def _left(wording: Wording) -> int:
    """How many things that the quotes name a statement does not."""
    mine = {stem_of(found.group().lower()) for each in wording.sentences for found in _WORD.finditer(each.text)}
    names = implied_by(wording.own_names)
    left: set[str] = set()
    for view in wording.views:
        for one in view.propositions:
            for mention in one.mentions:
                if mention.kind in _COMPARED or not view.quotes(mention):
                    continue
                if names.isdisjoint(mention.keys | implied_by(mention.keys)):
                    left.add(min(mention.keys))
    return len(left - {f"w:{stem}" for stem in mine})
