"""The rules of notes."""

import html
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from features.notes import digestion, hooks, persistence
from features.notes.digestion import Given
from features.notes.events import NoteAdded, NoteDeleted, NoteExtracted, NoteWaiting
from features.notes.intake import Incoming, Upload
from features.notes.problems import (
    NO_DATE_FOUND,
    REASONS,
    UNREADABLE,
    NoteHasNoFile,
    NoteNotFound,
    UnsupportedNote,
)
from features.notes.reading import Unreadable
from features.notes.reading.arrivals import Method
from features.notes.schema import (
    AllNotesQuery,
    NoteFound,
    NoteQuery,
    NoteRead,
    NoteWrite,
    ObservationQuery,
    ObservationRead,
)
from features.notes.tables import Note
from features.notes.understanding import Understanding
from features.patients import expect_patient, require_patient
from rounds import clock
from rounds.database import Read, Row, new_id
from rounds.events import publish
from rounds.http import expect_version
from rounds.i18n import translate
from rounds.isolated import Busy, Died, Isolated, TookTooLong
from rounds.paging import Cursors, Found
from rounds.problems import Unavailable, invalid
from rounds.text import is_blank, normalise

SUPPORTED = "text/plain, application/pdf, image/png, image/jpeg, image/tiff"


async def add_note(
    patient_id: UUID, incoming: Incoming, *, by: UUID | None, db: AsyncSession, isolated: Isolated
) -> Row:
    """Add a note, and read and understand it if that takes no recognition; else the consumer will.

    Raises:
        PatientNotFound: when there is no such patient.
        UnsupportedNote: when the file is of no kind that notes may have.
        InvalidFields: when it cannot be read, or nobody says when it was taken.
        Unavailable: when too many files are being read.
    """
    # No transaction yet: reading and understanding may take seconds.
    media_type, method, text = await _read(incoming, isolated)
    found = await _understood(text, isolated) if text is not None else None
    given = Given.of(incoming.details)
    now = clock.now()
    described = digestion.described(found, given, otherwise=now if found is None else None)
    if "taken_at" not in described:
        raise invalid("/taken_at", NO_DATE_FOUND())
    note = Note(
        id=new_id(),
        patient_id=patient_id,
        **described,
        **written(text or ""),
        **_of_file(incoming.upload, media_type),
        **(digestion.understood(found) if found else {}),
        extraction_status="done" if found else "pending",
        extraction_method=method,
        extraction_confidence=1.0 if found else None,
        created_by=by,
    )
    await require_patient(patient_id, db=db)
    db.add(note)
    await db.flush()
    if incoming.upload is not None:
        await persistence.add_file(note.id, incoming.upload.data, db)
    told: list[Any] = [NoteAdded(patient_id=patient_id, note_id=note.id)]
    if found:
        await _report(found, note.id, patient_id, described["taken_at"], db, anew=False)
        told.append(NoteExtracted(patient_id=patient_id, note_id=note.id))
    else:
        told.append(NoteWaiting(note_id=note.id))
    await publish(told, db)
    await persistence.change_chart(patient_id, db)
    return note.model_dump(exclude={"vector", "author_key"})


async def _read(incoming: Incoming, isolated: Isolated) -> tuple[str | None, Method, str | None]:
    """The media type of the file, how its text is come by, and the text if that has been done."""
    if incoming.upload is None:
        return None, "text", incoming.content
    if not incoming.upload.data:
        raise invalid("/file", UNREADABLE["empty"]())
    try:
        read = await digestion.read(incoming.upload.data, isolated)
    except Unreadable as error:
        raise invalid("/file", UNREADABLE[error.code]()) from None
    except (TookTooLong, Died):
        raise invalid("/file", UNREADABLE["too_complex"]()) from None
    except Busy:
        raise Unavailable(seconds=2) from None
    if read is None:
        raise UnsupportedNote(supported=SUPPORTED)
    if read.text is None:
        return read.media_type, read.method, None
    return read.media_type, read.method, readable(read.text)


