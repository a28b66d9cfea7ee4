"""On what something hangs that is only to be done if: "If fever occurs, start amoxicillin"."""

import re

from clinical.facts import Place

IF = re.compile(
    r"\b(?:if|unless|once|in case|in the event|should (?:he|she|they|you|there|symptoms?|the))\b", re.IGNORECASE
)


def condition_in(text: str, start: int, end: int, *, of: int) -> Place | None:
    """The condition that a sentence names for what stands at `of`: before a comma, or behind it to the end.

    Args:
        text: The text of the note.
        start: Where the sentence begins.
        end: Where it ends.
        of: Where what is conditional begins.
    """
    before = list(IF.finditer(text, start, of))
    if before:
        comma = text.find(",", before[-1].end(), of)
        return _trimmed(text, before[-1].start(), comma if comma > 0 else of)
    behind = IF.search(text, of, end)
    return _trimmed(text, behind.start(), end) if behind else None


def _trimmed(text: str, start: int, end: int) -> Place | None:
    while end > start and text[end - 1] in " \t\n.,;:":
        end -= 1
    return Place(start, end) if end > start else None
