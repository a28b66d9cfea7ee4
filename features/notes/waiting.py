"""Reads notes that wait for it. Used by the consumer."""

from typing import Any
from uuid import UUID

from features.notes import adding, persistence, reading, taking_facts
from features.notes.events import NoteExtracted
from features.notes.reading import Unreadable
from features.notes.reading.arrivals import settled
from features.notes.taking_facts import SECONDS_FOR_A_SCAN, SECONDS_IN_THE_CONSUMER
from rounds.data import Database, Row
from rounds.events import publish
from rounds.processes import ChildProcesses, TookTooLong


async def read_note(note_id: UUID, *, database: Database, child_processes: ChildProcesses) -> str | None:
    """Read and understand a note that waits; answers its status then, or None when there was nothing to do.

    Raises:
        Died: when that cost the child its life; it may go better the next time.
        Busy: when the child has too much to do.
    """
    row = await persistence.find_waiting(note_id, database.reads)
    if row is None:
        return None
    # No transaction meanwhile: this may take minutes. The note's version tells whether anything happened to it.
    more: dict[str, Any] = {}
    try:
        more = await _text_of(row, child_processes)
        text: str = more["text"] if "text" in more else row["content"]
        found = await taking_facts.understand(text, child_processes, seconds=SECONDS_IN_THE_CONSUMER)
    except Unreadable as error:
        return await _fail(note_id, row, error.code, database)
    except TookTooLong:
        return await _fail(note_id, row, "too_complex", database, **more)
    async with database.transaction() as db:
        written = await adding.rewrite(note_id, row, found, db, **more, extraction_status="done")
    return "done" if written else None


async def _text_of(row: Row, child_processes: ChildProcesses) -> dict[str, Any]:
    """The text, where it has yet to be read, and how sure it is."""
    if row["content"]:
        return {}
    read = await child_processes.run(reading.read_scan, row["file"], seconds=SECONDS_FOR_A_SCAN)
    return {
        "text": settled(read.text),
        "extraction_confidence": read.confidence,
        "extraction_method": "ocr",
    }


async def give_up(note_id: UUID, *, database: Database) -> None:
    """Show on a note that waits that nobody is going to read it any more."""
    row = await persistence.find_waiting(note_id, database.reads)
    if row is not None:
        await _fail(note_id, row, "failed", database)


async def _fail(note_id: UUID, row: Row, code: str, database: Database, **more: Any) -> str | None:
    text = more.pop("text", None)
    values = {**more, "extraction_status": "failed", "extraction_error": code}
    if text is not None:
        values |= adding.written(text)
    async with database.transaction() as db:
        changed = await persistence.write_extraction(note_id, row["version"], values, db)
        if changed is not None:
            # Whoever waits for the note must hear that the wait is over; the note says how it ended.
            await publish(NoteExtracted(patient_id=changed["patient_id"], note_id=note_id), db)
            await persistence.change_chart(changed["patient_id"], db)
    return "failed" if changed is not None else None
