"""What kind of note a text is, with a confidence.

Evidence is weighed: the title most, then headings, then what such notes say. The confidence is the share of the best
kind in all evidence, less where there is little of it; tuned on notes of every kind so that it means what it says.
"""

import math
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from clinical.lexicon.resources import entries

if TYPE_CHECKING:
    from clinical.note import Note

NoteType = Literal[
    "admission",
    "progress",
    "consultation",
    "discharge",
    "procedure",
    "emergency",
    "nursing",
    "therapy",
    "laboratory",
    "imaging",
    "prescription",
    "referral",
    "correspondence",
    "other",
]
KINDS: tuple[NoteType, ...] = get_args(NoteType)
_TITLE_LINES = 12
_LONGEST_TITLE = 120
_BODY = 20_000


class _Clue(NamedTuple):
    kind: str
    weight: float
    pattern: re.Pattern[str]


@cache
def _clues(where: str) -> tuple[_Clue, ...]:
    """What is looked for in titles, or in the text."""
    found = []
    for line in entries("kinds.txt"):
        place, kind, weight, pattern = line.split("|", 3)
        if place == where:
            found.append(_Clue(kind, float(weight), re.compile(pattern, re.IGNORECASE | re.MULTILINE)))
    return tuple(found)


_HEADINGS: dict[str, dict[str, float]] = {
    "progress": {
        "subjective": 3,
        "objective": 3,
        "assessment_plan": 1.5,
        "assessment": 1,
        "plan": 1,
        "complaint": 1,
        "history": 0.5,
        "systems": 0.5,
        "exam": 0.5,
        "vitals": 0.3,
    },
    "admission": {"past": 0.4, "surgical": 0.4, "family": 0.4, "social": 0.4, "medications": 0.2},
    "emergency": {"complaint": 0.5, "results": 0.2},
}
_CAP_PER_CLUE = 3


def kind_of_note(note: "Note") -> tuple[str, float]:
    """One of `KINDS`, and how sure that is, from 0 to 1."""
    scores: dict[str, float] = defaultdict(float)
    for title in _titles(note):
        for clue in _clues("title"):
            if clue.pattern.search(title):
                scores[clue.kind] += clue.weight
    body = note.text[:_BODY]
    for clue in _clues("text"):
        hits = 0
        for _ in clue.pattern.finditer(body):
            hits += 1
            if hits == _CAP_PER_CLUE:
                break
        if hits:
            scores[clue.kind] += clue.weight * (1 + 0.5 * (hits - 1))
    kinds = {heading.kind for heading in note.outline.headings}
    for kind, weights in _HEADINGS.items():
        scores[kind] += sum(weight for name, weight in weights.items() if name in kinds)
    _settle(scores, note)
    return _verdict(scores)


def _titles(note: "Note") -> list[str]:
    """The lines near the top that may be titles."""
    titles: list[str] = []
    for line in note.document.lines[:_TITLE_LINES]:
        words = note.text[line.start : line.end].strip()
        if not titles and len(words) >= _LONGEST_TITLE:
            # "Nursing, night. Rang at 05:20: …": a note in one paragraph says what it is at its beginning.
            start, end = note.document.sentence_span(line.body)
            words = note.text[start:end]
        if (
            words
            and len(words) < _LONGEST_TITLE
            and not words.lower().startswith(("dear", "s:", "subjective", "history"))
        ):
            titles.append(words)
        if len(titles) == 5:
            break
    return titles


def _settle(scores: dict[str, float], note: "Note") -> None:
    """What some evidence says about other evidence."""
    begins = note.text[:1500]
    letter = re.search(r"(?im)^[^\w\n]{0,9}dear\b", begins) is not None
    if not letter:
        scores["correspondence"] *= 0.6
        scores["referral"] *= 0.6
    elif scores["referral"] >= 4:
        scores["referral"] += 5
    else:
        scores["correspondence"] += 5
    if note.outline.marked and scores["therapy"] < 8 and scores["nursing"] < 10:
        # a prescription, a result or an operation inside a SOAP note is part of it
        for kind in ("prescription", "laboratory", "imaging", "procedure"):
            scores[kind] *= 0.4
    visit = {"history", "complaint", "exam", "diagnosis", "assessment", "assessment_plan", "plan"}
    if len(visit & {heading.kind for heading in note.outline.headings}) > 2:
        scores["prescription"] *= 0.4
    if scores["discharge"] >= 10:
        for kind in ("admission", "prescription", "laboratory", "progress", "emergency"):
            scores[kind] *= 0.5
    if scores["procedure"] >= 12:
        scores["laboratory"] *= 0.5
        scores["imaging"] *= 0.5


def _verdict(scores: dict[str, float]) -> tuple[str, float]:
    ranked = sorted(((score, kind) for kind, score in scores.items() if score > 0), reverse=True)
    if not ranked or ranked[0][0] < 1.5:
        return "other", 0.2 if not ranked else 0.25
    best, kind = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    share = best / (best + 0.7 * second + 1.5)
    enough = 1 - math.exp(-best / 4)
    return kind, round(min(0.99, max(0.2, share * enough + 0.05)), 2)
