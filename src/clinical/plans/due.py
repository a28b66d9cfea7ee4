"""When a step is due, as a note tells it."""

import re
from datetime import date

from clinical.facts import Place
from clinical.note import Note
from clinical.values.dates import dates_in
from clinical.values.durations import Span, durations_in

_DUE_WORDS = re.compile(
    r"\b(?:(?:at|on|from)\s(?:post-?op(?:erative)?\s)?day\s\d{1,2}\b|(?:at\s)?(?:the\s)?next\s(?:visit|appointment|week|month|year|clinic)|tomorrow|at\s\w+\s(?:days|weeks|months)|(?:in\s)?a\s(?:couple|few)\sof?\s?"
    r"(?:days|weeks|months)|once a year|twice a year|"
    r"every (?:day|week|fortnight|month|year|(?-i:January|February|March|April|May|June|July|August|September|October|"
    r"November|December))|weekly|fortnightly|monthly|yearly|annually|"
    r"every\s\w+\s(?:weeks|months))\b",
    re.IGNORECASE,
)  # fmt: skip
# "for four weeks, then": the next step waits for the one before.
_THEN = re.compile(r",?\s?(?:and\s)?then\s$", re.IGNORECASE)
_LENGTH = re.compile(r"^(?:(?:for|over|during)\s)?(?:(?:the next|another|a further)\s)?", re.IGNORECASE)


def due_in(note: Note, start: int, end: int) -> tuple[str, Place] | None:
    """When a step is due: as an ISO date or month where that can be known, else as the note has it."""
    text = note.text
    for found in dates_in(text, note.day, day_first=note.day_first, start=start, end=end):
        words = " ".join(text[found.start : found.end].split())
        if words.lower() in {"today", "now"} or words.lower().endswith("ago") or words.lower().startswith("last "):
            continue
        before = text[max(start, found.start - 3) : found.start].lower()
        said = words if found.relative and words.lower().startswith(("in ", "next", "within")) else None
        if said is None and before.endswith("in "):
            words = f"in {words}"
        iso = _to_come(found.iso, note.day) if found.relative else found.iso
        return iso or words, Place(found.start, found.end)
    for span in durations_in(text, start, end):
        if span.kind is Span.PLAIN:
            return " ".join(text[span.start : span.end].split()), Place(span.start, span.end)
    match = _DUE_WORDS.search(text, start, end)
    return (" ".join(match.group().split()), Place(*match.span())) if match else None


def due_after(note: Note, start: int) -> tuple[str, Place] | None:
    """When a step is due that follows another: "new cast for four weeks, then CT" is a CT after four weeks."""
    text = note.text
    first, _ = note.document.sentence_span(start)
    link = _THEN.search(text[first:start])
    if link is None:
        return None
    stop = first + link.start()
    begin = max(text.rfind(mark, first, stop) + 1 for mark in (";", ",")) or first
    spans = list(durations_in(text, max(begin, first), stop))
    if not spans:
        return None
    span = spans[-1]
    length = _LENGTH.sub("", " ".join(text[span.start : span.end].split()))
    return f"after {length}", Place(span.start, span.end)


def _to_come(iso: str | None, day: date | None) -> str | None:
    """The same day or month of the next year, where that of this one is over."""
    if iso and day and len(iso) >= 7 and iso < day.isoformat()[: len(iso)]:
        return f"{int(iso[:4]) + 1}{iso[4:]}"
    return iso
