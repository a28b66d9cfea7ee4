"""Where the quotes of a summary stand: in the text of their notes, and on the pages these came on."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID

from features.notes import Layout
from features.summaries.schema import SummaryCitation, SummaryStatement
from features.summaries.shape import ChartNote, Citation, Statement

Layouts = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, Layout]]]
"""Brings the layouts of notes; of those that came as text there are none."""


class Places:
    """Finds the quotes from some notes."""

    def __init__(self, notes: Sequence[ChartNote], layouts: Layouts) -> None:
        self._notes = {note.id: note for note in notes}
        self._layouts = layouts
        self._asked: set[UUID] = set()
        self._known: dict[UUID, Layout] = {}

    async def of(self, statements: Sequence[Statement]) -> list[SummaryStatement]:
        """The statements as they are answered; the layouts that are not there yet are fetched all at once."""
        cited = {citation.note_id for each in statements for citation in each.citations}
        wanted = {name for name in cited - self._asked if name in self._notes and self._notes[name].is_from_file}
        if wanted:
            self._known |= await self._layouts(wanted)
            self._asked |= wanted
        return [self._shown(each) for each in statements]

    def _shown(self, statement: Statement) -> SummaryStatement:
        return SummaryStatement(
            text=statement.text,
            citations=[self._citation(each) for each in statement.citations],
            supported=statement.supported,
        )

    def _citation(self, citation: Citation) -> SummaryCitation:
        note, layout = self._notes.get(citation.note_id), self._known.get(citation.note_id)
        span = None if note is None else span_of(note.content, citation)
        place = None if span is None or layout is None else layout.place(*span)
        start, end = span or (None, None)
        return SummaryCitation(
            note_id=citation.note_id,
            taken_at=citation.taken_at,
            quote=citation.quote,
            start=start,
            end=end,
            page=place.page if place else None,
            box=place.box if place else None,
        )


def span_of(content: str, citation: Citation) -> tuple[int, int] | None:
    """Where a quote stands in its note: where it was taken from, or else the first place with just these words."""
    quote = citation.quote
    if citation.start is not None:
        return citation.start, citation.start + len(quote)
    words = r"\s+".join(map(re.escape, quote.split()))
    if not words:
        return None
    # A model may have other spaces than the note; and "50 mg" is no part of "150 mg".
    found = re.search(rf"(?<![^\W_]){words}(?![^\W_])", content) or re.search(words, content)
    return found.span() if found else None
