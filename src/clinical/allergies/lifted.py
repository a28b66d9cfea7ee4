"""Warnings that are taken back, or that nobody gives: "no reason for him to avoid", "the ban no longer applies"."""

import re
from typing import TYPE_CHECKING

from clinical.allergies.substances import names_in

if TYPE_CHECKING:
    from clinical.note import Note

_SHUN = r"(?:avoid|stay|keep|steer|refrain|stop|abstain|withhold|shun|restrict|forbid|ban)"
# No need to shun it: between that and the drug stands but who need not.
_NO_NEED = re.compile(
    r"\b(?:(?:no|not any|without(?: any)?|little) (?:\w+ )?(?:reason|need|necessity|grounds?|cause|call|basis|point|"
    r"requirement)|need not|needn[’']t|not (?:necessary|required|need|have|obliged|advised)|unnecessary|"
    r"n[’']t (?:need|have)|no longer (?:has|have|needs?|required|told|advised|asked|necessary|necessarily))"
    rf"\b[^.;:\n]{{0,30}}?\b{_SHUN}\w*\b[^.;:\n]{{0,40}}$",
    re.IGNORECASE,
)
_BAN = re.compile(
    r"\b(?:avoid\w*|ban(?:ned|s)?|advice|advised|told|warn\w+|contra-?indicat\w+|restrict\w+|embargo|prohibit\w+|"
    r"precaution|alert|hold on|suspension of|not to|never|against|withheld|forbidden)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[^.;\n]{0,60}?\b(?:no longer (?:applie[sd]|apply|holds?|stands?|counts?|valid|relevant|in force|necessary|"
    r"needed|required|contra-?indicated|to be avoided|be avoided|a (?:problem|concern|contra-?indication))|"
    r"(?:has|have|had|was|were|is|are|been|be|now|can be)\s(?:now |since |therefore )?(?:lifted|withdrawn|rescinded|"
    r"revoked|cancelled|canceled|retracted|reversed|overturned|dropped|disregarded|ignored|superseded|removed|relaxed)|"
    r"(?:does|do) (?:not|no longer) (?:apply|hold|stand))\b",
    re.IGNORECASE,
)
# "Restriction on codeine lifted": a noun and, right behind the substance, what became of it.
_THE_BAN = re.compile(
    r"\b(?:ban|advice|restrictions?|warning|prohibition|embargo|contra-?indication|alert|precaution)\s(?:on|against|about|to|"
    r"for|of|regarding)\s(?:(?:avoid|taking|using|the|his|her|all|any)\s){0,3}$",
    re.IGNORECASE,
)
# "Was told to avoid NSAIDs but these are fine now", "previously contraindicated, now allowed".
_FINE_NOW = re.compile(
    r"[^.;\n]{0,60}?(?:\bbut\b|,)[^.;\n]{0,50}?(?:\b(?:fine|ok(?:ay)?|safe|allowed|permitted)\b[^.;\n]{0,16}\b(?:now|again)\b|"
    r"\bnow\s(?:\w+\s)?(?:fine|ok(?:ay)?|safe|allowed|permitted)\b)",
    re.IGNORECASE,
)
_ITS_BAN = re.compile(r"\s(?:ban|restrictions?|warning|prohibition|embargo|contra-?indication|alert)\b", re.IGNORECASE)
_IS_OFF = re.compile(
    r"\s(?:now\s|today\s)?(?:lifted|withdrawn|rescinded|revoked|cancelled|canceled|overturned|dropped|removed|relaxed)\b",
    re.IGNORECASE,
)
# What did harm once and may be had all the same.
_ALLOWED = re.compile(
    r"[^.\n]{0,100}?\b(?:(?:fine|ok(?:ay)?|safe|happy|able|free|allowed) to (?:have|use|take|receive|give|be given|"
    r"restart|continue)|(?:can|may) (?:safely )?(?:be (?:given|used|taken|prescribed)|have|take|use|receive))"
    r"(?: it| this| them)?(?: safely)? again\b",
    re.IGNORECASE,
)
_WITHIN = 90


def is_lifted(note: "Note", start: int, end: int) -> bool:
    """Whether what the note says against `text[start:end]` is said to hold no longer, or not at all."""
    first, last = note.document.sentence_span(start)
    before = note.text[max(first, start - _WITHIN) : start]
    if _NO_NEED.search(before) or _ALLOWED.match(note.text, end, last):
        return True
    fine = _FINE_NOW.match(note.text, end, last)
    if (
        fine is not None
        and not names_in(note.text, end, fine.end())
        and (_BAN.search(before) or _BAN.search(fine.group()))
    ):
        return True
    if _BAN.search(before) is not None and _ENDS.match(note.text, end, last) is not None:
        return True
    behind = _ITS_BAN.match(note.text, end, last)
    if behind is not None:
        return (_IS_OFF.match(note.text, behind.end(), last) or _ENDS.match(note.text, behind.end(), last)) is not None
    return _THE_BAN.search(before) is not None and _IS_OFF.match(note.text, end, last) is not None
