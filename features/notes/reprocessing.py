"""Brings old notes up to the present version of the understanding, and retries what failed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select
from sqlmodel import col

from features.notes import digestion, handler, understanding
from features.notes.digestion import SECONDS_IN_THE_CONSUMER
from features.notes.events import NoteWaiting
from features.notes.persistence import LIVE, retry_failed
from features.notes.tables import Note
from rounds.database import Database, Query, Row
from rounds.events import publish
from rounds.isolated import Died, Isolated, TookTooLong

_PAGE = 100
_START = UUID(int=0)
_log = structlog.get_logger("features.notes")

_columns = (
    col(Note.id),
    col(Note.content),
    col(Note.version),
    col(Note.taken_at),
    col(Note.taken_at_source),
    col(Note.type),
    col(Note.type_source),
    col(Note.author),
    col(Note.author_source),
)
_page = (
    select(*_columns)
    .where(LIVE, col(Note.extraction_status) == "done", col(Note.id) > bindparam("after"))
    .order_by(col(Note.id))
    .limit(_PAGE)
)
_ALL = Query(_page)
_OLD = Query(_page.where(col(Note.understanding_version) < bindparam("version")))


@dataclass(slots=True)
class Progress:
    """How far it is."""

    changed: int = 0
    failed: int = 0


async def reprocess(
    *, database: Database, isolated: Isolated, everything: bool, parallel: int
) -> AsyncIterator[Progress]:
    """Understand notes anew that an older version understood, or all of them; answers how far it is after each page.

    It may be stopped and started at any time, and run beside the server: each note is changed in a transaction of its
    own, unless it changed meanwhile.
    """
    progress, after = Progress(), _START
    at_once = asyncio.Semaphore(parallel)

    async def one(row: Row) -> None:
        async with at_once:
            try:
                found = await digestion.understand(row["content"], isolated, seconds=SECONDS_IN_THE_CONSUMER)
            except (TookTooLong, Died):
                progress.failed += 1
                _log.warning("note.not_understood", note_id=str(row["id"]))
                return
            async with database.transaction() as db:
                progress.changed += await handler.rewrite(row["id"], row, found, db)

    while True:
        values = {} if everything else {"version": understanding.VERSION}
        rows = await database.reads.all(_ALL if everything else _OLD, after=after, **values)
        if not rows:
            return
        await asyncio.gather(*(one(row) for row in rows))
        after = rows[-1]["id"]
        yield progress


async def retry(*, database: Database) -> int:
    """Hand notes that could not be read to the consumer again; answers how many."""
    async with database.transaction() as db:
        ids = await retry_failed(db)
        await publish([NoteWaiting(note_id=note_id) for note_id in ids], db)
    return len(ids)
