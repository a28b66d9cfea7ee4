"""Allergies that somebody denies and a record tells of: "denied by patient, but the chart says anaphylaxis 1987".

What did harm once and was written down goes before what somebody says today: the allergy stands until it is taken back.
"""

import re
from typing import NamedTuple

from clinical.allergies.reactions import leading_reaction, reactions_in
from clinical.allergies.standing import is_taken_back
from clinical.allergies.substances import names_in

_DENIED = re.compile(
    r"\bden(?:y|ies|ied|ying)\b|\b(?:not|isn['’]t|never(?: been)?) (?:\w+ )?allergic\b|\bno (?:\w+ ){0,2}allerg\w+|"
    r"\b(?:says|states|reports|claims|insists|feels) (?:\w+ ){0,3}(?:not|no|never|none|isn['’]t)\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\b(?:charts?|charted|records?|recorded|notes?|noted|letters?|documents?|documented|documentation|file|scr|epr|"
    r"emr|ehr|wristband|medicalert|medic[- ]?alert|gp|summary|system|old admission|listed|collateral|"
    r"wife|husband|mother|daughter|son|carers?|family)\b",
    re.IGNORECASE,
)
_NONE_THERE = re.compile(
    r"\b(?:no|not|nil|without|never|nothing|n['’]t|agrees?|confirms? (?:no|this))\b", re.IGNORECASE
)
_ALLERGY_BEHIND = re.compile(r"\s?-?(?:allerg|intoleran|hypersensitiv|sensitiv)", re.IGNORECASE)
_ALLERGY_BEFORE = re.compile(
    r"\b(?:allerg\w*|intoleran\w*|hypersensitiv\w*|reaction) (?:to|of|with) (?:\w+ ){0,2}$", re.IGNORECASE
)
_ANSWERED = re.compile(r"\s?[:(–—-]")
# So far behind the substance it is denied.
_ANSWER = 30
# So far behind the record it says what happened.
_REACH = 60


class Contested(NamedTuple):
    """A substance at `text[start:end]`, and what the record says that it did."""

    start: int
    end: int
    reaction: tuple[int, int]


def contested_in(text: str, start: int, end: int) -> Contested | None:
    """The allergy that a sentence denies, and of which it says that a record tells; None where it is taken back."""
    denied = _DENIED.search(text, start, end)
    if denied is None or is_taken_back(text[start:end]):
        return None
    for record in _RECORD.finditer(text, start, end):
        found = next(iter(reactions_in(text, record.end(), min(end, record.end() + _REACH))), None)
        if found is None or _NONE_THERE.search(text, record.end(), found.start):
            continue
        name = _substance(text, start, end, denied.start())
        if name is None:
            return None
        whole = leading_reaction(text, found.start, end)
        return Contested(*name, (found.start, whole.end if whole else found.end))
    return None


def _substance(text: str, start: int, end: int, denied: int) -> tuple[int, int] | None:
    """What is denied: a substance beside a word for allergy, or one that the denial answers ("Penicillin: denies")."""
    for first, last in names_in(text, start, end):
        answers = _ANSWERED.match(text, last, end) and 0 <= denied - last < _ANSWER
        if (
            answers
            or _ALLERGY_BEHIND.match(text, last, end)
            or _ALLERGY_BEFORE.search(text[max(start, first - 40) : first])
        ):
            return first, last
    return None
