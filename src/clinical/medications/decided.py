"""What a note decides against with one word: "no heparin needed", "no antibiotics indicated", "none unless ketotic".

Such a "no" denies nothing that anybody claimed; it answers whether the drug is to be given. A bare "no ibuprofen" does
not: it may warn, or tell what is not taken. What was asked for and answered with "no" is decided against, too.
"""

import re

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_NO = re.compile(r"(?:no|nil)", re.IGNORECASE)
# What may stand between it and the drug: how it is given, whether again.
_BETWEEN = re.compile(r"\s(?:[\w/'’-]{2,14}\s){0,2}")
_NEEDLESS = re.compile(
    r"\s(?:[\w/]{2,14}\s)?(?:(?:is|are|was|were)\s)?(?:needed|required|indicated|necessary|warranted|req['’]?d|"
    r"tto|ttos|tta)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(r"[^.;,\n]{0,30}?\b(?:unless|until|till)\s\w", re.IGNORECASE)


_ANSWERED = re.compile(
    r"[^.;\n]{0,50}?(?:[,–—:?\"”-]|[.?]\s|\band|\bbut)\s{0,2}(?:(?:was|were|i|we|explained|advised|told|said)\s){0,2}"
    r"(?P<no>no\b(?!\s[a-z]{3,12}\s(?:help|effect|relief))|declined\b|refused\b|not(?=\s(?:agreed|appropriate|indicated|"
    r"prescribed|issued|given|for|suitable|supplied)\b))",
    re.IGNORECASE,
)
_TOLD_NO = re.compile(r"told no", re.IGNORECASE)


def decided_against(note: Note, name: Name, verdict: Verdict) -> Verdict | None:
    """The answer that a denial is; None where it denies something, or is of no kind that is told."""
    if verdict.denied:
        return _of_denial(note, name, verdict)
    meant = note.context.of(name.start, name.end)
    refused = meant.answered and meant.negated
    if verdict.reality is Reality.REQUESTED:
        line = note.document.line_at(name.start)
        answered = _ANSWERED.match(note.text, name.end, line.end) if verdict.start < name.start else None
        if answered is not None:
            return _answer(*answered.span("no"))
        return _answer(verdict.start, verdict.start + len("no")) if refused else None
    if verdict.reality is not Reality.DECLINED:
        return None
    if _TOLD_NO.fullmatch(note.text, verdict.start, verdict.end):
        return _answer(verdict.end - len("no"), verdict.end)
    return _answer(verdict.start, verdict.end) if refused else None


def _of_denial(note: Note, name: Name, verdict: Verdict) -> Verdict | None:
    text, last = note.text, note.document.sentence_span(name.start)[1]
    if not _NO.fullmatch(text, verdict.start, verdict.end) or not _BETWEEN.fullmatch(text, verdict.end, name.start):
        return None
    if _NEEDLESS.match(text, name.end, last):
        return _answer(verdict.start, verdict.end)
    if _WAITS.match(text, name.end, last) and name.term.kind == "drug":
        return _answer(verdict.start, verdict.end, Reality.CONDITIONAL)
    return None


def _answer(start: int, end: int, reality: Reality = Reality.DECLINED) -> Verdict:
    return Verdict.of(MedicationStatus.MENTIONED, start, end)._replace(reality=reality, sure=True, strong=True)
