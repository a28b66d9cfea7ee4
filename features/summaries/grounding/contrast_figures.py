"""What of a statement's figures its quotes do not have."""

import re
from collections import Counter

from clinical.values.numbers import NUMBER_WORDS, number_of
from features.summaries.grounding.contrast_words import Wording
from features.summaries.grounding.measuring import refutation

_COUNTED = {
    **{word: value for word in NUMBER_WORDS - {"a", "an", "quarter"} if (value := number_of(word)) is not None},
    **dict.fromkeys(("once", "single", "first"), 1.0),
    **dict.fromkeys(("twice", "second", "couple", "double", "both", "fortnight"), 2.0),
    "third": 3.0,
    "hundred": 100.0,
}
# "Both", "one", "first" and "second" are mostly no figures.
_SMALL = 2
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+")
# Between units of one kind: days, weeks, months; mg and g; cm and mm; times a day and hours; kg and pounds.
_FACTORS = (
    1,
    7,
    14,
    30,
    12,
    24,
    28,
    4,
    60,
    1000,
    10,
    2,
    0.5,
    0.1,
    0.001,
    1 / 7,
    1 / 12,
    1 / 24,
    1 / 30,
    1 / 14,
    1 / 60,
    0.4536,
    2.2046,
)
_CLOSE = 0.012
_MOST_NUMBERS, _MOST_LEFT = 40, 4


def figure_differences(text: str, whole: str, wording: Wording) -> dict[str, float]:
    """Figures that the quotes refute, and numbers that they do not have, nor what they come to in another unit."""
    found = _refuted(wording)
    mine, its = _numbers(_in_words(text)), set(_numbers(_in_words(whole))[:_MOST_NUMBERS])
    new = [value for value in mine if value not in its]
    converted = [value for value in new if any(_is_close(one * by, value) for one in its for by in _FACTORS)]
    pairs = [(one, other) for one in its for other in its]
    reckoned = {value for one, other in pairs for value in (abs(one - other), one + other, one * other)}
    unknown = [value for value in new if value not in converted and value not in reckoned]
    left = its - set(mine)
    return {
        **found,
        "numbers new": len(new),
        "numbers converted": len(converted),
        "numbers unknown": len(unknown),
        "numbers unknown but small": sum(value <= _SMALL for value in unknown),
        "numbers exchanged": min(len(new), len(left)),
        "numbers left": min(_MOST_LEFT, len(left)),
    }


def _refuted(wording: Wording) -> Counter[str]:
    """Figures that none of the quotes bears out, by kind, and how many have others of their kind there."""
    found: Counter[str] = Counter()
    read = [each.mention.figure for each in wording.read if each.mention.figure]
    measured = frozenset(key[5:] for key in wording.names | wording.own_names if key.startswith("term:"))
    for mention in wording.mentions():
        if mention.figure is None:
            continue
        found["figures"] += 1
        if all(refutation(mention.figure, each, measured) for each in read):
            found["figures refuted"] += 1
            found[f"refuted {mention.figure.kind}"] += 1
            found["figures with rivals"] += any(each.kind == mention.figure.kind for each in read)
    return found


def _in_words(text: str) -> str:
    """The text with the months of its dates in words: "28/07/2026" is "28 july 2026"."""
    return _DATE.sub(lambda found: f"{int(found[1])} {_MONTHS[(int(found[2]) - 1) % 12]} {found[3]}", text)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(abs(other), 1e-9)


def _numbers(text: str) -> list[float]:
    """The numbers of a text, in figures and in words; of a date in figures, its parts."""
    found: list[float] = []
    for match in _NUMBER.finditer(text.lower()):
        word = match.group().replace(",", "")
        if not word[0].isdigit():
            found += [_COUNTED[word]] if word in _COUNTED else []
        elif word.count(".") > 1:
            found += [float(part) for part in word.split(".")]
        else:
            found.append(float(word))
    return found
