"""What it takes to speak with a patient: an interpreter, hearing aids, somebody who helps."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinical.note import Note

_NEEDS = re.compile(
    r"\b(?:(?:with|through|via|by) (?:an?|the|his|her) (?:\w+ ){0,2}interpreter(?: for \w+)?(?: \(\w+\))?"
    r"|interpreter (?:present|needed|required|used|booked|for \w+)(?: \(\w+\))?"
    r"|needs? an? (?:\w+ ){0,2}interpreter(?: for \w+)?"
    r"|(?:daughter|son|wife|husband|mother|father|sister|brother), who (?:interprets|translates)(?: \w+){0,5}"
    r"|hearing (?:loss, )?(?:\w+ )?aids?|hearing loss, (?:one|two) aids?"
    r"|(?:uses |in |needs )?(?:british )?sign language|lip-?reads)(?!\w)",
    re.IGNORECASE,
)
# "An Arabic interpreter", "interpreter for Russian", "interpreter present (Cantonese)".
_LANGUAGE = re.compile(
    r"(?:\b(?P<before>[A-Z][a-z]{2,14})(?:[- ]speaking)?\s(?:[a-z]{3,12}\s){0,1}interpreter"
    r"|\b[Ii]nterpreter for (?P<behind>[A-Z][a-z]{2,14})"
    r"|\b[Ii]nterpreter[a-z ]{0,16}\((?P<bracketed>[A-Z][a-z]{2,14})\))"
)
# What begins a sentence there, or says what kind of interpreter it is.
_NO_LANGUAGE = frozenset({"with", "through", "via", "telephone", "needs", "the", "professional", "official", "video"})
_NOT_NOW = frozenset({"family", "signature"})
_MOST = 6


def needs_to_speak(note: "Note") -> Iterator[tuple[int, int]]:
    """Where a note says what it takes to speak with the patient, in the order of the text."""
    found = (match.span() for match in _NEEDS.finditer(note.text) if note.kind_at(match.start()) not in _NOT_NOW)
    for number, (start, end) in enumerate(found):
        if number == _MOST:
            return
        if not note.context.of(start, end).negated:
            yield start, end


def is_of_speaking(text: str) -> bool:
    """Whether advice is on how to speak with the patient."""
    return _NEEDS.fullmatch(text) is not None


def language_of(text: str) -> str | None:
    """The language that an interpreter speaks, where advice on how to speak with the patient names it."""
    found = _LANGUAGE.search(text)
    told = next((each for each in found.groups() if each), None) if found else None
    return told if told and told.lower() not in _NO_LANGUAGE else None
