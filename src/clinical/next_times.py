"""When something that comes again is due the next time: "denosumab 60 mg, first given today, next April 2027"."""

import re

from clinical.facts import Place, Plan
from clinical.note import Note
from clinical.plans.due import due_in

_DATE = r"(?=\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b)"
_NEXT = re.compile(
    r"[,;–—-]\s(?:and\s|the\s){0,2}(?P<next>next\s(?:(?:one|dose|due|injection|infusion|in|on|is|"
    r"(?!january|february|march|april|august|september|october|november|december)[a-z]{5,20})\s){0,3})"
    + _DATE
    + r"|(?:^|(?<=[.\n])\s?)(?P<opens>next\s(?:[a-z][\w-]{1,20}\s){1,3}(?:is\s)?due\s(?:on\s|in\s)?)"
    + _DATE
    + r"|(?<=[a-z])\s(?P<starts>(?:starts|begins|commences)\s(?:on\s|in\s)?)"
    + _DATE,
    re.IGNORECASE,
)
# So much of what stands before belongs to it, at most.
_LONGEST = 140
_CLAUSE = re.compile(r"[;:]\s|\.\s")
_MOST = 20
_CHECKED = re.compile(
    r"\b(?:surveillance|screening|review|check|bloods|clinic|appointment|counselling|therapy|"
    r"physio\w*|rehab\w*|course|classes)\b",
    re.IGNORECASE,
)


def next_times(note: Note, known: list[Plan]) -> list[Plan]:
    """The steps that a note tells by when a drug, a test or an operation comes next, where `known` has them not."""
    found: list[Plan] = []
    for match in _NEXT.finditer(note.text):
        at = match.start(match.lastgroup or 0)
        first, end = note.document.sentence_span(at)
        due = due_in(note, match.end(), end)
        start = max([first, at - _LONGEST, *(cut.end() for cut in _CLAUSE.finditer(note.text, first, at))])
        if due is None or due[1].start > match.end() or not _names_something(note, start, match.end()):
            continue
        if any(plan.start < due[1].end and due[1].start < plan.end for plan in known):
            continue
        start += len(note.text[start:at]) - len(note.text[start:at].lstrip())
        stop = due[1].end
        found.append(
            Plan(
                start=start,
                end=stop,
                original=note.text[start:stop],
                section=note.part_at(start),
                places={"text": Place(start, stop), "due": due[1]},
                text=" ".join(note.text[start:stop].split()).rstrip(" .,"),
                due=due[0].rstrip("."),
                condition=None,
            )
        )
        if len(found) >= _MOST:
            break
    return sorted([*known, *found], key=lambda plan: plan.start)


def _names_something(note: Note, start: int, end: int) -> bool:
    """Whether a drug, a procedure or a test is named, that can come again."""
    if note.procedures_in(start, end) or _CHECKED.search(note.text, start, end):
        return True
    matches = note.document.matches_in(start, end)
    return any(term.kind in {"drug", "class", "lab"} for match in matches for term in match.found)
