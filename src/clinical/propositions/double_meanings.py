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
    if word == "both" and any(each.word == "and" for each in tokens[at + 2 : at + 3]):
        return False  # "both active and passive"
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


def neither(tokens: Sequence[Token]) -> int | None:
    """Where the verb stands that a sentence denies of two: "Neither ice nor tablets have helped"; None in others."""
    words = [token.word for token in tokens]
    if not words or words[0] != "neither" or "nor" not in words:
        return None
    return next((token.start for token in tokens[words.index("nor") :] if token.word in _VERBS), None)


_DETERMINERS = frozenset({"a", "an", "the", "his", "her", "their", "its", "this", "he", "she", "they", "it"})
_JOINING = frozenset({"and", ",", "but"})


def is_beyond(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether another clause has begun between it and the word that would deny it.

    A verb behind "without"; "no fracture, and a splint was given"; "do no sports and rest the elbow".
    """
    before = [token.word for token in tokens if token.end <= mention.start]
    last = next((at for at in range(len(before) - 1, -1, -1) if before[at] in DENIALS), None)
    if last is None:
        return False
    if before[last] == "without":
        return not _VERBS.isdisjoint(before[last:])
    words = [token.word for token in tokens]
    return any(
        words[at] in _JOINING and _is_clause(words[at + 1 :]) for at in range(last + 1, min(len(before), len(words)))
    )


def _is_clause(words: Sequence[str]) -> bool:
    """Whether words begin with somebody or something and a verb behind it, or with an order."""
    start = next((at for at, word in enumerate(words) if word not in _JOINING), len(words))
    words = words[start : start + 6]
    if not words:
        return False
    if words[0] in _DETERMINERS:
        until = next((at for at, word in enumerate(words) if word in {",", ";", "and", "or", "nor"}), len(words))
        return not _VERBS.isdisjoint(words[1:until])
    return words[0] in _ORDERS and words[1:2] != [] and words[1] in _DETERMINERS


_ORDERS = frozenset(
    {"rest", "keep", "wear", "use", "ice", "raise", "elevate", "take", "continue", "see", "call", "drink"}
)
