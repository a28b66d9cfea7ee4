"""Words of two meanings, told apart by their neighbours: the left side, and what is left."""

from collections.abc import Sequence

from clinical.lexicon.phrases import Token
from clinical.propositions.propositions import Mention
from clinical.propositions.words import DENIALS, TIMES
from clinical.values.dates import MONTHS

_VERBS = frozenset({"was", "is", "were", "are", "has", "had", "have", "will", "did", "does"})
# What stands behind the "left" that is what remained, or who went.
_LEFT_BEHIND = frozenset({"on", "over", "behind", "the", "against", "ama", "home", "his", "her", "hospital"})


def is_side(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether a word of a side tells one."""
    word = tokens[at].word
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word == "both" and (after in MONTHS or after in {"in", "at", "on", "before", "after"}):
        return False  # "both June and September"
    if word in {"l", "r"}:
        return text[tokens[at].start].isupper()
    if word == "right":
        return after not in {"now", "away", "after", "before", "here"} and before != "all"
    if word == "left":
        return after not in _LEFT_BEHIND and before not in {"he", "she", "they"}
    return True


def is_leaving(tokens: Sequence[Token], at: int) -> bool:
    """Whether "discharge" is the leaving of a hospital, and no symptom."""
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    return before in {"after", "since", "before", "at", "on", "until", "from", "following", "hospital"} or after in {
        "medicine",
        "medicines",
        "medication",
        "medications",
        "summary",
        "letter",
        "planning",
        "home",
        "date",
        "drugs",
    }


def is_number(word: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether it tells a number and no part of a whole: "some paracetamol", "a few falls"."""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    return word in {"some", "few"} and after != "of" and after not in TIMES


def is_beyond(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether a verb stands between it and the "without" that would deny it."""
    before = [token.word for token in tokens if token.end <= mention.start]
    last = next((at for at in range(len(before) - 1, -1, -1) if before[at] in DENIALS), None)
    return last is not None and before[last] == "without" and not _VERBS.isdisjoint(before[last:])
