"""Where a summary is worked on: in a child process, which may be slow, or be killed, without anyone else noticing.

Whatever goes through whole notes is done here; beside it stands what is answered when that takes too long. What works
there is loaded by the first who needs it, and in a thread: a server's start has no use for it, and nobody else waits.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple
from uuid import UUID

from features.summaries.shape import Chart, ChartNote, Draft, Options, Statement
from rounds.problems import Unavailable
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

if TYPE_CHECKING:
    from features.summaries.benchwork import Prepared
    from features.summaries.grounding import ChartItem, Reason

# Whoever waits for an answer waits so long at most: for a free child, for all of the chart, and for its newest notes.
PATIENCE_SECONDS = 10.0
SECONDS = 15.0
SECONDS_FOR_THE_NEWEST = 10.0
SECONDS_ALTOGETHER = PATIENCE_SECONDS + SECONDS + PATIENCE_SECONDS + SECONDS_FOR_THE_NEWEST
# So many characters of the newest notes are gone through in a fraction of a second.
NEWEST_CHARACTERS = 20_000
_COME_BACK_SECONDS = 5

_Given = TypeVarTuple("_Given")
_Found = TypeVar("_Found")


class TakesTooLong(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The notes cannot be gone through in the time there is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the notes say, and those that were left out of it because there was no time for them.

    Attributes:
        draft: The summary.
        planted: How many notes give instructions to their reader.
        omitted: The notes for which there was no time.
    """

    draft: Draft
    planted: int = 0
    omitted: Sequence[ChartNote] = ()


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where the work on one account's behalf is done."""

    child_processes: ChildProcesses
    whose: UUID | None = None

    async def tell(self, chart: Chart, options: Options, *, now: datetime) -> Told:
        """A summary from the facts alone; of the newest notes, if there is no time for all.

        Raises:
            Unavailable: when too many wait already, or even that takes too long.
        """
        await _loaded()
        from features.summaries import benchwork  # noqa: PLC0415 - see `_loaded`

        try:
            draft, planted = await self._do(benchwork.tell, chart, options, now, size=_size(chart.notes))
            return Told(draft, planted)
        except TakesTooLong:
            newest = replace(chart, notes=_newest(chart.notes))
        try:
            draft, planted = await self._do(
                benchwork.tell, newest, options, now, size=_size(newest.notes), seconds=SECONDS_FOR_THE_NEWEST
            )
        except TakesTooLong:
            raise Unavailable(seconds=_COME_BACK_SECONDS) from None
        return Told(draft, planted, chart.notes[len(newest.notes) :])

    async def prepare(self, chart: Chart, options: Options, *, tokens: int, today: date) -> "Prepared":
        """What a model is asked.

        Raises:
            TakesTooLong: when that cannot be made ready in time.
            Unavailable: when too many wait already.
        """
        await _loaded()
        from features.summaries import benchwork  # noqa: PLC0415 - see `_loaded`

        return await self._do(benchwork.prepare, chart, options, tokens, today, size=_size(chart.notes))

    async def check(
        self, draft: Draft, notes: Mapping[UUID, ChartNote], items: "Mapping[str, ChartItem]"
    ) -> "tuple[Draft, Counter[Reason]]":
        """The draft without what is not supported, and how many statements were left out for which reason.

        Raises:
            TakesTooLong: when that cannot be found out in time.
            Unavailable: when too many wait already.
        """
        await _loaded()
        from features.summaries import benchwork  # noqa: PLC0415 - see `_loaded`

        statements = [each for section in draft.sections for each in section.statements]
        cited, lines = _cited(statements, notes, items)
        return await self._do(benchwork.check, draft, cited, lines, size=_size(list(cited.values())))

    async def supports(
        self, statement: Statement, notes: Mapping[UUID, ChartNote], items: "Mapping[str, ChartItem]"
    ) -> Statement | None:
        """The statement with the notes it rests on; None where these and the lines of the chart do not support it.

        Raises:
            TakesTooLong: when that cannot be found out in time.
            Unavailable: when too many wait already.
        """
        await _loaded()
        from features.summaries import benchwork  # noqa: PLC0415 - see `_loaded`

        cited, lines = _cited([statement], notes, items)
        return await self._do(benchwork.supports, statement, cited, lines, size=_size(list(cited.values())))

    async def _do(
        self, function: Callable[[*_Given], _Found], *args: *_Given, size: int, seconds: float = SECONDS
    ) -> _Found:
        try:
            return await self.child_processes.run(
                function, *args, seconds=seconds, whose=self.whose, size=size, patience=PATIENCE_SECONDS
            )
        except Busy:
            raise Unavailable(seconds=_COME_BACK_SECONDS) from None
        except (TookTooLong, Died):
            raise TakesTooLong from None


async def _loaded() -> None:
    """Have what works there loaded, which takes a third of a second the first time."""
    await asyncio.to_thread(import_module, "features.summaries.benchwork")


def _size(notes: Sequence[ChartNote]) -> int:
    return sum(len(note.content) for note in notes)


def _cited(
    statements: Sequence[Statement], notes: Mapping[UUID, ChartNote], items: "Mapping[str, ChartItem]"
) -> "tuple[dict[UUID, ChartNote], dict[str, ChartItem]]":
    """The notes and the lines of the chart that statements rest on."""
    lines = {name: items[name] for statement in statements for name in statement.items if name in items}
    names = {citation.note_id for statement in statements for citation in statement.citations}
    names |= {place["note_id"] for item in lines.values() for place in item.line["citations"]}
    return {name: note for name, note in notes.items() if name in names}, lines


def _newest(notes: Sequence[ChartNote]) -> Sequence[ChartNote]:
    """The newest notes that surely can be gone through; of a newest one that is too long, its beginning."""
    chosen: list[ChartNote] = []
    left = NEWEST_CHARACTERS
    for note in notes:
        if len(note.content) > left:
            break
        chosen.append(note)
        left -= len(note.content)
    if not chosen and notes:
        chosen.append(replace(notes[0], content=notes[0].content[:NEWEST_CHARACTERS]))
    return chosen
