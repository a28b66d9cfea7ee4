"""Whether a statement denies what its quotes say, or says what they deny: clause by clause, and word by word.

The reading gives a denial to things that have a name. Here it is given to every word in its reach, a verb or an
adjective as well ("did not sleep", "is not raised"), and held against the quotes' clauses that have the word. What may
deny in another way ("stopped", "unable", "still") denies nothing and says nothing: there the rules decide.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import event_of, implied_by
from clinical.propositions.propositions import Mention, Sentence
from features.summaries.grounding.contrast_words import Wording
from features.summaries.grounding.marks import any_of

# Where a clause ends, and the reach of a denial with it; after a soft end a list may go on.
_END = re.compile(
    r"(?P<hard>[;:.!?](?=\s|\Z)|\s[-–—]\s|•|\n|\b(?:but|because|although|though|while|whereas|so|which|who|when|whenever"
    r"|after|before|until|since|if|unless|once|as|due|owing|despite|however|except|then|without)\b)"
    r"|,(?=\s)|\b(?:and|or|plus)\b|[()]",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:not|no|none|never|nor|neither|nobody|nothing|without|den(?:y|ies|ied|ying)|unable|cannot|[a-z]+n['’]t|nil"
    r"|negative|absent|absence|free\s(?:of|from)|lacks?|ruled\sout|exclud\w+)\b",
    re.IGNORECASE,
)
# What has a word of denial and denies nothing, or is the name of something.
_NO_DENIAL = re.compile(
    r"\b(?:not\s(?:only|just|limited\sto|long|uncommon\w*|yet\sknown)|no\s(?:doubt|other|known\s(?:drug\s)?allerg\w*)|if\snot"
    r"|whether\sor\snot|negative\spressure|no\.\s?\d|none\sthe\sless)\b",
    re.IGNORECASE,
)
# What may as well stand behind what it denies.
_EITHER_WAY = re.compile(r"\b(?:negative|absent|absence|free|lacks?|ruled\sout|exclud\w+)\b", re.IGNORECASE)
_NO_LONGER = re.compile(r"\bno\s(?:longer|more)\b|\bany\s?more\b", re.IGNORECASE)
# Words made with a part that may deny: "untreated", "painless", "seizure-free".
_MADE = re.compile(r"\b(?:(?:un|mis)\w{4,}|(?:in|im|ir|dis)\w{5,}|\w+less|\w+-free)\b", re.IGNORECASE)
_FROM, _TO = re.compile(r"\bfrom\b", re.IGNORECASE), re.compile(r"\bto\b", re.IGNORECASE)
# A member of a list that is denied has no verb, and not more words.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|can|could|will|would|should|must|he|she|they|it|there|[a-z]+ed)\b",
    re.IGNORECASE,
)
_LONGEST_MEMBER = 5
_WORD = re.compile(r"[A-Za-z]+")
# What binds clauses, and belongs to none.
_BINDING = frozenset({"cause", "due", "plan"})
_UNNAMED = frozenset({"figure", "share", "side"})
# Words that say nothing of what is denied.
_SMALL = re.compile(
    r"(?:the|an?|of|to|in|on|at|by|for|from|and|n?or|is|are|was|were|be|been|being|has|have|had|do|does|did|s?he|it|they"
    r"|his|hers?|him|its|their|them|this|that|there|not|no|never|any|with|will|would|can|could|should|may|might|must"
    r"|patient|mrs?|ms|now|today|currently|some|so|still|yet|own|other|day|week|month|year|mg|s|t)"
)


class _Clause(NamedTuple):
    """A clause of a sentence, and what it denies."""

    text: str
    before: frozenset[str]
    """What is named before its denial; all it names where it has none."""
    after: frozenset[str]
    """What its denial reaches."""
    called: frozenset[str]
    """All that what it names may be called."""
    denials: int
    is_carried: bool
    """Whether it goes on with a list that is denied."""
    is_near: bool
    """Whether its sentence denies anything."""
    akin: frozenset[frozenset[str]]
    """The words, each by its names, that may deny in another way, in it or in the list it belongs to."""

    @property
    def names(self) -> frozenset[str]:
        return self.before | self.after

    @property
    def denies(self) -> bool:
        return self.denials % 2 == 1 and not _NO_LONGER.search(self.text)

    def affirms(self, reach: frozenset[str]) -> bool:
        """Whether it says something of what is within reach, the words of which are no denials themselves."""
        return not (self.denials or self.is_carried or any(word.isdisjoint(reach) for word in self.akin))


def denial_differences(wording: Wording) -> dict[str, float]:
    """How many clauses deny what the quotes say, how many of theirs are said, and how many denials have no like."""
    quoted = [sentence for view in wording.views for sentence in view.sentences]
    if not any(_DENIAL.search(sentence.text) for sentence in (*wording.sentences, *quoted)):
        return {}
    mine = [each for sentence in wording.sentences for each in _clauses(sentence)]
    its = [each for sentence in quoted for each in _clauses(sentence)]
    return {
        "denied against": sum(_is_denied_against(each, its) for each in mine),
        "affirmed against": sum(_is_affirmed_against(each, mine, its) for each in its),
        "denied nowhere": sum(_is_denied_nowhere(each, its) for each in mine),
    }


def is_denied_otherwise(wording: Wording) -> bool:
    """Whether a statement and its quotes contradict each other in what they deny."""
    return any(denial_differences(wording).values())


def _clauses(sentence: Sentence) -> Iterator[_Clause]:
    text = sentence.text
    ends = [(found.start(), found.end(), found["hard"]) for found in _END.finditer(text)]
    ends.append((len(text), len(text), "."))
    at = first = 0
    carried = False
    for number, (low, high, hard) in enumerate(ends):
        part = text[at:low]
        if _WORD.search(part):
            is_member = not _VERB.search(part)
            last = next(each[0] for each in ends[number:] if each[2])
            akin = text[first:last] if is_member else part
            one = _clause(
                sentence, at, low, akin, carried=carried and is_member and len(part.split()) <= _LONGEST_MEMBER
            )
            yield one
            carried = not hard and (one.denials % 2 == 1 or one.is_carried)
        elif hard and hard.lower() != "without":
            carried = False
        at = low if (hard or "").lower() == "without" else high
        first = at if hard else first


def _clause(sentence: Sentence, low: int, high: int, akin: str, *, carried: bool) -> _Clause:
    part = sentence.text[low:high]
    denials = [found.start() + low for found in _DENIAL.finditer(_NO_DENIAL.sub(_blank, part))]
    first = denials[0] if denials else high
    before: set[str] = set()
    after: set[str] = set()
    for start, keys in _named(sentence, low, high):
        (after if start > first else before).update(keys)
    called = implied_by(frozenset(before | after))
    near = bool(_DENIAL.search(sentence.text))
    return _Clause(part, frozenset(before), frozenset(after), called, len(denials), carried, near, _akin(akin))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _named(sentence: Sentence, low: int, high: int) -> Iterator[tuple[int, frozenset[str]]]:
    """What is named there, and every word of some weight."""
    for mention in _mentions(sentence):
        start = mention.start - sentence.start
        if low <= start < high and mention.kind not in _UNNAMED and mention.keys.isdisjoint(_BINDING):
            yield start, mention.keys
    for found in _WORD.finditer(sentence.text, low, high):
        word = found.group().lower()
        if not _SMALL.fullmatch(word):
            yield found.start(), frozenset({f"w:{stem_of(word)}"})


def _mentions(sentence: Sentence) -> Iterator[Mention]:
    for one in sentence.propositions:
        for mention in one.mentions:
            yield mention
            yield from mention.parts


def _akin(text: str) -> frozenset[frozenset[str]]:
    words = [found.group().lower() for pattern in (_akin_words(), _MADE) for found in pattern.finditer(_no_may(text))]
    found = {frozenset({f"w:{stem_of(word)}", event_of(word) or ""}) for word in words}
    return frozenset(found | ({frozenset({"no longer"})} if _NO_LONGER.search(text) else set()))


def _no_may(text: str) -> str:
    return text.replace("May", "June")  # the month is no doubt


@cache
def _akin_words() -> re.Pattern[str]:
    lines = files(f"{__package__}.data").joinpath("denials.txt").read_text(encoding="utf-8").splitlines()
    return any_of(",".join(line for line in lines if line and not line.startswith("#")))


def _is_denied_against(one: _Clause, its: Sequence[_Clause]) -> bool:
    """Whether all clauses that name what it denies say it; of a change, whether none denies anything of it."""
    if not one.denies or one.is_carried:
        return False
    if _is_change(one.text) and not any(each.denials and not each.names.isdisjoint(one.names) for each in its):
        return True
    reach = one.after or one.before
    naming = [each for each in its if not reach.isdisjoint(each.called)]
    if (not one.after or _EITHER_WAY.search(one.text)) and any(each.is_near for each in naming):
        return False
    called = implied_by(reach)
    return bool(naming) and all(each.affirms(called) for each in naming)


def _is_change(text: str) -> bool:
    start = _FROM.search(text)
    return start is not None and _TO.search(text, start.end()) is not None


def _is_affirmed_against(one: _Clause, mine: Sequence[_Clause], its: Sequence[_Clause]) -> bool:
    """Whether all clauses of a statement that name what a quote denies say it."""
    if not (one.denies or one.is_carried):
        return False
    reach = one.after if one.denies else one.before
    called = frozenset().union(*(each.called for each in its))
    if any(each.denials % 2 and called.isdisjoint(each.after) for each in mine):
        return False  # what the statement denies in its own words may be that
    naming = [each for each in mine if not reach.isdisjoint(each.names)]
    return bool(naming) and all(each.affirms(reach) for each in naming)


def _is_denied_nowhere(one: _Clause, its: Sequence[_Clause]) -> bool:
    """Whether the clauses that have most in common with it, and their sentences, deny nothing."""
    if not one.denies or one.is_carried:
        return False
    if any(each.denials % 2 and not one.after.isdisjoint(implied_by(each.after)) for each in its):
        return False
    mine, reach = implied_by(one.names), implied_by(one.after)
    scores = [len(mine & each.names) for each in its]
    most = max(scores, default=0)
    best = [each for each, score in zip(its, scores, strict=True) if score == most]
    return most > 0 and all(each.affirms(reach) and not each.is_near for each in best)
