"""What is given at the time of the note: "2 g given 07:30", "5 mg stat given", "given 1 g IV on arrival"."""

import re

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_GIVING = re.compile(r"(?:was |were |been )?(?:given|gave|administered|administer|admin|received)$", re.IGNORECASE)
_NOW = re.compile(
    r"given (?:on )?[0-3]?\d/[01]?\d(?![\d/])|"
    r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)|\b(?:[01]\d|2[0-3])[0-5]\d ?h(?:rs)?\b|"
    r"\b(?:stat|now|today|tonight|this (?:morning|afternoon|evening)|on arrival|so far|bolus|loading|x ?1|here|"
    r"in (?:the )?(?:ed|a&e|resus|clinic|department|theatre|recovery))\b",
    re.IGNORECASE,
)
# Others gave it, elsewhere or before.
_ELSEWHERE = re.compile(
    r"\b(?:mum|mom|mother|dad|father|parents?|wife|husband|son|daughter|carer|paramedics?|crew|ambulance|ems|gp|ooh|"
    r"pharmacist|at home|pre-?hospital|before (?:arrival|transfer|coming)|had been|usual|as normal)\b",
    re.IGNORECASE,
)
# Those who write it tell what they did.
_WE = re.compile(r"\b(?:I|we)(?:['’]ve|\s(?:have|also|then|therefore|and))*\s$", re.IGNORECASE)
# "Gave 2 mg": who writes it did; a clock may stand before it.
_UNNAMED = re.compile(r"[\s•*–—-]*(?:\d{1,2}[:.]?\d\d(?:\s?h(?:rs)?)?\s?[:–—-]?\s+)?")
# "Every two weeks, last given 19/10": it is given again and again.
_LAST = re.compile(r"\blast\s(?:dose\s|one\s|injection\s)?(?:was\s)?$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:previous(?:ly)?|last|ago|before|earlier|once)\b", re.IGNORECASE)
# What a nurse's record has was given on the shift that it tells of.
_SHIFT = re.compile(
    r"\s*(?:night|day|late|early|evening|morning)?\s?(?:nursing|nurse['’]?s?|shift)[^.\n]{0,20}\b"
    r"(?:record|report|notes?|entry|handover)\b",
    re.IGNORECASE,
)
_NEAR = 60
# "3.2 -> dextrose 20 g -> 7.8": between two values that arrows join stands what was given.
_ARROW = r"\s?(?:[-–—=]{1,3}>|[→⇒⟶➔➜»]|(?<=\s)>)\s?"
_FROM_VALUE = re.compile(rf"\d\s?(?:%|°?C|mmol/l|g/l)?{_ARROW}[^\n;>→⇒⟶➔➜»]{{0,40}}$")
_TO_VALUE = re.compile(
    rf"[^\n;>→⇒⟶➔➜»]{{0,40}}?{_ARROW}\d[\d./]{{0,8}}+(?!\s?(?:mc?g|g|mls?|units?|puffs?|od|bd|tds)\b)"
)


def is_of_shift(note: Note, name: Name, verdict: Verdict) -> bool:
    """Whether a nurse's record says right behind a drug that it was given: "calcium with vitamin D given"."""
    return _SHIFT.match(note.text) is not None and note.text[name.end : verdict.start].isspace()


def between_values(note: Note, name: Name) -> Verdict | None:
    """That a drug was given, where it stands between a value and the one behind it; None where it does not."""
    first, last = note.document.sentence_span(name.start)
    before = _FROM_VALUE.search(note.text, max(first, name.start - _NEAR), name.start)
    if before is None or _TO_VALUE.match(note.text, name.end, last) is None:
        return None
    return Verdict.of(MedicationStatus.STARTED, name.start, name.end)._replace(sure=True)


def is_given_now(note: Note, name: Name, verdict: Verdict, until: int) -> bool:
    """Whether a dose of which a note tells that it was given was given by those who write it, then.

    Args:
        note: The note.
        name: The drug.
        verdict: What is said of it.
        until: Where what is said of it ends.
    """
    if verdict.status is not MedicationStatus.MENTIONED or verdict.reality is not Reality.ACTUAL:
        return False
    if not _GIVING.match(note.text, verdict.start, verdict.end):
        return False
    first, last = note.document.sentence_span(name.start)
    start = max(first, min(verdict.start, name.start - _NEAR))
    stop = min(last, max(until, verdict.end + 24))
    if _LAST.search(note.text, max(first, verdict.start - 24), verdict.start):
        return False
    ours = (
        _UNNAMED.fullmatch(note.text, first, verdict.start) and note.text[verdict.start : verdict.end].lower() == "gave"
    )
    if ours or _WE.search(note.text, max(first, verdict.start - 24), verdict.start):
        return not _BEFORE.search(note.text, start, stop)
    then = _SHIFT.match(note.text) or _NOW.search(note.text, min(verdict.start, name.end), stop)
    return then is not None and not _ELSEWHERE.search(note.text, start, stop)
