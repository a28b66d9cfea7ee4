"""The patient's own medicine where it is named as a relative's: "her brother takes X; hers was doubled to 200 mg"."""

import re
from typing import NamedTuple

from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.reach import Reach
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_OWN = re.compile(
    r"(?:[^.;\n]|(?<=\d)\.(?=\d)){0,70}?(?:[.;,]|\s[–-]|\b(?:and|but|while|whereas))\s"
    r"(?P<clause>(?:[^.;,\n]|(?<=\d)\.(?=\d)){0,40}?\b(?P<own>hers|theirs|his(?=\s(?:was|is|has|to|at|stays?)\b|\s?[.,;]|\s?$))\b"
    r"(?:[^.;\n]|(?<=\d)\.(?=\d)){0,60})",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:doubl|increas|rais|reduc|halv|lower|decreas|titrat|cut|chang|upped|went (?:up|down)|go (?:up|down))",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"\b(?:stopped|discontinued|withdrawn|ceased)\b", re.IGNORECASE)


class Own(NamedTuple):
    """Where the patient's own is told of, and what is said of it."""

    reach: Reach
    verdict: Verdict
    doses: str
    """The text in which doses are looked for, without the relative's."""


def own_of(note: Note, name: Name, until: int, doses: str) -> Own | None:
    """What is told of the patient's own behind a relative's medicine; None where nothing is.

    Args:
        note: The note.
        name: The medicine, which is a relative's where it is named.
        until: Where the next medicine is named.
        doses: The text in which doses are looked for.
    """
    found = _OWN.match(note.text, name.end, until)
    if found is None or (until < len(note.text) and not note.text[found.end("own") : until].strip()):
        return None  # "she was borrowing his lactulose"
    start, end = found.span("clause")
    status = MedicationStatus.CONTINUED
    if _STOPPED.search(note.text, start, end):
        status = MedicationStatus.STOPPED
    elif _CHANGED.search(note.text, start, end):
        status = MedicationStatus.CHANGED
    verdict = Verdict.of(status, *found.span("own"))._replace(sure=True, overrides=True)
    blanked = f"{doses[: name.end]}{' ' * (start - name.end)}{doses[start:]}"
    return Own(Reach(name.start, name.start, name.end, end), verdict, blanked)
