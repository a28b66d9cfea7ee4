"""How the running text begins for clinicians: who it is, and why the patient was seen last."""

import re
from datetime import datetime

from features.summaries.extractive.handover.course import reason_of
from features.summaries.extractive.telling import Chart, day_of, small

# Notes that are written without seeing the patient.
_UNSEEN = frozenset({"referral", "correspondence", "laboratory", "imaging", "prescription"})
_BY_TELEPHONE = re.compile(r"\b(?:tele)?phoned?\b", re.IGNORECASE)
_PART = re.compile(r"([,;] )")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST_REASON = 60


def who_and_why(age: int, sex: str, made: Chart, newest: datetime) -> str:
    """Who it is, and why the patient was seen last: "78-year-old man, seen 3 Nov 2026: breathless"."""
    adult = {"female": "woman", "male": "man"}.get(sex, "person")
    child = {"female": "girl", "male": "boy"}.get(sex, "child")
    who = f"{age}-year-old {adult if age >= 18 else child}"
    last = made["encounters"][0] if made["encounters"] else None
    if last is None or last["citations"][0]["taken_at"].date() != newest.date():
        return f"{who}, last note {day_of(newest)}."
    verb = "last note" if last["type"] in _UNSEEN or _BY_TELEPHONE.search(last["reason"]) else "seen"
    return f"{who}, {verb} {day_of(newest)}: {small(shortened(reason_of(last)))}."


def shortened(reason: str) -> str:
    """Why the patient was seen, without what the running text has no room for."""
    parts = _PART.split(reason)
    told = parts[0]
    for mark, part in zip(parts[1::2], parts[2::2], strict=True):
        if _YEAR.search(part) or len(told) + len(part) > _LONGEST_REASON:
            break
        told += mark + part
    return told
