"""The words around a mention, as a weighing sees them.

Words count by their beginning, so that "stopped" and "stopping" are one; numbers, drugs and conditions count by their
kind, since what becomes of a drug does not depend on which it is.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from clinical.note import Note

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.,]\d+)?|->|=>|[^\w\s]")
_STEM = 5
"""Letters of a word that count."""
_BESIDE, _NEAR, _FAR = 2, 5, 14
"""So many words are right beside a mention, near it, and looked at at all."""
REACH = 200
"""Characters on either side that are looked at."""
_LABEL = re.compile(r"[^:\n]{1,40}(?=:)")
_WORDS_OF_LABEL = 5
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER, DRUG, CONDITION, PROCEDURE = "#", "<drug>", "<condition>", "<procedure>"
_KINDS = {"drug": DRUG, "class": DRUG, "condition": CONDITION}


class Named(NamedTuple):
    """A drug, a condition or a procedure at `text[start:end]`."""

    start: int
    end: int
    kind: str


class _Word(NamedTuple):
    start: int
    stem: str


class Surroundings:
    """The words of a note, cut up once for all its mentions."""

    def __init__(self, note: "Note") -> None:
        self.note = note
        self._words = list(_words(note.text, sorted(_named(note))))
        self._starts = [word.start for word in self._words]

    def between(self, start: int, end: int) -> list[str]:
        """The words that begin in `text[start:end]`."""
        first, after = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [word.stem for word in self._words[first:after]]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """What is looked at of the sentence in which `text[start:end]` is mentioned."""
        first, last = self.note.document.sentence_span(start)
        return max(first, start - REACH), max(end, min(last, end + REACH))

    def features(self, start: int, end: int) -> Iterator[str]:
        """What stands around the mention at `text[start:end]`; a feature may be told twice."""
        first, last = self.sentence(start, end)
        yield from _side("b", self.between(first, start)[::-1][:_FAR])
        yield from _side("a", self.between(end, last)[:_FAR])
        yield f"k:{self.note.kind_at(start)}"
        label = _LABEL.match(self.note.text, self.note.document.line_at(start).start, start)
        if label:
            for word in _WORD.findall(label.group())[:_WORDS_OF_LABEL]:
                yield f"h:{_stem(word)}"


def _named(note: "Note") -> Iterator[Named]:
    """The drugs, conditions and procedures of a note."""
    for match in note.document.matches:
        kind = next((_KINDS[term.kind] for term in match.found if term.kind in _KINDS), None)
        if kind is not None:
            yield Named(*note.document.span(match), kind)
    for name in note.procedure_names:
        yield Named(name.start, name.end, PROCEDURE)


def _words(text: str, named: Sequence[Named]) -> Iterator[_Word]:
    at = 0
    for one in named:
        if one.start < at:
            continue
        for match in _WORD.finditer(text, at, one.start):
            yield _Word(match.start(), _stem(match.group()))
        yield _Word(one.start, one.kind)
        at = one.end
    for match in _WORD.finditer(text, at):
        yield _Word(match.start(), _stem(match.group()))


def _stem(word: str) -> str:
    if word[0].isdigit():
        return "<year>" if _YEAR.fullmatch(word) else _NUMBER
    return word[:_STEM].lower().replace("’", "'")


def _side(name: str, words: Sequence[str]) -> Iterator[str]:
    """The words on one side, the nearest first, alone and in pairs; those beyond another drug are told apart."""
    if not words:
        yield f"{name}:none"
        return
    yield f"{name}next:{' '.join(words[:2])}"
    beyond = 0
    for place, word in enumerate(words):
        if word == DRUG:
            beyond = 1
        yield f"{name}{beyond}:{word}"
        if place < _NEAR:
            yield f"{name}{beyond}{0 if place < _BESIDE else 1}:{word}"
        if place + 1 < len(words):
            yield f"{name}{beyond}:{word} {words[place + 1]}"
