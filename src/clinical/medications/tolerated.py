"""What a note says among allergies to have been taken without harm: "tolerated cefalexin", "amoxicillin since, fine".

Nobody is allergic to it, and it was taken once.
"""

import re

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_BEFORE = re.compile(
    r"(?<!not )(?<!n't )(?<!poorly )(?<!badly )\btolerat(?:ed|es|ing)\s(?:(?:iv|oral|po|a|course|of)\s){0,3}$",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"\b(?:has|have|had|took|taken|given|received|used)\s(?:(?:since|had|taken|received|been|given|iv|oral|po)\s){0,3}$",
    re.IGNORECASE,
)
_WELL = (
    r"(?:(?:was|were|is|been)\s)?(?:tolerated\b|fine\b|ok\b|okay\b|"
    r"(?:with)(?:out| no) (?:(?:any|a)\s)?(?:problem|reaction|issue|trouble|difficulty|incident)s?\b|well tolerated\b)"
)
_BEHIND = re.compile(
    r"\s?(?:[=:–—-]\s)?(?:(?:\(?\d{4}\)?|twice|again|recently|since|then|many times|before|last year|"
    rf"in (?:the )?(?:past|\d{{4}})|&|and|,)[\s,]{{1,2}}){{0,3}}{_WELL}",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\s(?:\w+\s){0,2}?(?:since|afterwards|subsequently|last year)\b", re.IGNORECASE)
_NEAR = 48


def tolerated(note: Note, name: Name) -> Verdict | None:
    """That a drug was taken without harm; None where the note does not say so."""
    text, (first, last) = note.text, note.document.sentence_span(name.start)
    if name.term.kind != "drug":
        return None
    before = text[max(first, name.start - _NEAR) : name.start]
    behind = _BEHIND.match(text, name.end, min(last, name.end + _NEAR))
    if behind is None and _HAD.search(before):
        behind = _SINCE.match(text, name.end, min(last, name.end + _NEAR))
    if behind is None and not _BEFORE.search(before):
        return None
    start, end = behind.span() if behind is not None else (name.start, name.end)
    return Verdict.of(MedicationStatus.MENTIONED, start, end)._replace(reality=Reality.PAST, sure=True)
