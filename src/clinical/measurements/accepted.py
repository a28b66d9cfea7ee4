"""Which readings of vital signs are the patient's own: no goal, no limit, no range, nobody else's."""

import re
from typing import NamedTuple

from clinical.measurements.series import BESIDE_AIM
from clinical.measurements.times import When
from clinical.note import Note
from clinical.values.spoken import spoken_pairs

# Before the value in its sentence, these make it a goal, a limit or the past.
_NOT_A_READING = re.compile(
    r"\b(?:goals?|targets?|targeting|aim(?:ing|s)?|maintain(?:ing)?|keep(?:ing)?|until|unless|"
    r"should|call (?:if|for)|return (?:if|for)|"
    r"parameters?|thresholds?|limits?|less than|greater than|more than|lower than|higher than|"
    r"below|above|under|over|at least|at most|exceeds?|at birth|"
    r"birth|born|ideal|dry(?=\s?$|\sw(?:eigh)?t)|edw|desired|expected|"
    r"if|when(?:ever)?|hold for|titrate|normal range|reference|"
    r"max(?:imum)?|peak(?:ed)?|between|fluctuat\w+|"
    r"ranges?|ranging|usual(?:ly)?|varies|lost|gained|loss|gain|alert|notify|inform|escalate|escalation)\b|[<>≤≥]",
    re.IGNORECASE,
)
# What a bracket tells that closed before is not about the next sign: "T 37.9 (max 38.3 overnight) HR 98".
_BRACKET = re.compile(r"\([^()]{0,60}\)|^[^()]{0,60}\)")


# Words whose statement goes on behind a comma or an "and".
_SPANS = frozenset(
    {"if", "between", "target", "targets", "goal", "goals", "keep", "aim", "aiming", "when", "until", "unless"}
)


class Reading(NamedTuple):
    """A reading at `text[start:end]`: the values by the names they are stored under, and when it was taken."""

    start: int
    end: int
    values: tuple[tuple[str, float], ...]
    when: When | None


def is_reading(note: Note, start: int, end: int, value: int, after: int, *, aimed: bool = False) -> bool:
    """Whether a value is what was measured, of the patient; `aimed` tells that an aim before it was seen to."""
    text = note.text
    first, _ = note.document.sentence_span(start)
    before = "" if aimed else _BRACKET.sub("", text[max(first, start - 60) : start])
    before = re.split(r"\s{3,}|\t", before)[-1]  # another column of a form
    for mark in (";", ",", " and ") if value > start else (";", ","):
        before = before.rpartition(mark)[2] if mark == ";" else _after_reading(before, mark)
    if _NOT_A_READING.search(before) or _NOT_A_READING.search(BESIDE_AIM.sub("", text[end:value])):
        return False
    if re.match(
        r"\s?(?:or (?:more|less|above|below|higher|lower|over|greater)|and (?:above|over|below)|\+(?!\s?ve))",
        text[after : after + 20],
    ):
        return False
    meant = note.context.of(start, end)
    return not (meant.family or note.kind_at(start) == "family")


def _after_reading(before: str, mark: str) -> str:
    """What stands behind the last comma or "and", if what stands before it was a statement of its own."""
    head, _, tail = before.rpartition(mark)
    states = (any(map(str.isdigit, head)) or bool(spoken_pairs(head))) and _SPANS.isdisjoint(head.lower().split())
    return tail if states else before
