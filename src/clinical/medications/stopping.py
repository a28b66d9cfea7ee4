"""Why a medication was stopped, where that stands behind it: "because eGFR is below 30", "(kidney function)"."""

import re
from dataclasses import replace

from clinical.facts import Medication, MedicationStatus, Place
from clinical.note import Note

_WHY = re.compile(
    r"\s?(?:was |has been |is |were )?(?:stopped|withdrawn|discontinued|held|withheld)?\s?"
    r"(?:(?:because|because of|due to|owing to|on account of|in view of)\s(?:of\s)?(?:the\s|his\s|her\s)?"
    r"(?P<because>[^.;,\n(]{3,60})|\((?P<bracketed>[A-Za-z][^().;,\n]{3,40})\)|:\s?(?P<listed>[a-z][^.;,\n()]{3,40})(?=[.;\n]))",
    re.IGNORECASE,
)
# What is bracketed behind a drug that was stopped, and no reason.
_NO_REASON = re.compile(r"\d|\b(?:mg|mcg|was|previously|old|new|see|today|yesterday|stopped|on hold)\b", re.IGNORECASE)


def with_reason(note: Note, drug: Medication) -> Medication:
    """A medication that was stopped, with why."""
    if drug.status is not MedicationStatus.STOPPED:
        return drug
    _, last = note.document.sentence_span(drug.start)
    found = _WHY.match(note.text, drug.end, last)
    if found is None:
        return drug
    group = next(name for name in ("because", "bracketed", "listed") if found[name])
    start, end = found.span(group)
    while end > start and note.text[end - 1] in " \t\n":
        end -= 1
    if group != "because" and _NO_REASON.search(note.text, start, end):
        return drug
    why = " ".join(note.text[start:end].split())
    return replace(drug, stopped_for=why, places={**drug.places, "stopped_for": Place(start, end)})
