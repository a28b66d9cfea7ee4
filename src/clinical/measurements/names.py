"""Where a note names what can be measured: vital signs and laboratory values."""

import re
from typing import TYPE_CHECKING, NamedTuple

from clinical.lexicon.phrases import Match, Term, terms

if TYPE_CHECKING:
    from clinical.note import Note


# "Sat 97%" is a saturation, "Sat 4.8" and "Sat 21/2" are of a day.
_SATURATED = re.compile(r"[ \t:=]{0,3}(?:is |was |of )?(?:[5-9]\d|100)(?:\.\d)?(?![\d./]|\s?(?:kg|mm|mg|g|ml)\b)")


# No note measures more; what goes beyond is a table that somebody pasted, and its beginning says as much.
_MOST = 1_000


class Measured(NamedTuple):
    """A name of a vital sign or a laboratory value at `text[start:end]`."""

    start: int
    end: int
    name: str
    vital: bool


def measured_names(note: "Note") -> list[Measured]:
    """The names in order. "Reduced HDL" is a condition that ends with one."""
    found = []
    for match in note.document.matches:
        one = _named(note, match)
        if one is not None:
            found.append(one)
            if len(found) == _MOST:
                break
    return found


def _is_saturday(note: "Note", match: Match[Term]) -> bool:
    start, end = note.document.span(match)
    return note.text[start:end] == "Sat" and _SATURATED.match(note.text, end) is None


def _named(note: "Note", match: Match[Term]) -> Measured | None:
    document = note.document
    if _is_saturday(note, match):
        return None
    for term in match.found:
        if term.kind in {"lab", "vital"}:
            return Measured(*document.span(match), term.name, term.kind == "vital")
    if match.found[0].kind == "condition" and match.after - match.first > 1:
        for tail in terms().find(note.text, document.tokens, match.first + 1, match.after):
            names = [term.name for term in tail.found if term.kind == "lab"]
            if names and tail.after == match.after:
                return Measured(*document.span(tail), names[0], vital=False)
    return None
