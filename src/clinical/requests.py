"""Whom a plan asks, where that is the general practitioner: "GP: please check ...", "Dear Doctor ... please check"."""

import re

from clinical.note import Note

_GP = r"(?:GP|G\.P\.|general practitioner|family doctor|(?:GP )?(?:surgery|practice)(?: nurse)?)"
_ASKED = re.compile(
    rf"(?:^|[.;\n][ \t]{0, 4})(?:to )?{_GP} ?(?::|to\b|please\b|[–-]\s)|"
    rf"\b(?:at|by|with|in) (?:the|her|his|their|your) {_GP}\b|"
    rf"\bask(?:ed|ing)? (?:the |her |his |your )?{_GP} to\b",
    re.IGNORECASE,
)
# A letter to the doctor who looks after the patient at home, and the words with which it asks.
_LETTER = re.compile(r"^[ \t]{0,8}Dear (?:Dr|Doctor|Colleague)\b", re.IGNORECASE | re.MULTILINE)
_ASKS = re.compile(r"\b(?:please|would you|could you|grateful if|kindly|i would be grateful)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:see|seen|review(?:ed)?|follow) (?:(?:him|her|them) )?(?:again )?(?:here|in (?:my|our|the) clinic)\b",
    re.IGNORECASE,
)
_LOOKED_AT = 3000


def asked_of(note: Note, start: int, end: int) -> str | None:
    """Whom the sentence at `text[start:end]` asks: the general practitioner ("gp"), or nobody in particular."""
    line = note.document.line_at(start)
    begun = line.start if "." not in note.text[line.start : start] else start  # behind a label: "GP: please check"
    told = note.text[begun:end]
    if _ASKED.search(told):
        return "gp"
    asks = _ASKS.search(note.text, start, end) is not None and not _OTHERS.search(note.text, start, end)
    return "gp" if asks and _LETTER.search(note.text[:_LOOKED_AT]) else None
