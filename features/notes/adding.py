"""The rules of bringing notes in: what arrives is read and understood, and stored with all that was made of it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from clinical import Understanding
from features.notes import layout_persistence, observation_persistence, persistence, taking_facts
from features.notes.events import NoteAdded, NoteExtracted, NoteWaiting
from features.notes.incoming import Incoming, Upload
from features.notes.problems import NO_DATE_FOUND, UNREADABLE, UnsupportedNote
from features.notes.reading import SUPPORTED, Unreadable
from features.notes.reading.arrivals import Arrival
from features.notes.tables import Note
from features.notes.taking_facts import Given
from features.patients import require_patient
from rounds import clock
from rounds.audit import record
from rounds.data import Row, new_id
from rounds.events import publish
from rounds.problems import Unavailable, invalid
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong


async def add_note(
    patient_id: UUID, incoming: Incoming, *, by: UUID | None, db: AsyncSession, child_processes: ChildProcesses
) -> Row:
    """Add a note, and read and understand it if that takes no recognition; else the consumer will.

    Raises:
        PatientNotFound: when there is no such patient.
        UnsupportedNote: when the file is of no kind that notes may have.
        InvalidFields: when it cannot be read, or nobody says when it was taken.
        Unavailable: when too many files are being read.
    """
    # No transaction yet: reading and understanding may take seconds.
    arrival = await _read(incoming, child_processes, by)
    text = arrival.text
    found = await _understood(text, child_processes, by) if text is not None else None
    given = Given.of(incoming.details)
    now = clock.now()
    described = taking_facts.described(found, given, otherwise=now if found is None else None)
    if "taken_at" not in described:
        raise invalid("/taken_at", NO_DATE_FOUND())
    note = Note(
        id=new_id(),
        patient_id=patient_id,
        **described,
        **written(text or ""),
        **_of_file(incoming.upload, arrival),
        **(taking_facts.understood(found, arrival.layout) if found else {}),
        extraction_status="done" if found else "pending",
        extraction_method=arrival.method,
        extraction_confidence=arrival.confidence,
        created_by=by,
    )
    await require_patient(patient_id, db=db)
    db.add(note)
    await db.flush()
    if incoming.upload is not None:
        await persistence.add_file(note.id, incoming.upload.data, db)
    if arrival.layout is not None:
        await layout_persistence.put(note.id, arrival.layout, db)
    told: list[Any] = [NoteAdded(patient_id=patient_id, note_id=note.id)]
    if found:
        await _report(found, note.id, patient_id, described["taken_at"], db, anew=False)
        told.append(NoteExtracted(patient_id=patient_id, note_id=note.id))
    else:
        told.append(NoteWaiting(note_id=note.id))
    await publish(told, db)
    # Not what it says: a note is never changed, and its text must not be kept twice.
    fields = ("taken_at", "type", "author", "content" if incoming.upload is None else "file")
    await record("create", "note", db, resource_id=note.id, patient_id=patient_id, fields=fields)
    await persistence.change_chart(patient_id, db)
    return note.model_dump(exclude={"vector", "author_key"})


async def _read(incoming: Incoming, child_processes: ChildProcesses, by: UUID | None) -> Arrival:
    """What has come in, and its text if that can be had at once."""
    if incoming.upload is None:
        return Arrival(None, "text", incoming.content, 1.0)
    if not incoming.upload.data:
        raise invalid("/file", UNREADABLE["empty"]())
    try:
        read = await taking_facts.read(incoming.upload.data, child_processes, whose=by)
    except Unreadable as error:
        raise invalid("/file", UNREADABLE[error.code]()) from None
    except (TookTooLong, Died):
        raise invalid("/file", UNREADABLE["too_complex"]()) from None
    except Busy:
        raise Unavailable(seconds=2) from None
    if read is None:
        raise UnsupportedNote(supported=", ".join(SUPPORTED))
    return read


async def _understood(text: str, child_processes: ChildProcesses, by: UUID | None) -> Understanding | None:
    """What the text says; None when that cannot be found out now, and the consumer is to try."""
    try:
        return await taking_facts.understand(text, child_processes, whose=by, patience=taking_facts.PATIENCE_SECONDS)
    except (TookTooLong, Died, Busy):
        return None


def as_read(read: Arrival) -> dict[str, Any]:
    """The columns that hold what was read of a file."""
    return {
        **written(read.text or ""),
        "extraction_confidence": read.confidence,
        "extraction_method": read.method,
        "file_pages": read.pages,
    }


def written(text: str) -> dict[str, Any]:
    """The columns that hold a text."""
    return {"content": text, "characters": len(text)}


def _of_file(upload: Upload | None, arrival: Arrival) -> dict[str, Any]:
    if upload is None:
        return {}
    return {
        "file_name": upload.filename,
        "media_type": arrival.media_type,
        "file_bytes": len(upload.data),
        "file_sha256": upload.sha256,
        "file_pages": arrival.pages,
    }


async def _report(
    found: Understanding, note_id: UUID, patient_id: UUID, taken_at: Any, db: AsyncSession, *, anew: bool
) -> None:
    rows = taking_facts.observations(found, note_id=note_id, patient_id=patient_id, taken_at=taken_at)
    await observation_persistence.put(note_id, rows, db, anew=anew)


async def rewrite(
    note_id: UUID,
    row: Row,
    found: Understanding,
    db: AsyncSession,
    *,
    read: Arrival | None = None,
    **more: Any,
) -> bool:
    """Put what has been understood of a note in place of what was; False, and nothing happens, if it has changed.

    Args:
        note_id: The note.
        row: How it was when it was read: its version, its layout, and what was given and not found in it.
        found: What its text says.
        db: The transaction.
        read: Its text and layout, where they have only now been read.
        more: Further columns to change.
    """
    described = taking_facts.described(found, Given.again(row), otherwise=None)
    layout = row["layout"] if read is None else read.layout
    values = {**described, **taking_facts.understood(found, layout), **(as_read(read) if read else {}), **more}
    changed = await persistence.write_extraction(note_id, row["version"], values, db)
    if changed is None:
        return False
    if read is not None and read.layout is not None:
        await layout_persistence.put(note_id, read.layout, db)
    await _report(found, note_id, changed["patient_id"], changed["taken_at"], db, anew=True)
    await publish(NoteExtracted(patient_id=changed["patient_id"], note_id=note_id), db)
    await persistence.change_chart(changed["patient_id"], db)
    return True
