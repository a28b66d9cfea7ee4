"""Why the patient was seen, what was found, and what was advised: told of the newest notes."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from clinical.outcomes import CLEAR_LUNGS
from features.chart.reconciling.evidence import MOST_HISTORY, Evidence, NoteFacts, concept_of, evidence_of

# Findings and symptoms are told of so many notes, the newest that have any.
NOTES_WITH_FINDINGS = 3
_LUNG_SIGNS = re.compile(r"\b(?:crackles?|crepitations?|creps|rales|wheez\w*|rhonchi)\b", re.IGNORECASE)
# Advice that no note has repeated for so long is none any more.
FORGOTTEN_AFTER = timedelta(days=180)


def encounters_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """Why the patient was seen, the newest first; notes that do not say are left out."""
    told = list(evidence_of(notes, "reasons"))[-MOST_HISTORY:]
    return [
        {
            "reason": each.fact["text"],
            "type": each.note.type,
            "on": each.note.taken_at.date().isoformat(),
            "citations": [each.citation()],
        }
        for each in reversed(told)
    ]


def symptoms_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """What the patient complained of in the newest notes, each as of its note."""
    lines: list[dict[str, Any]] = []
    shown = 0
    for note in reversed(notes):
        told = [
            {
                "text": each.fact["text"],
                "concept": concept_of(each.fact, "text"),
                "on": note.taken_at.date().isoformat(),
                "citations": [each.citation()],
            }
            for each in evidence_of([note], "symptoms")
        ]
        lines.extend(told)
        shown += bool(told)
        if shown == NOTES_WITH_FINDINGS:
            break
    return lines


def findings_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """What the newest notes found: of each the results first; what a newer note repeats word for word only once."""
    lines: dict[str, dict[str, Any]] = {}
    shown, clear = 0, False
    for note in reversed(notes):
        told = [each for each in evidence_of([note], "findings") if not (clear and _is_of_lungs(each))]
        clear = clear or any(each.fact["what"] == CLEAR_LUNGS for each in evidence_of([note], "resolutions"))
        for each in sorted(told, key=lambda one: one.fact["origin"] != "result"):
            line = {
                "text": each.fact["text"],
                "origin": each.fact["origin"],
                "on": note.taken_at.date().isoformat(),
                "citations": [each.citation()],
            }
            lines.setdefault(" ".join(each.fact["text"].lower().split()), line)
        shown += bool(told)
        if shown == NOTES_WITH_FINDINGS:
            break
    return list(lines.values())


def _is_of_lungs(said: Evidence) -> bool:
    """Whether the examination heard something over the lungs that is not heard any more when they are clear."""
    return said.fact["origin"] == "examination" and _LUNG_SIGNS.search(said.fact["text"]) is not None


def advice_of(notes: Sequence[NoteFacts], as_of: date) -> list[dict[str, Any]]:
    """What the newest note that advises anything advises, until it is forgotten."""
    for note in reversed(notes):
        told = list(evidence_of([note], "advice"))
        if told:
            if as_of - note.taken_at.date() > FORGOTTEN_AFTER:
                return []
            return [
                {
                    "text": each.fact["text"],
                    "on": note.taken_at.date().isoformat(),
                    "citations": [each.citation()],
                }
                for each in told
            ]
    return []
