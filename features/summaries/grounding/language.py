"""What this check borrows from the understanding of notes: sentences, how a mention is meant, names of things."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from features import notes


class Named(NamedTuple):
    """A drug, condition, symptom, laboratory value or vital sign that is named in a text."""

    start: int
    end: int
    kind: str
    name: str
    lasting: bool


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text."""
    return notes.sentences(text)


def assertion(text: str, start: int, end: int) -> notes.Assertion:
    """How `text[start:end]` is meant."""
    return notes.assertion(text, start, end)


@cache
def _lexicon() -> tuple[Any, Any, Any]:
    return notes.terms(), notes.tokens_of, notes.drugs()


def named(text: str) -> list[Named]:
    """The things a text names, by their usual name; a medication by its ingredient."""
    phrases, tokens_of, drugs = _lexicon()
    found: list[Named] = []
    for start, end in sentences(text):
        tokens: Sequence[Any] = tokens_of(text, start, end)
        for match in phrases.find(text, tokens):
            first, last = tokens[match.first], tokens[match.after - 1]
            for term in match.found:
                name = drugs[term.name].ingredient if term.kind == "drug" and term.name in drugs else term.name
                lasting = term.kind == "condition" and term.flag
                found.append(Named(first.start, last.end, term.kind, name.lower(), lasting))
    return found