async def _understood(text: str, isolated: Isolated) -> Understanding | None:
    """What the text says; None when that cannot be found out now, and the consumer is to try."""
    try:
        return await digestion.understand(text, isolated)
    except (TookTooLong, Died, Busy):
        return None


def readable(text: str) -> str:
    """The text of a file as it is stored.

    Raises:
        InvalidFields: when there is nothing to see in it, or what would do harm.
    """
    try:
        text = normalise(text, multiline=True)
    except ValueError:  # a PydanticCustomError
        raise invalid("/file", UNREADABLE["control_characters"]()) from None
    if is_blank(text):
        raise invalid("/file", UNREADABLE["empty"]())
    return text


def written(text: str) -> dict[str, Any]:
    """The columns that hold a text."""
    return {"content": text, "characters": len(text)}


def _of_file(upload: Upload | None, media_type: str | None) -> dict[str, Any]:
    if upload is None:
        return {}
    return {
        "file_name": upload.filename,
        "media_type": media_type,
        "file_bytes": len(upload.data),
        "file_sha256": upload.sha256,
    }


async def _report(
    found: Understanding, note_id: UUID, patient_id: UUID, taken_at: Any, db: AsyncSession, *, anew: bool
) -> None:
    rows = digestion.observations(found, note_id=note_id, patient_id=patient_id, taken_at=taken_at)
    await persistence.put_observations(note_id, rows, db, anew=anew)


async def write_note(
    patient_id: UUID, new: NoteWrite, *, by: UUID | None = None, db: AsyncSession, isolated: Isolated
) -> Row:
    """Add a note that is text; see `add_note`."""
    return await add_note(patient_id, Incoming(details=new, content=new.content), by=by, db=db, isolated=isolated)


async def rewrite(
    note_id: UUID, row: Row, found: Understanding, db: AsyncSession, *, text: str | None = None, **more: Any
) -> bool:
    """Put what has been understood of a note in place of what was; False, and nothing happens, if it has changed.

    Args:
        note_id: The note.
        row: How it was when it was read: its version, and what was given and not found in it.
        found: What its text says.
        db: The transaction.
        text: Its text, where that has only now been read.
        more: Further columns to change.
    """
    described = digestion.described(found, Given.again(row), otherwise=None)
    values = {**described, **digestion.understood(found), **more}
    if text is not None:
        values |= written(text)
    changed = await persistence.write_extraction(note_id, row["version"], values, db)
    if changed is None:
        return False
    await _report(found, note_id, changed["patient_id"], changed["taken_at"], db, anew=True)
    await publish(NoteExtracted(patient_id=changed["patient_id"], note_id=note_id), db)
    await persistence.change_chart(changed["patient_id"], db)
    return True


async def read_note(patient_id: UUID, note_id: UUID, *, reads: Read, language: str) -> NoteRead:
    """A note.

    Raises:
        NoteNotFound: when there is no such note about this patient.
    """
    row = await persistence.find_note(patient_id, note_id, reads)
    if row is None:
        raise NoteNotFound
    return shown(row, language)


async def read_file(patient_id: UUID, note_id: UUID, *, reads: Read) -> Row:
    """The file that a note came in: `file_name`, `media_type`, `file_sha256` and `content`.

    Raises:
        NoteNotFound: when there is no such note about this patient.
        NoteHasNoFile: when it came as text.
    """
    row = await persistence.find_file(patient_id, note_id, reads)
    if row is None:
        raise NoteNotFound
    if row["content"] is None:
        raise NoteHasNoFile
    return row


async def list_notes(query: AllNotesQuery, *, reads: Read, cursors: Cursors) -> Found:
    """One page of notes; with `q` and no order of its own, the best match first."""
    return await _list(query, {}, reads=reads, cursors=cursors)


async def list_notes_of(patient_id: UUID, query: NoteQuery, *, reads: Read, cursors: Cursors) -> Found:
    """One page of a patient's notes.

    Raises:
        PatientNotFound: when there is no such patient.
    """
    found = await _list(query, {"patient_id": patient_id}, reads=reads, cursors=cursors)
    if not found.rows:  # notes are proof of their patient
        await expect_patient(patient_id, reads=reads)
    return found


