"""What a list of conditions, in the words of whoever wrote it, says about chronic pain."""

import re
from collections.abc import Iterable
from functools import lru_cache

from clinical.people import Person, kinship

# Where one statement ends and another begins: a negation does not reach across.
_CLAUSES = re.compile(r"[,;.()\[\]\n]|\bbut\b")
_WORDS = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
# Before the mention: not present, not now, not this patient, not certain. After the NegEx lexicon (Chapman et al. 2001,
# https://doi.org/10.1006/jbin.2001.1029), shortened to what stands in lists of problems.
_DENYING = (
    "no not non without denies denied deny never negative absent free excluded exclude family familial fh fhx history "
    "historical hx pmh h/o previous previously prior past former formerly resolved maternal paternal possible "
    "suspected query risk"
)
_KIN = frozenset(name for name, kin in kinship() if kin.person is Person.RELATIVE)
_BEFORE = frozenset(_DENYING.split()) | _KIN
# After it.
_ENDING = "resolved absent denied excluded negative remission historical ruled settled cured unlikely"
_AFTER = frozenset(_ENDING.split())


def says_chronic_pain(conditions: Iterable[str]) -> bool:
    """Whether one of the conditions is chronic pain.

    A condition is when it says both “chronic” and “pain” as words, in any case, and neither denies it nor speaks of
    the past, of the family or of a mere possibility: “Chronic back pain” and `chronic_pain` are, “no chronic pain”,
    “family history of chronic pain” and “chronic pain, resolved” are not.
    """
    return any(_is_chronic_pain(condition) for condition in conditions)


@lru_cache(maxsize=8192)
def _is_chronic_pain(condition: str) -> bool:
    text = condition.casefold().replace("_", " ").replace("-", " ")
    said: list[str] = []
    words: list[str] = []
    for clause in _CLAUSES.split(text):
        # Of what came before only statements that name either word still belong to it.
        words = _WORDS.findall(clause)
        said = [*said, *words] if {"chronic", "pain"} & {*said} else words
    mentions = [place for place, word in enumerate(said) if word in {"chronic", "pain"}]
    if not {"chronic", "pain"} <= {*said}:
        return False
    return _BEFORE.isdisjoint(said[: mentions[-1]]) and _AFTER.isdisjoint(said[mentions[0] :])
