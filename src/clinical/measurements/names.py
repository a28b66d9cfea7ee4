"""Where a note names what can be measured: vital signs and laboratory values."""

from typing import TYPE_CHECKING, NamedTuple

from clinical.lexicon.phrases import Match, Term, terms

if TYPE_CHECKING:
    from clinical.note import Note


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


def _named(note: "Note", match: Match[Term]) -> Measured | None:
    document = note.document
    for term in match.found:
        if term.kind in {"lab", "vital"}:
            return Measured(*document.span(match), term.name, term.kind == "vital")
    if match.found[0].kind == "condition" and match.after - match.first > 1:
        for tail in terms().find(note.text, document.tokens, match.first + 1, match.after):
            names = [term.name for term in tail.found if term.kind == "lab"]
            if names and tail.after == match.after:
                return Measured(*document.span(tail), names[0], vital=False)
    return None
