"""How sure a condition is, and whose, given how its mention is meant."""

import re

from clinical.context.assertion_value import Assertion
from clinical.facts import DiagnosisCertainty as Certainty
from clinical.people import Person

# Of those who are no relatives by blood, the ones whose illnesses belong into a family history all the same.
_HOUSEHOLD = re.compile(r"husband|wife|spouse|partner|in[- ]law|foster|fianc|girlfriend|boyfriend")
# A "history of" one of these is over unless the note says otherwise; it is not told as active.
_CANCER = re.compile(r"cancer|carcinoma|melanoma|lymphoma|leuk|sarcoma|malignan|myeloma|tumou?r|neoplasm")
_DATED = re.compile(
    r"^[^.;,]{0,60}?\b(?:in|on|since|from)\s(?:(?:january|february|march|april|may|june|"
    r"july|august|september|october|november|december)\s)?(?:\d{1,2}/)?(?:19|20)\d\d\b|"
    r"^[^.;,]{0,60}?\b(?:\d+|several|many|few|couple of|two|three|four|five|six|ten)\s(?:years|"
    r"months)\s(?:ago|prior|back)\b|^[^.;,]{0,40}\blast (?:year|winter|summer|spring|autumn)\b|"
    r"^[^.;,]{0,30}?\bage[d]?\s\d{1,2}\b|"
    r"^[^.;,]{0,30}?\bin\s(?:(?:his|her|their|my)\s)?(?:(?:early|mid|late)[\s-])?(?:teens|twenties|thirties|forties|"
    r"fifties|sixties|[2-9]0['’]?s)\b|^\s?\(?,?\s?(?:19|20)\d\d\b",
    re.IGNORECASE,
)

# "spironolactone was stopped for", "had been withdrawn in May because of", "was held (".
_PAST_STOP = re.compile(
    r"\b(?:was|were|been|previously|formerly|once)\s(?:\w+\s){0,2}(?:stopped|discontinued|withdrawn|held|suspended|ceased|"
    r"withheld|changed|switched|reduced)\b[^.;(]{0,40}"
    r"(?:\b(?:for|because of|due to|owing to|after|secondary to|on account of|with|following)\s(?:\w+\s){0,3}|\()$",
    re.IGNORECASE,
)
REASON_WITHIN = 120
"""Characters before a condition in which what it was the reason for is looked for."""


# "d/c'd in May after a GI bleed", "cough started after a cold": it was there before, and what passes is over.
_BEFORE_THAT = re.compile(
    r"\b(?:start|beg[aiu]n|onset|came on|stopp?|d/c|discontinu|held|withdr|ceas|off|since|given|took|taken|introduced)"
    r"[^.;\n]{0,40}?\b(?:after|following|since)\s(?:(?:an?|the|his|her|their|recent|previous|\w+al)\s)*$",
    re.IGNORECASE,
)


# "TB, treated 1974", "hepatitis C cleared with … in 2023": what was treated in a year is over.
_TREATED = re.compile(
    r"[\s,(–—-]{0,4}(?:(?:was|were|fully|successfully)\s){0,2}(?:treated|cleared|eradicated|cured|healed)"
    r"(?=\s(?:in|with|w|by|at|during|successfully|elsewhere|\(|\d)|,?\s(?:19|20)\d\d)(?:(?!\bsince\b|\bfrom\b)[^.;\n]){0,40}?\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_HAD = re.compile(r"\b(?:had|previous|past|old|prior)\s(?:(?:an?|left|right|her|his)\s){0,2}$", re.IGNORECASE)
# "Mastectomy 1998 for breast cancer".
_OPERATED = re.compile(r"\b(?:19|20)\d\d\)?\s(?:for|due to)\s(?:(?:an?|left|right|l|r)\s){0,2}$", re.IGNORECASE)
_YEAR = re.compile(r"[\s,(]{0,2}(?:in\s)?(?:19|20)\d\d\b", re.IGNORECASE)


def lasts(names: frozenset[str], meant: Assertion, *, stays: bool) -> bool:
    """Whether a condition with a history is there still."""
    return stays and not (meant.background and any(_CANCER.search(name) for name in names))


def certainty_of(meant: Assertion, *, stays: bool) -> Certainty | None:
    """What is said of a condition; None when it is not said to be anyone's whom the note is about."""
    if meant.family:
        known = meant.person is Person.RELATIVE or any(_HOUSEHOLD.search(name) for name in meant.relatives)
        return None if meant.negated or meant.hypothetical or not known else Certainty.FAMILY
    if meant.negated and not (meant.hypothetical and not meant.excluded):
        return Certainty.RULED_OUT
    if meant.hypothetical:
        return None
    if meant.resolved or (meant.historical and not (meant.background and stays)):
        return Certainty.HISTORICAL
    return Certainty.POSSIBLE if meant.possible else Certainty.CONFIRMED


def is_dated(behind: str) -> bool:
    """Whether what stands behind a condition that passes puts it into the past: "heart attack in 2018"."""
    return bool(_DATED.match(behind))


def is_of_before(before: str) -> bool:
    """Whether what stands before a condition puts it before something that was begun or ended."""
    return bool(_BEFORE_THAT.search(before))


def was_treated(behind: str) -> bool:
    """Whether a condition was treated in a year that is named: it is over."""
    return _TREATED.match(behind) is not None


def was_cancer(names: frozenset[str], before: str, behind: str) -> bool:
    """Whether somebody had a cancer in a year that is named: "had breast cancer 1998"."""
    dated = (_YEAR.match(behind) and _HAD.search(before)) or _OPERATED.search(before)
    return bool(dated) and any(_CANCER.search(name) for name in names)


def is_reason_of_past_stop(before: str) -> bool:
    """Whether what stands before a condition makes it the reason for which a treatment was stopped in the past."""
    return bool(_PAST_STOP.search(before))
