"""Reads notes that wait for it. Used by the consumer."""

from uuid import UUID

from features.notes import adding, layout_persistence, persistence, taking_facts
from features.notes.events import NoteExtracted
from features.notes.reading import Unreadable
from features.notes.reading.arrivals import Arrival, recognise
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
    read: Arrival | None = None
    try:
        if not row["content"]:
            read = await child_processes.run(recognise, row["file"], seconds=SECONDS_FOR_A_SCAN)
        text: str = row["content"] if read is None else read.text or ""
        found = await taking_facts.understand(text, child_processes, seconds=SECONDS_IN_THE_CONSUMER)
    except Unreadable as error:
        return await _fail(note_id, row, error.code, database)
    except TookTooLong:
        return await _fail(note_id, row, "too_complex", database, read=read)
    async with database.transaction() as db:
        written = await adding.rewrite(note_id, row, found, db, read=read, extraction_status="done")
    return "done" if written else None


async def give_up(note_id: UUID, *, database: Database) -> None:
    """Show on a note that waits that nobody is going to read it any more."""
    row = await persistence.find_waiting(note_id, database.reads)
    if row is not None:
        await _fail(note_id, row, "failed", database)


async def _fail(note_id: UUID, row: Row, code: str, database: Database, *, read: Arrival | None = None) -> str | None:
    values = {"extraction_status": "failed", "extraction_error": code, **(adding.as_read(read) if read else {})}
    async with database.transaction() as db:
        changed = await persistence.write_extraction(note_id, row["version"], values, db)
        if changed is not None:
            if read is not None and read.layout is not None:
                await layout_persistence.put(note_id, read.layout, db)
            # Whoever waits for the note must hear that the wait is over; the note says how it ended.
            await publish(NoteExtracted(patient_id=changed["patient_id"], note_id=note_id), db)
            await persistence.change_chart(changed["patient_id"], db)
    return "failed" if changed is not None else None
