"""How bad a pain is, out of ten: "headache 8/10", "pain at rest 3/10, on movement 7/10".

Other things are scored out of ten beside it, each behind a name of its own: "pain 4/10, tiredness 8/10".
"""

import re
from collections.abc import Iterator

from clinical.lexicon.resources import words, wordset
from clinical.measurements.accepted import Reading
from clinical.note import Note

_SCORE = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?:/|out of|over)\s?10\b(?![/\d-])", re.IGNORECASE)
_PAIN = re.compile(r"pain|ache|sore|discomfort|severity|hurt|cramp|tender", re.IGNORECASE)
_RANGE = re.compile(r"\d\s?(?:-|–|to|or|and)\s?$")
# The name right before a score, as items of a list have it.
_LABEL = re.compile(r"(?:^|[,;:(\n|]|\band\b)\s{0,3}(?P<label>[A-Za-z][A-Za-z' -]{1,30}?)\s?[:=]?\s?$", re.IGNORECASE)
# Words that tell when and how it hurts, and name nothing else.
_OF_PAIN = words("anatomy.txt") | wordset(
    """
    now then today currently at on to from after before with without rest resting movement moving worst best least most
    average usual usually walking sitting standing lying coughing morning night evening day down up was is only about
    around score scores scale rated rates rating intensity level nrs vas left right both l r this the and it he she it's
    improved improving better worse dynamic static mobilising breathing inspiration touch palpation weight bearing max
    maximum min minimum baseline yesterday overnight post pre arrival triage
    """
)
_AGAIN = re.compile(
    r"\s*(?:(?:now|then|later|repeat|rechecked|reassessed|re-?scored|at \d{1,2}:?\d\d)\s?[:,]?\s)?", re.IGNORECASE
)
_BEFORE, _BEHIND, _SHORT = 80, 40, 8


def pain_scores(note: Note) -> Iterator[Reading]:
    """The scores out of ten of a note that are of a pain."""
    text = note.text
    for score in _SCORE.finditer(text):
        first, last = note.document.sentence_span(score.start())
        before = max(first, score.start() - _BEFORE)
        painful = _PAIN.search(text, before, min(last, score.end() + _BEHIND)) is not None
        if not painful and not _goes_on(text, first, score.start()):
            continue
        if _RANGE.search(text[max(0, score.start() - _SHORT) : score.start()]):
            continue
        behind = text[score.end() : min(last, score.end() + _BEHIND)]
        if _is_of_another(text[before : score.start()], behind):
            continue
        if not note.context.of(*score.span()).hypothetical:
            yield Reading(score.start(), score.end(), (("pain_score", float(score["a"])),), None)


def _goes_on(text: str, first: int, at: int) -> bool:
    """Whether a sentence begins with a score, and one of a pain stands before it: "Morphine given. 4/10 at 10:45"."""
    told = text[max(0, first - _BEFORE) : first]
    scored = _SCORE.search(told)
    return scored is not None and _PAIN.search(told) is not None and _AGAIN.fullmatch(text, first, at) is not None


def _is_of_another(before: str, behind: str) -> bool:
    """Whether a score has a name of its own beside that of a pain: "tiredness 8/10"."""
    named = _LABEL.search(before)
    if named is None or _PAIN.search(named["label"]):
        return False
    scored = _SCORE.search(behind)
    if _SCORE.search(before) is None and (scored is None or _PAIN.search(behind, 0, scored.start()) is None):
        return False
    return not any(word in _OF_PAIN or word.endswith("ly") for word in named["label"].lower().split())
