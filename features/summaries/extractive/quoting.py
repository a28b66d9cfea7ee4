"""What a statement rests on: the sentence of a note around a place, word for word."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from clinical import sentences
from features.summaries.grounding import without_planted
from features.summaries.shape import ChartNote, Citation

LONGEST_QUOTE = 300
# Below this, what the recognition of a scan found has to be compared with the scan.
SURE = 0.9
_SHORT_QUOTE = 25


class Source:
    """A note, with its sentences found when somebody asks for them."""

    def __init__(self, note: ChartNote) -> None:
        self.note = note
        # Instructions to the reader are no evidence of anything.
        self.content = without_planted(note.content)

    def facts(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What was understood of the note, without what stands in instructions to its reader."""
        if self.content is self.note.content:
            return self.note.facts
        return {
            kind: [
                self._sound(fact)
                for fact in facts
                if self.content[fact["start"] : fact["end"]] == fact["original"] != ""
            ]
            for kind, facts in self.note.facts.items()
        }

    def _sound(self, fact: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fact without the parts that only an instruction to the reader names."""
        planted = {
            name
            for name, (start, end) in (fact.get("places") or {}).items()
            if self.content[start:end] != self.note.content[start:end]
        }
        return {name: None if name in planted else value for name, value in fact.items()} if planted else fact

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        return sentences(self.content)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._sentences]

    def _sentence_at(self, offset: int) -> tuple[int, int]:
        """The sentence at an offset; its line, where there is none."""
        number = bisect_right(self._starts, offset) - 1
        if number >= 0 and offset < self._sentences[number][1]:
            return self._sentences[number]
        start = self.content.rfind("\n", 0, offset) + 1
        end = self.content.find("\n", offset)
        return start, len(self.content) if end < 0 else end

    def quote(self, first: int, last: int) -> tuple[int, str]:
        """The sentence around a place, and where it begins; of one beyond `LONGEST_QUOTE` the part around it.

        In whole words.
        """
        content = self.content
        start, end = self._sentence_at(first)
        start, end = min(start, first), max(end, min(last, start + LONGEST_QUOTE))
        if end - start < _SHORT_QUOTE:
            start, end = _whole_line(content, start, end)
        if end - start > LONGEST_QUOTE:
            if last - start > LONGEST_QUOTE:
                start = _word_start(content, max(start, last - LONGEST_QUOTE + 60), first)
            end = _word_end(content, start, min(end, start + LONGEST_QUOTE), last)
        quote = content[start:end]
        bare = quote.lstrip()
        return start + len(quote) - len(bare), bare.rstrip()


class Quotes:
    """The quotes for the citations of a chart."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.note.id: source for source in sources}

    def of(self, citations: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
        """What a statement rests on, each quote once."""
        found: dict[tuple[UUID, str], Citation] = {}
        for citation in citations:
            source = self._sources[citation["note_id"]]
            start, quote = source.quote(citation["start"], citation["end"])
            if quote:
                found.setdefault((source.note.id, quote), Citation(source.note.id, source.note.taken_at, quote, start))
        return tuple(found.values())

    def is_unsure(self, citations: Iterable[Citation]) -> bool:
        """Whether one of the notes is a scan that was hard to read."""
        notes = (self._sources[citation.note_id].note for citation in citations)
        return any(note.confidence is not None and note.confidence < SURE for note in notes)


def _whole_line(content: str, start: int, end: int) -> tuple[int, int]:
    """The line of something very short, so that a number or a label before it is quoted too."""
    first = content.rfind("\n", 0, start) + 1
    last = content.find("\n", end)
    last = len(content) if last < 0 else last
    return (first, last) if last - first <= LONGEST_QUOTE else (start, end)


def _word_start(content: str, start: int, bound: int) -> int:
    while start < bound and start > 0 and not content[start - 1].isspace():
        start += 1
    return start


def _word_end(content: str, start: int, end: int, least: int) -> int:
    if end >= len(content) or content[end].isspace():
        return end
    space = max(content.rfind(" ", start, end), content.rfind("\n", start, end))
    return space if space >= min(least, end) and space > start else end
