"""What makes a clause a step that is still ahead: its verbs, whose task it is, what is to be arranged."""

import re

from clinical.lexicon.resources import wordset
from clinical.note import Note
from clinical.plans.timed_tests import NEXT, STEP_WORDS, begins_with_test, test_with_time
from clinical.roles import phrases_with_roles

_VISIT = re.compile(
    r"\b(?:for|at|since|after|last|previous|from|on|missed|his|her|here|of)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_LEAD = wordset(
    "please then also kindly gp to for we i pt patient the and - : can could next baseline routine urgent annual"
)
_BY = wordset("by of")
# What is asked for by the patient is not yet arranged.
# "ALT every week until normal": that is what is waited for.
_UNTIL = re.compile(r"\b(?:until|till)(?:\s\w{1,12}){0,2}\s$", re.IGNORECASE)
_WISHES = re.compile(r"\b(?:patient|pt|he|she|they|family|mother|father|wife|husband)\s(?:\w+\s)?$", re.IGNORECASE)
# "GP to do HbA1c yearly", "district nurse to take clips out on 14 March"
WHOSE_TASK = re.compile(
    r"(?:(?:the|your|his|her|our)\s)?(?:gp|surgery|practice|(?:practice|district|community|epilepsy|heart failure|"
    r"diabetes|specialist|stoma|continence|tissue viability)\s?(?:nurse|pharmacist|team)|nurse|dn|midwife|"
    r"health visitor|pharmacist|dietitian|physio|cpn|care coordinator|keyworker)\s(?:kindly\s|please\s)?to\s"
    r"(?P<verb>(?!be\b|have\b|whom\b|patient\b|nurse\b|say\b|the\b|her\b|his\b|our\b)[a-z-]{2,})\b",
    re.IGNORECASE,
)


def step_in(note: Note, start: int, stop: int, *, in_plan: bool, sure: bool) -> tuple[int, int] | None:
    """Where the word stands that makes a clause a step ahead; None where none does."""
    document = note.document
    tokens = document.tokens
    first, after = document.tokens_in(start, stop)
    after = min(after, len(tokens))
    said = [
        (match, match.found[0])
        for match in phrases_with_roles(STEP_WORDS).find(note.text, tokens, first, after)
        if match.found[0] != "told" or not _UNTIL.search(note.text, start, tokens[match.first].start)
    ]
    roles = [role for _, role in said]
    whose = WHOSE_TASK.match(note.text, start, stop)
    if whose is not None and not _is_told(roles) and not _is_medicine(note, start, stop):
        return whose.span("verb")
    begin = first
    while begin < after - 1 and tokens[begin].word in _LEAD:
        begin += 1
    works = bool({"meet", "work"} & set(roles)) or _tests(note, start, stop)
    if _is_told(roles) or (_is_medicine(note, start, stop) and not works):
        return None
    for at, (match, role) in enumerate(said):
        place = tokens[match.first].start, tokens[match.after - 1].end
        behind = tokens[match.after].word if match.after < after else ""
        leads = match.first <= begin
        led = at > 0 and roles[at - 1] == "ahead" and match.first - said[at - 1][0].after <= 3
        if behind in _BY:
            continue
        begins = leads and (role == "act" or in_plan or sure)
        if role in {"act", "task"} and (led or begins):
            return place
        if role == "meet" and (led or begins or (sure and not _VISIT.search(note.text[start : place[0]]))):
            return place
        wished = _WISHES.search(note.text[start : place[0]])
        arranged = (role == "set" and match.first > first and not wished) or (
            role == "wait" and match.first <= begin + 1
        )
        if (arranged and works) or (role == "work" and leads and (in_plan or NEXT.search(note.text, start, stop))):
            return place
    return _test_ahead(note, start, stop) if sure else None


def _test_ahead(note: Note, start: int, stop: int) -> tuple[int, int] | None:
    """Where a clause begins with a test or an operation, which with a time or a condition is one to come."""
    if (test := begins_with_test(note, start, stop) or test_with_time(note, start, stop)) is not None:
        return test
    for name in note.procedures_in(start, stop):
        if name.start == start:
            return name.start, name.end
    return None


def _is_told(roles: list[str]) -> bool:
    """Whether it has happened, or will not: "was seen", but "was ordered" is still to come."""
    last = max((at for at, role in enumerate(roles) if role == "told"), default=-1)
    return last >= 0 and "set" not in roles[last + 1 :]


def _tests(note: Note, start: int, end: int) -> bool:
    """Whether a clause names a procedure or something that the laboratory measures."""
    found = note.document.matches_in(start, end)
    return bool(note.procedures_in(start, end)) or any(term.kind == "lab" for match in found for term in match.found)


def _is_medicine(note: Note, start: int, end: int) -> bool:
    found = note.document.matches_in(start, end)
    return any(term.kind in {"drug", "class"} for match in found for term in match.found)
