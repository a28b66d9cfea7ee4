"""Which notes a model is shown when it cannot be shown all: the newest, and those that weigh most clinically.

The newest note is always among them; where it alone is too long, with its severe findings and otherwise from its
beginning. Older notes that are severe but do not fit are shown in part.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from uuid import UUID

from clinical import sentences
from features.summaries.shape import Chart, ChartNote
from features.summaries.tokens import fewest, tokens_in

# For each note beside its text: its short name, date, type and the braces around them.
FRAME = 40
GAP = "\n[…]\n"

# Stems of what must not be missed, in lower case: those that are looked for in the whole of every note (few, as that is
# what takes time), and those that are looked for in diagnoses.
EVENTS = ("anaphyla", "angioed", "arrest", "septic", "suicid")
SEVERE = (*EVENTS, "emorrhag", "embol", "infarct", "malignan", "metasta", "overdose", "seizure", "sepsis", "stroke")
_TELLING = re.compile("|".join((*SEVERE, "allerg", "resuscitat", "do not attempt", "dnacpr", "dnr")), re.IGNORECASE)

_BY_TYPE = {
    "discharge": 4.0,
    "admission": 3.0,
    "emergency": 3.0,
    "consultation": 1.5,
    "procedure": 1.5,
    "nursing": -0.5,
}
# A severe word, or an allergy that no newer note has, outweighs being the newest; a discharge the sixth newest.
_NEWEST_COUNTS, _HALVED_AFTER = 6.0, 10
_MISSES = 30  # so many notes in a row that do not fit, and no more are tried
_EXCERPT = 300  # tokens of a severe note that does not fit
_LONGEST_PASSAGE = 600


@dataclass(frozen=True, slots=True)
class Selected:
    """What a model is shown, the earliest first, and what not, the newest first.

    Notes in `cut` are shown in part: their `content` is shorter, with `GAP` where something is missing; `sections` and
    `facts` are still those of the whole.
    """

    notes: Sequence[ChartNote]
    omitted: Sequence[ChartNote]
    cut: frozenset[UUID] = frozenset()
    tokens: int = 0


def select(chart: Chart, *, tokens: int) -> Selected:
    """As many notes as surely fit.

    Args:
        chart: The notes, the newest first.
        tokens: What they may come to, with their frames, by `tokens_in`.
    """
    notes = chart.notes
    if sum(len(note.content.encode("utf-8", "replace")) + FRAME + 3 for note in notes) < tokens // 2:
        # A token has at least one byte; as JSON a text is at most about twice as long.
        return Selected(_chronological(notes), (), tokens=sum(map(_cost, notes)))
    chosen: dict[int, ChartNote] = {}
    cut: set[UUID] = set()
    left = tokens
    misses = 0
    for place in _by_weight(notes):
        note = notes[place]
        cost = _cost(note) if fewest(len(note.content)) + FRAME <= left else left + 1
        if cost > left:
            shown = _excerpt(note, left if place == 0 else min(left, _EXCERPT), whole=place == 0)
            misses += shown is None
            if shown is None:
                if misses > _MISSES:
                    break
                continue
            note, cost = shown, _cost(shown)
            cut.add(note.id)
        misses = 0
        chosen[place] = note
        left -= cost
    omitted = [note for place, note in enumerate(notes) if place not in chosen]
    return Selected(_chronological([chosen[place] for place in sorted(chosen)]), omitted, frozenset(cut), tokens - left)


def _chronological(newest_first: Sequence[ChartNote]) -> list[ChartNote]:
    return list(reversed(newest_first))


def _cost(note: ChartNote) -> int:
    # Line breaks and quotation marks are two characters in JSON.
    escaped = note.content.count("\n") + note.content.count('"') + note.content.count("\\")
    return tokens_in(note.content) + escaped + FRAME


def _by_weight(notes: Sequence[ChartNote]) -> list[int]:
    """Places in `notes`, the newest first and then by how much it would be missed."""
    seen: set[tuple[str, object]] = set()
    weights = []
    for place, note in enumerate(notes):
        recent = _NEWEST_COUNTS * 0.5 ** (place / _HALVED_AFTER)
        weights.append(recent + _BY_TYPE.get(note.type, 0.0) + _clinical(note, seen))
    return sorted(range(len(notes)), key=lambda place: (place != 0, -weights[place], place))


def _clinical(note: ChartNote, seen: set[tuple[str, object]]) -> float:
    """What a note says that newer ones do not."""
    weight = 7.0 if is_severe(note) else 0.0
    for fact in note.facts.get("allergies", ()):
        weight += _first_time("allergy", fact.get("substance"), seen) * (7 if fact.get("status") == "present" else 1)
    for fact in note.facts.get("diagnoses", ()):
        if fact.get("certainty") == "confirmed":
            weight += _first_time("diagnosis", fact.get("text"), seen) * 0.75
    for fact in note.facts.get("medications", ()):
        weight += _first_time("medication", fact.get("ingredient") or fact.get("name"), seen) * 0.4
    return min(weight, 16.0)


def _first_time(kind: str, what: object, seen: set[tuple[str, object]]) -> int:
    key = kind, what
    if key in seen:
        return 0
    seen.add(key)
    return 1


def is_severe(note: ChartNote) -> bool:
    """Whether a note speaks of what must not be missed.

    A diagnosis counts unless it is ruled out or a relative's; words that stand for events count wherever they are.
    """
    for fact in note.facts.get("diagnoses", ()):
        if fact.get("certainty") not in {"ruled_out", "family"} and _is_severe_name(str(fact.get("text"))):
            return True
    lower = note.content.lower()
    return any(stem in lower for stem in EVENTS)


@lru_cache(maxsize=4096)  # the same few in note after note
def _is_severe_name(diagnosis: str) -> bool:
    lower = diagnosis.lower()
    return any(stem in lower for stem in SEVERE)


def _excerpt(note: ChartNote, left: int, *, whole: bool) -> ChartNote | None:
    """The note cut at the ends of sentences: what is severe, and, if `whole`, from its beginning what else fits."""
    if not whole and (left < FRAME * 2 or not is_severe(note)):
        return None
    # More than so much of its beginning does not fit in any case.
    text, head = note.content, max(left, 1) * 4
    passages = sentences(text[:head])
    telling = [span for span in passages if _TELLING.search(text, *span)]
    if len(text) > head:
        telling += [_around(text, match) for match in _TELLING.finditer(text, head)]
    budget = left - FRAME - 3
    kept: set[tuple[int, int]] = set()
    for span in [*telling, *(passages if whole else ())]:
        if span in kept:
            continue
        cost = _cost_of(text[span[0] : span[1]])
        if cost > budget:
            if span in telling:
                continue
            break
        kept.add(span)
        budget -= cost
    if not kept:
        return replace(note, content=_head(text, left)) if whole else None
    return replace(note, content=_joined(text, sorted(kept)))


@cache
def _gap_cost() -> int:
    return tokens_in(GAP) + 2


def _cost_of(passage: str) -> int:
    return tokens_in(passage) + passage.count("\n") + passage.count('"') + passage.count("\\") + _gap_cost()


def _around(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The sentence, or what may be one, around a match far down in a long text."""
    first = max(0, match.start() - _LONGEST_PASSAGE // 2)
    window = text[first : match.start() + _LONGEST_PASSAGE // 2]
    offset = match.start() - first
    for start, end in sentences(window):
        if start <= offset < end:
            return first + start, first + end
    return match.start(), match.end()


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The passages with what stands between those that follow each other, and a mark where something is missing."""
    parts: list[str] = []
    last = 0
    for start, end in spans:
        if start < last:
            continue
        between = text[last:start]
        if between.strip(" \t\n-*•·."):
            parts.append(GAP if parts else GAP.lstrip())
        elif parts:
            parts.append(between)
        parts.append(text[start:end])
        last = end
    if text[last:].strip():
        parts.append(GAP.rstrip())
    return "".join(parts)


def _head(text: str, left: int) -> str:
    """The beginning of a text that has no sentences, or none that would fit."""
    fits = max(1, (left - FRAME) // 4)
    return text[:fits]
