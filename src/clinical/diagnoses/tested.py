"""What a list of tests or an attack that did not come says of a condition: "HIV, hep B and C neg", "no gout attack"."""

import re

from clinical.concepts import concept_of
from clinical.note import Note

_JOIN = re.compile(r"\s?(?:,\s(?:and\s|or\s)?|/|&|\+|\b(?:and|or)\s)\s?", re.IGNORECASE)
_LAST = re.compile(
    r"\s?(?:[:–-]\s?)?(?:(?:serology|screens?|screening|tests?|swabs?|pcrs?|antibod(?:y|ies)|are|were|is|was|all|both|"
    r"each|now|also)\s){0,4}(?:neg(?:ative)?|-ve|not detected|non-?reactive|excluded)(?![\w-])",
    re.IGNORECASE,
)
# Of which nothing is said before that: "Known HIV, hep B neg" is another matter.
_OPENS = re.compile(
    r"\s*(?:[-–*•]\s?)?(?:(?:bloods?|serology|viral|virology|screens?|screening|tests?|swabs?|pcrs?|results?|for|of|"
    r"coeliac|celiac)\s?[:–-]?\s?){0,4}",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:(\n]")
_TESTED = re.compile(
    r"hiv|hepatitis [a-e]\b|syphilis|virus|viral|covid|influenza|malaria|chlamyd|gonorrh|toxoplasm|cytomegalo|epstein|"
    r"rubella|measles|mumps|varicella|chickenpox|parvo|tubercul|mrsa|difficile|lyme|leptospir|dengue|brucell|trichomon|"
    r"celiac|strongyl|schisto|legionell|pneumococc|streptococc|cryptococc|mycoplasma|parasit|mononucleosis"
)
# Of the names that a list of tests has and no lexicon of conditions: "hep B and C", "Quantiferon", "VDRL".
_LETTER = re.compile(r"[A-E]|(?:quantiferon|vdrl|treponemal|igra|ebv|cmv|anca|ana)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][\w-]{0,16}(?:\s(?!and\b|or\b|neg|all\b|both\b|are\b|were\b)[A-Za-z][\w-]{0,16})?")
_ATTACK = (
    r"(?:attacks?|flares?(?:[- ]?ups?)?|episodes?|bouts?|relapses?|recurrences?|exacerbations?|crises|crisis|symptoms?)"
)
_ATTACK_BEHIND = re.compile(rf"\s{_ATTACK}\b", re.IGNORECASE)
_ATTACK_BEFORE = re.compile(rf"\b{_ATTACK}\s(?:of|from)\s(?:(?:his|her|their|the|acute)\s)?$", re.IGNORECASE)
_LONGEST, _BACK = 120, 40


def is_in_negative_list(note: Note, start: int, end: int) -> bool:
    """Whether a condition stands in a bare list of what was tested for, of which its end says that all is negative."""
    first, last = note.document.sentence_span(start)
    cut = max(
        (found.end() for found in _CLAUSE.finditer(note.text, max(first, start - _LONGEST), start)), default=first
    )
    if not _is_found_by_tests(note.text[start:end]) or not _is_list_before(note.text, max(cut, first), start):
        return False
    return _is_list_behind(note.text, end, min(last, end + _LONGEST))


def _is_found_by_tests(name: str) -> bool:
    """Whether a test for it can be negative: of "hypertension, diabetes, HIV negative" only the last one."""
    return _LETTER.fullmatch(name) is not None or _TESTED.search(concept_of(name, "condition")) is not None


def _is_list_before(text: str, start: int, end: int) -> bool:
    opened = _OPENS.match(text, start, end)
    at = opened.end() if opened else start
    while at < end:
        name = _name_at(text, at, end)
        joined = _JOIN.match(text, name, end) if name else None
        if joined is None:
            return False
        at = joined.end()
    return True


def _is_list_behind(text: str, at: int, end: int) -> bool:
    while (joined := _JOIN.match(text, at, end)) is not None:
        name = _name_at(text, joined.end(), end)
        if name is None:
            return False
        at = name
    return _LAST.match(text, at, end) is not None


def _name_at(text: str, at: int, end: int) -> int | None:
    """Where the name of a condition or a test ends that begins at a place."""
    found = _NAME.match(text, at, end)
    while found is not None:
        if _is_found_by_tests(found.group()):
            return found.end()
        stop = text.rfind(" ", at, found.end())
        found = _NAME.fullmatch(text, at, stop) if stop > at else None
    return None


def is_of_attack(note: Note, start: int, end: int) -> bool:
    """Whether only an attack of a condition is meant, and not the condition: "no gout attack this year"."""
    first, last = note.document.sentence_span(start)
    before = note.text[max(first, start - _BACK) : start]
    named = note.text[start:end]
    return bool(
        _ATTACK_BEHIND.match(note.text, end, last)
        or _ATTACK_BEFORE.search(before)
        or re.match(rf"(?i){_ATTACK}\s(?:of|from)\s", named)
    )
