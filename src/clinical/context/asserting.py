"""How a mention is meant, going by its sentence, the line that introduces it, and the heading that it stands under."""

from functools import lru_cache

from clinical.context.assertion_value import Assertion
from clinical.note import Note


@lru_cache(maxsize=4)
def _note(text: str) -> Note:
    return Note(text)


def assertion(text: str, start: int, end: int) -> Assertion:
    """How `text[start:end]` is meant: denied, possible, past, a relative's, planned or feared; all false when it is so.

    A family history makes everything in it a relative's; a surgical history makes it past, and so does a medical
    history, except for conditions that last.
    """
    note = _note(text)
    if note.in_heading(start):
        return note.context.of(start, end)
    return note.context.of_condition(start, end)
