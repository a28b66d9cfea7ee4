"""Whether the numbers of a statement, their units, dates and frequencies are those of its quotes."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

from features.summaries.grounding.beside import Beside, with_broader
from features.summaries.grounding.measures import Number, compare, meant_by
from features.summaries.grounding.quotes import Passage
from features.summaries.grounding.reading import Atom, Reading, stem
from features.summaries.grounding.tables import words

_COUNTED = words("counted")
_JOINED = re.compile(r"\s?(?:-|–|/|to)\s?\Z")
_OF = re.compile(r"[\s-]*+(?:[A-Za-z/]{1,40}\s++|(?<=\s))of\s++(?:the\s+|his\s+|her\s+)?")


class _Placed(Protocol):
    """Something that stands somewhere in a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Amounts(Beside):
    """Whether the numbers of a statement, their units, dates and frequencies are those of its quotes."""

    def _numbers(self) -> Iterator[str]:
        quoted = [(passage, number) for passage in self._passages for number in _within(passage)]
        said = self._said.measures
        for number in said.numbers:
            if self._is_count(number):
                continue
            results = [(compare(number, other), passage, other) for passage, other in quoted]
            agreeing = [(passage, other) for result, passage, other in results if result is None]
            if not agreeing:
                if self._standing_in_word(number):
                    continue
                yield (
                    "unit_mismatch"
                    if any(result == "unit_mismatch" for result, _, _ in results)
                    else "number_not_in_quote"
                )
            elif not self._same_owner(number, agreeing):
                yield "number_not_in_quote"
        pairs = {pair for passage in self._passages for pair in _pairs(passage.reading, passage.low, passage.high)}
        if not set(_pairs(self._said, 0, len(self._said.text))) <= pairs:
            yield "number_not_in_quote"
        yield from self._codes()
        yield from self._days()
        often = {
            one.name for passage in self._passages for one in passage.reading.measures.often if _inside(one, passage)
        }
        for one in said.often:
            if one.name not in often and not self._same_often(one.name, often):
                yield "frequency"

    def _same_often(self, name: str, often: set[str]) -> bool:
        alike = {"1 a day": {"every 24 hour", "every 1 day"}, "2 a day": {"every 12 hour"}, "3 a day": {"every 8 hour"}}
        alike |= {
            "4 a day": {"every 6 hour"},
            "1 a week": {"every 7 day", "every 1 week"},
            "1 a year": {"every 1 year"},
        }
        alike |= {"1 a month": {"every 1 month", "every 4 week"}, "every 2 week": {"every 14 day"}}
        both = [*alike.items(), *((other, {one}) for one, others in alike.items() for other in others)]
        if any(name == one and not others.isdisjoint(often) for one, others in both):
            return True
        # "annual" and "weekly" may be part of a name, which the words are compared for
        return name in {"1 a year", "1 a month", "1 a week", "1 a day"} and _loosely(name) <= {
            stem(word) for word in self._words
        }

    def _is_count(self, number: Number) -> bool:
        """Whether a number only counts what follows: "two drugs", "one of"."""
        if self._said.text[number.start : number.end].lower() == "one" and number.unit is None:
            return True
        at = self._said.index(number.end)
        following = [token.word for token in self._said.tokens[at : at + 3]]
        return not _COUNTED.isdisjoint(following) and number.unit is None

    def _standing_in_word(self, number: Number) -> bool:
        """Whether a number is part of a name that the quotes have in another spelling: "type 2" in "T2DM"."""
        return any(
            atom.kind != "word"
            and atom.start <= number.start
            and number.end <= atom.end
            and self._matches(atom, self._quoted)
            for atom in self._said.atoms
        )

    def _codes(self) -> Iterator[str]:
        """Words with digits in them, such as L5 or 4/5, stand in the quotes exactly so."""
        quoted = {
            token.word for passage in self._passages for token in passage.reading.tokens if _inside(token, passage)
        }
        parts = {part for word in quoted for part in re.split(r"[-/]", word)}
        for token in self._said.tokens:
            word = token.word
            if not (any(character.isdigit() for character in word) and any(character.isalpha() for character in word)):
                continue
            if any(other.start <= token.start < other.end for other in self._said.measures.numbers):
                continue
            counted = [(one.start, one.end) for one in self._said.measures.often]
            counted += [(one.start, one.end) for one in self._said.measures.days]
            if any(start <= token.start < end for start, end in counted):
                continue
            known = any(
                atom.start <= token.start
                and token.end <= atom.end
                and atom.kind != "word"
                and self._matches(atom, self._quoted)
                for atom in self._said.atoms
            )
            if not known and word not in quoted and not set(re.split(r"[-/]", word)) <= parts:
                yield "number_not_in_quote"

    def _days(self) -> Iterator[str]:
        for day in self._said.measures.days:
            said = day
            fine = False
            for passage in self._passages:
                quoted = [other for other in passage.reading.measures.days if _inside(other, passage)]
                fine = fine or any(said.agrees(other) for other in quoted)
                if passage.day is None:
                    continue
                for known, off in meant_by(passage.sentence_text, passage.day):
                    if said.day is None or off == 0:
                        fine = fine or said.agrees(known)
            if not fine:
                yield "number_not_in_quote"

    def _same_owner(self, number: Number, agreeing: list[tuple[Passage, Number]]) -> bool:
        """Whether the number belongs to the same drug or measurement here and there."""
        owner = _owners(self._said, number.start, number.end)
        if not owner:
            return True
        before = owner[0]
        keys = with_broader(before)
        if not any(not keys.isdisjoint(with_broader(atom)) for _, atom in self._quoted):
            return True
        for passage, other in agreeing:
            owners = _owners(passage.reading, other.start, other.end)
            if not owners or any(not keys.isdisjoint(with_broader(one)) for one in owners):
                return True
        return False


def _inside(place: _Placed, passage: Passage) -> bool:
    return place.start < passage.high and place.end > passage.low


def _within(passage: Passage) -> list[Number]:
    return [number for number in passage.reading.measures.numbers if _inside(number, passage)]


def _pairs(reading: Reading, low: int, high: int) -> Iterator[tuple[float, float]]:
    """Ranges, and what is written like "128/82"."""
    numbers = [number for number in reading.measures.numbers if number.start < high and number.end > low]
    for one, two in pairwise(numbers):
        if two.start - one.stop < 5 and _JOINED.match(reading.text[one.stop : two.start]):
            yield one.value, two.value


def _loosely(name: str) -> set[str]:
    return {stem({"1 a year": "annual", "1 a month": "monthly", "1 a week": "weekly", "1 a day": "daily"}[name])}


def _owners(reading: Reading, start: int, end: int) -> list[Atom]:
    """The drugs or measurements nearest before and after a place in its sentence."""
    low, high = reading.sentence_of(start)
    low = max(low, reading.text.rfind(";", low, start) + 1)
    things = [
        atom
        for atom in reading.atoms
        if atom.kind in {"drug", "lab", "vital"} and low <= atom.start and atom.end <= high
    ]
    before = max((atom for atom in things if atom.end <= start), key=lambda atom: atom.end, default=None)
    after = min((atom for atom in things if atom.start >= end), key=lambda atom: atom.start, default=None)
    if after is not None and _OF.fullmatch(reading.text, end, after.start):
        return [after]
    return [atom for atom in (before, after) if atom]
