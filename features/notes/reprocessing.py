"""Brings old notes up to the present version of reading and understanding, and retries what failed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

import clinical
from features.notes import adding, layout_persistence, persistence, taking_facts
from features.notes.events import NoteWaiting
from features.notes.places import Layout
from features.notes.reading import Unreadable, arrivals
from features.notes.reading.arrivals import Arrival
from features.notes.taking_facts import SECONDS_FOR_A_SCAN, SECONDS_IN_THE_CONSUMER
from rounds.data import Database, Row
from rounds.events import publish
from rounds.processes import ChildProcesses, Died, TookTooLong

_START = UUID(int=0)
_log = structlog.get_logger("features.notes")


@dataclass(slots=True)
class Progress:
    """How far it is."""

    changed: int = 0
    failed: int = 0
    laid_out: int = 0


async def reprocess(
    *, database: Database, child_processes: ChildProcesses, everything: bool, parallel: int
) -> AsyncIterator[Progress]:
    """Understand notes anew that an older version understood, or all of them; answers how far it is after each page.

    It may be stopped and started at any time, and run beside the server: each note is changed in a transaction of its
    own, unless it changed meanwhile.
    """
    progress, after = Progress(), _START
    version = None if everything else clinical.VERSION - 1
    at_once = asyncio.Semaphore(parallel)

    async def one(row: Row) -> None:
        async with at_once:
            try:
                found = await taking_facts.understand(row["content"], child_processes, seconds=SECONDS_IN_THE_CONSUMER)
            except (TookTooLong, Died):
                progress.failed += 1
                _log.warning("note.not_understood", note_id=str(row["id"]))
                return
            async with database.transaction() as db:
                progress.changed += await adding.rewrite(row["id"], row, found, db)

    while True:
        rows = await persistence.understood_by(version, after, database.reads)
        if not rows:
            return
        await asyncio.gather(*(one(row) for row in rows))
        after = rows[-1]["id"]
        yield progress


async def lay_out(*, database: Database, child_processes: ChildProcesses, parallel: int = 1) -> AsyncIterator[Progress]:
    """Find out where the words stand of notes that were read from a PDF or a scan before that was kept.

    Their texts and facts stay as they are. It may be stopped and started at any time, and run beside the server. A scan
    takes seconds for each page.
    """
    progress, after = Progress(), _START
    at_once = asyncio.Semaphore(parallel)

    async def one(row: Row) -> None:
        async with at_once:
            try:
                read = await child_processes.run(
                    arrivals.lay_out, row["file"], row["content"], seconds=SECONDS_FOR_A_SCAN
                )
            except (Unreadable, TookTooLong, Died) as error:
                progress.failed += 1
                _log.warning("note.not_laid_out", note_id=str(row["id"]))
                if not isinstance(error, Unreadable):
                    return  # it may go better the next time
                read = None
            async with database.transaction() as db:
                progress.laid_out += await _keep(row, read, db)

    while True:
        rows = await layout_persistence.missing(after, database.reads)
        if not rows:
            return
        await asyncio.gather(*(one(row) for row in rows))
        after = rows[-1]["id"]
        yield progress


async def _keep(row: Row, read: Arrival | None, db: AsyncSession) -> bool:
    if read is None:
        await layout_persistence.put(row["id"], [], db)  # so that nobody tries again
        return False
    words = read.layout or []
    facts = Layout(words).placed(orjson.loads(row["facts"]))
    patient_id = await layout_persistence.place_facts(row["id"], row["version"], facts, read.pages, db)
    if patient_id is None:
        return False
    await layout_persistence.put(row["id"], words, db)
    await persistence.change_chart(patient_id, db)
    return True


async def retry(*, database: Database) -> int:
    """Hand notes that could not be read to the consumer again; answers how many."""
    async with database.transaction() as db:
        ids = await persistence.retry_failed(db)
        await publish([NoteWaiting(note_id=note_id) for note_id in ids], db)
    return len(ids)
