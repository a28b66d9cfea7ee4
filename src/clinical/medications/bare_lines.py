"""Sentences that are nothing but a medicine and how it is taken: "Levetiracetam 500 mg am, 750 mg pm".

Whoever writes down how a dose is divided over the day or the week tells how it is taken, without a verb for it.
"""

import re

from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.parts import Parts
from clinical.medications.signals import signals_in
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_OPENS = re.compile(r"[\s•*\d.)–—-]{0,8}")
_LEAST_STEPS = 2


def bare_regimen(note: Note, name: Name, parts: Parts) -> Verdict | None:
    """That a drug is taken of which a sentence only tells how its dose is divided; None where it says anything else."""
    first, last = note.document.sentence_span(name.start)
    if len(parts.regimen) < _LEAST_STEPS or any(step.duration or not step.frequency for step in parts.regimen):
        return None
    if parts.sliding or not _OPENS.fullmatch(note.text, first, name.start) or note.text[last - 1] == "?":
        return None
    if signals_in(note, *note.document.tokens_in(name.end, last)):
        return None
    return Verdict.of(MedicationStatus.CONTINUED, name.start, name.end)._replace(sure=True)
