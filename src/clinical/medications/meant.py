"""Whether a word that is a thing, a value or another word as well ("iron", "dex") is meant as a medicine.

By what is said of it: that it is stopped, refused, asked for; how often it is taken; what it is given together with.
"""

import re

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.parts import Parts
from clinical.medications.verdicts import Verdict
from clinical.note import Note

# A verb right before it shows that it is meant as a medication.
_BESIDE = 16
_ENDS_IT = re.compile(r"\s(?:(?:tablets?|drops|was|is|has been|now|supplements?)\s){0,3}")
# "Iron finished in September, no longer anaemic": whatever else is said behind it.
_ENDS_AT_ONCE = re.compile(
    r"\s(?:(?:tablets?|supplements?|was|is|has been|now)\s){0,3}(?:finished|stopped|completed|ended)\b"
)
# What only a medicine is wanted, refused or weighed for, and how far from its name that may stand.
_OF_MEDICINES = frozenset({Reality.DECLINED, Reality.REQUESTED, Reality.CONSIDERED, Reality.PLANNED})
_SAID_BEHIND = re.compile(r"\s?(?:[–—:-]\s?)?(?:(?:was|is|were|plaster|patch|oil|tabs?|tablets?)\s){0,2}")
_SAID_BEFORE = re.compile(
    r"\s(?:(?:the|a|an|his|her|some|any|more|po|iv|sc|sq|s/c|im|oral|vaginal|topical|nasal|nebulised|low[ -]dose|"
    r"high[ -]dose)\s){0,3}",
    re.IGNORECASE,
)
# How it is given, or that it was bought, right before it.
_GIVEN = re.compile(r"\b(?:otc|s/c|sc|sq|subcut|nebuli[sz]ed|vaginal)\s$", re.IGNORECASE)
_UP_TO_OFTEN = re.compile(r"\s(?:[a-z/]{2,12}\s)?", re.IGNORECASE)
# To talk about it is to talk about the thing, too.
_TALKED = re.compile(r"discuss\w*|talk\w*", re.IGNORECASE)


def is_meant(note: Note, name: Name, verdict: Verdict | None, parts: Parts) -> bool:
    """Whether what is said of a word shows that it is a medicine."""
    if verdict is not None and (_is_done(name, verdict) or _is_ended(note, name, verdict)):
        return True
    if name.analyte:
        return False
    talked = verdict is not None and _TALKED.match(note.text, verdict.start) is not None
    if (
        verdict is not None
        and not talked
        and verdict.reality in _OF_MEDICINES
        and _is_right_beside(note.text, name, verdict)
    ):
        return True
    often = parts.places.get("frequency")
    if parts.frequency is not None and often is not None and _UP_TO_OFTEN.fullmatch(note.text, name.end, often.start):
        return True
    return _GIVEN.search(note.text, max(0, name.start - _BESIDE), name.start) is not None


def _is_done(name: Name, verdict: Verdict) -> bool:
    told = verdict.status is not MedicationStatus.MENTIONED
    return told and not name.analyte and 0 <= name.start - verdict.end < _BESIDE


def _is_ended(note: Note, name: Name, verdict: Verdict) -> bool:
    """Whether a word that may be a thing or a value is told to be stopped, which only a drug is: "iron stopped"."""
    if verdict.status is not MedicationStatus.STOPPED or verdict.start < name.end:
        return False
    if _ENDS_AT_ONCE.match(note.text, name.end):
        return True
    return _ENDS_IT.fullmatch(note.text, name.end, verdict.start) is not None


def _is_right_beside(text: str, name: Name, verdict: Verdict) -> bool:
    """Whether a mark stands right before or behind a name."""
    if verdict.end <= name.start:
        return _SAID_BEFORE.fullmatch(text, verdict.end, name.start) is not None
    return verdict.start >= name.end and _SAID_BEHIND.fullmatch(text, name.end, verdict.start) is not None