async def _list(query: NoteQuery, more: Mapping[str, Any], *, reads: Read, cursors: Cursors) -> Found:
    values = {**query.model_dump(include=set(persistence.FILTERS), exclude_none=True), **more}
    where = {name: persistence.FILTERS[name] for name in values}
    order, sorts = None, None
    if query.q is not None and query.sort is None:
        order, sorts = (("_relevance", True),), {"_relevance": persistence.RELEVANCE}
    return await persistence.NOTES.fetch(query, reads, cursors, where=where, values=values, order=order, sorts=sorts)


async def with_snippets(rows: Sequence[Row], q: str | None, *, reads: Read, language: str) -> list[NoteFound]:
    """Notes as lists show them; with `q`, each with where it matches."""
    snippets = await persistence.snippets([row["id"] for row in rows], q, reads) if q and rows else {}
    return [
        NoteFound(**_shape(row, language), snippet=marked(snippets[row["id"]]) if row["id"] in snippets else None)
        for row in rows
    ]


def marked(snippet: str) -> str:
    """A snippet as HTML in which nothing but `<mark>` is markup."""
    return html.escape(snippet, quote=False).replace(persistence.OPENS, "<mark>").replace(persistence.CLOSES, "</mark>")


def shown(row: Mapping[str, Any], language: str) -> NoteRead:
    """A note as clients see it."""
    return NoteRead(**_shape(row, language))


def _shape(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    shape = dict(row)
    error = shape["extraction_error"]
    shape["extraction"] = {
        "status": shape["extraction_status"],
        "method": shape["extraction_method"],
        "confidence": shape["extraction_confidence"],
        "error": translate(REASONS.get(error, REASONS["failed"]), language) if error else None,
    }
    shape["file"] = (
        {
            "filename": shape["file_name"],
            "media_type": shape["media_type"],
            "bytes": shape["file_bytes"],
            "sha256": shape["file_sha256"],
        }
        if shape["file_name"] is not None
        else None
    )
    for name in ("facts", "sections"):
        if isinstance(shape[name], str):  # as asyncpg hands JSON over
            shape[name] = orjson.loads(shape[name])
    return shape


async def delete_note(patient_id: UUID, note_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Take a note, and all that was made of it, out of every read.

    Raises:
        NoteNotFound: when there is no such note about this patient.
        PreconditionFailed: when it has another version than the client saw.
    """
    version = await persistence.lock_note(patient_id, note_id, db)
    if version is None:
        raise NoteNotFound
    expect_version(if_match, version)
    await persistence.delete_note(note_id, db)
    await publish(NoteDeleted(patient_id=patient_id, note_id=note_id), db)
    await persistence.change_chart(patient_id, db)
    # Last: whoever held the chart to keep something made of it has done so by now, and nobody can any more.
    for clean in hooks.cleaners:
        await clean(patient_id, db)


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """The notes of a deleted patient leave every read with the patient."""
    await persistence.delete_notes_of(patient_id, db)


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The latest notes of many patients, by patient id, the latest first."""
    loaded: dict[UUID, list[NoteRead]] = {}
    for row in await persistence.of_patients(ids, reads):
        loaded.setdefault(row["patient_id"], []).append(shown(row, "en"))
    return loaded


async def list_observations(patient_id: UUID, query: ObservationQuery, *, reads: Read, cursors: Cursors) -> Found:
    """One page of what a patient's notes report, the earliest first.

    Raises:
        PatientNotFound: when there is no such patient.
    """
    values = query.model_dump(include=set(persistence.OBSERVATION_FILTERS), exclude_none=True)
    where = {name: persistence.OBSERVATION_FILTERS[name] for name in values}
    found = await persistence.OBSERVATIONS.fetch(
        query, reads, cursors, where=where, values={**values, "patient_id": patient_id}
    )
    if not found.rows:
        await expect_patient(patient_id, reads=reads)
    return found


def observed(row: Row) -> ObservationRead:
    """A measurement as clients see it."""
    return ObservationRead(**dict(row))
