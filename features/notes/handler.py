"""The rules of notes that are there: reading, listing, searching and deleting them. `adding` brings them in."""

import html
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from clinical.measurements.reference_ranges import reference_range
from features.notes import hooks, observation_persistence, persistence
from features.notes.events import NoteDeleted
from features.notes.problems import (
    REASONS,
    NoteHasNoFile,
    NoteNotFound,
)
from features.notes.schema import (
    AllNotesQuery,
    NoteFound,
    NoteQuery,
    NoteRead,
    ObservationQuery,
    ObservationRead,
)
from features.patients import PatientNotFound, expect_patient
from rounds import clock
from rounds.audit import record
from rounds.data import Read, Row
from rounds.events import publish
from rounds.i18n import translate
from rounds.listings import Cursors, Found
from rounds.versions import expect_version


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


async def list_notes(query: AllNotesQuery, *, reads: Read, cursors: Cursors, language: str) -> Found[NoteFound]:
    """One page of notes; with `q` and no order of its own, the best match first."""
    return await _list(query, {}, reads=reads, cursors=cursors, language=language)


async def list_notes_of(
    patient_id: UUID, query: NoteQuery, *, reads: Read, cursors: Cursors, language: str
) -> Found[NoteFound]:
    """One page of a patient's notes.

    Raises:
        PatientNotFound: when there is no such patient.
    """
    found = await _list(query, {"patient_id": patient_id}, reads=reads, cursors=cursors, language=language)
    if not found.data:  # notes are proof of their patient
        await expect_patient(patient_id, reads=reads)
    return found


async def _list(
    query: NoteQuery, more: Mapping[str, Any], *, reads: Read, cursors: Cursors, language: str
) -> Found[NoteFound]:
    values = {**query.model_dump(include=set(persistence.FILTERS), exclude_none=True), **more}
    where = {name: persistence.FILTERS[name] for name in values}
    order, sorts = None, None
    if query.q is not None and query.sort is None:
        order, sorts = (("_relevance", True),), {"_relevance": persistence.RELEVANCE}
    found = await persistence.NOTES.fetch(query, reads, cursors, where=where, values=values, order=order, sorts=sorts)
    return found.showing(await _with_snippets(found.data, query.q, reads=reads, language=language))


async def _with_snippets(rows: Sequence[Row], q: str | None, *, reads: Read, language: str) -> list[NoteFound]:
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
            "pages": shape["file_pages"],
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
    await record("delete", "note", db, resource_id=note_id, patient_id=patient_id)
    await persistence.change_chart(patient_id, db)
    # Last: whoever held the chart to keep something made of it has done so by now, and nobody can any more.
    for clean in hooks.cleaners:
        await clean(patient_id, note_id, db)


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """The notes of a deleted patient leave every read with the patient."""
    await persistence.delete_notes_of(patient_id, db)


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The latest notes of many patients, by patient id, the latest first."""
    loaded: dict[UUID, list[NoteRead]] = {}
    for row in await persistence.of_patients(ids, reads):
        loaded.setdefault(row["patient_id"], []).append(shown(row, "en"))
    return loaded


async def list_observations(
    patient_id: UUID, query: ObservationQuery, *, reads: Read, cursors: Cursors
) -> Found[ObservationRead]:
    """One page of what a patient's notes report, the earliest first.

    Raises:
        PatientNotFound: when there is no such patient.
    """
    values = query.model_dump(include=set(observation_persistence.FILTERS), exclude_none=True)
    if "name" in values:  # in whatever order and however often they are named, it is one list with one set of cursors
        values["name"] = sorted(set(values["name"]))
    where = {name: observation_persistence.FILTERS[name] for name in values}
    found = await observation_persistence.LISTING.fetch(
        query, reads, cursors, where=where, values={**values, "patient_id": patient_id}
    )
    if not found.data:
        await expect_patient(patient_id, reads=reads)
    return found.as_models(ObservationRead)


async def read_catalogue(patient_id: UUID, *, reads: Read) -> list[dict[str, Any]]:
    """Each series of a patient's measurements (`ObservationSeries`).

    Raises:
        PatientNotFound: when there is no such patient.
    """
    rows = await observation_persistence.catalogue(patient_id, reads)
    if not rows:
        raise PatientNotFound
    age = clock.age_on(clock.today(), rows[0]["date_of_birth"])
    return [_series(row, age) for row in rows if row["name"] is not None]


_OF_SERIES = ("name", "kind", "unit", "count", "first_at", "last_at", "latest", "lowest", "highest")


def _series(row: Row, age: int) -> dict[str, Any]:
    found = reference_range(row["name"], age) if row["kind"] == "vital" else None
    return {
        **{name: row[name] for name in _OF_SERIES},
        "reference": None if found is None else {"low": found[0], "high": found[1]},
    }
