"""Tests that a clause names without a value, and when they are to be: "TSH yearly", "Next HbA1c due 3 May"."""

import re

from clinical.note import Note
from clinical.plans.due import due_in
from clinical.roles import phrases_with_roles

STEP_WORDS = "steps.txt"
_LEADS = re.compile(r"\s*(?:(?:[-–—*•]|\(?\d{1,2}[.)])\s+)?(?:P\s?:\s|Plan\s?[:–-]\s)?(?:next\s)?", re.IGNORECASE)
# A test and nothing but when it is to be: "TSH in December 2026", "Next HbA1c due 3 May".
_WHO = (
    r"(?:(?:with|at|by|via)\s(?:(?:the|your|his|her|our)\s)?(?:gp|surgery|practice|practice nurse|nurse|midwife|"
    r"district nurse|clinic|health cent(?:er|re)|hospital|pharmacy)\b\s?)?"
)
_TEST_AND_TIME = re.compile(rf"\s(?:again\s)?{_WHO}(?:is\s)?(?:due\s)?(?:in|on|for|by|at|from)?\s?", re.IGNORECASE)
# "Lithium level", "clozapine bloods": what the laboratory finds of a drug.
_LEVEL = re.compile(r"\s(?:levels?|bloods?|trough)\b", re.IGNORECASE)
_AND_TEST = re.compile(r"\s?(?:,|&|\+|/|\band\b)\s?", re.IGNORECASE)
# "HbA1c every year, first one in late October"
_OFTEN_AND_TIME = re.compile(
    r"[\s,]*(?:(?:every|each)\s(?:\w+\s?){1,2}|yearly|annually|monthly|weekly|\d-(?:month|week)ly)?"
    r"[\s,]*(?:again\s)?(?:is\s)?(?:(?:the\s)?(?:first|next)\s)?(?:(?:one|dose|check)\s)?(?:is\s)?(?:due\s)?"
    r"(?:in|on|for|by|at|from)?\s?(?:(?:early|late|mid)[\s-])?",
    re.IGNORECASE,
)
# What else may stand behind when it is to be: "HbA1c every June because of …", "TSH yearly with GP"
_MORE = re.compile(r"(?!\s(?:because|as|with|at|by|via|for|in view of|please)\b)[\s]*[^\s.\n]", re.IGNORECASE)
# "Bloods every 12 weeks, next 11 February"
NEXT = re.compile(r"\bnext\b", re.IGNORECASE)
_BARE_YEAR = re.compile(r"\d{4}")
# A value with its time is none to come: "HbA1c 54 in three months".
_VALUE = re.compile(r"\s?(?:[:=]|is|was|of)?\s?[<>]?\d")


def test_with_time(note: Note, start: int, end: int) -> tuple[int, int] | None:
    """Where the test stands of a clause that says no more than when it is to be."""
    test = begins_with_test(note, start, end) or begins_with_work(note, start, end)
    due = due_in(note, test[1], end) if test else None
    if test is None or due is None or _MORE.match(note.text, due[1].end, end) or _BARE_YEAR.fullmatch(due[0]):
        return None
    forms = (_TEST_AND_TIME, _OFTEN_AND_TIME)
    return test if any(form.fullmatch(note.text, test[1], due[1].start) for form in forms) else None


def begins_with_work(note: Note, start: int, end: int) -> tuple[int, int] | None:
    """Where a clause begins with something that is arranged and has no name among the tests: "Bloods in May"."""
    first, after = note.document.tokens_in(start, end)
    tokens = note.document.tokens
    for match in phrases_with_roles(STEP_WORDS).find(note.text, tokens, first, min(after, len(tokens)))[:1]:
        if match.first - first <= 1 and match.found[0] in {"work", "meet"}:
            stop = tokens[match.after - 1].end
            joined = _AND_TEST.match(note.text, stop, end)
            other = begins_with_test(note, joined.end(), end) if joined else None
            return tokens[first].start, other[1] if other else stop
    return None


def begins_with_test(note: Note, start: int, stop: int) -> tuple[int, int] | None:
    """Where a clause names at its beginning what the laboratory measures, without a value: "TSH once a year"."""
    lead = _LEADS.match(note.text, start, stop)
    start = lead.end() if lead else start
    begun = end = start
    for match in note.document.matches_in(start, stop):
        at, after = note.document.span(match)
        joined = at == start if end == start else _AND_TEST.fullmatch(note.text, end, at) is not None
        level = _LEVEL.match(note.text, after, stop)
        kinds = {term.kind for term in match.found}
        if not joined or not ("lab" in kinds or (level and "drug" in kinds)):
            break
        after = level.end() if level else after
        if _VALUE.match(note.text, after):
            return None
        end = after
    return (begun, end) if end > start else None
