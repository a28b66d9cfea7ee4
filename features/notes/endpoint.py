"""Notes over HTTP."""

import base64
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Path, Query, Request, Response

from features.notes import adding, drawing, handler, intake
from features.notes.problems import NoteHasNoFile, NoteNotFound, NotePageNotFound, NoteTooLarge, UnsupportedNote
from features.notes.reading import SUPPORTED
from features.notes.schema import (
    UPLOAD_EXAMPLE,
    AllNotesQuery,
    NoteFound,
    NoteQuery,
    NoteRead,
    NoteWrite,
    ObservationCatalogue,
    ObservationQuery,
    ObservationRead,
    upload_schema,
)
from features.patients import PatientNotFound, expect_patient
from rounds.audit import changes, note_shown, shows
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, answer_content, created
from rounds.http import router as new_router
from rounds.i18n import negotiate
from rounds.listings import Page
from rounds.problems import PreconditionFailed, Unavailable, documents
from rounds.versions import matches

router = new_router("notes")

CanRead = Annotated[Actor, require("notes:read")]
CanWrite = Annotated[Actor, require("notes:write")]
CanDelete = Annotated[Actor, require("notes:delete")]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            intake.JSON: {"schema": NoteWrite.model_json_schema()},
            intake.FORM: {"schema": upload_schema(), "example": UPLOAD_EXAMPLE},
        },
    }
}
_BYTES: dict[str, Any] = {
    "description": "The bytes as they were uploaded",
    "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in SUPPORTED},
}


_PICTURE: dict[str, Any] = {
    "description": "The page as a picture",
    "content": {drawing.PICTURE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}
_SHOWN_NOWHERE = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}


def _language(request: Request) -> str:
    return negotiate(request.headers.get("accept-language", "en"))


@router.get("/notes", response_model=Page[NoteFound])
@shows("note")
async def list_notes(
    query: Annotated[AllNotesQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List notes, the latest first, or search them.

    With `q` the notes are ranked by how well they match, unless `sort` says otherwise, and each shows where it does.
    """
    cursors = request.app.state.cursors
    found = await handler.list_notes(query, reads=reads, cursors=cursors, language=_language(request))
    note_shown(note.patient_id for note in found.data)
    return found.answer(request)


@router.get("/patients/{patient_id}/notes", responses=documents(PatientNotFound), response_model=Page[NoteFound])
@shows("note")
async def list_patient_notes(
    patient_id: UUID,
    query: Annotated[NoteQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List a patient's notes, the latest first, or search them."""
    cursors = request.app.state.cursors
    found = await handler.list_notes_of(patient_id, query, reads=reads, cursors=cursors, language=_language(request))
    return found.answer(request)


@router.post(
    "/patients/{patient_id}/notes",
    status_code=201,
    response_model=NoteRead,
    responses=documents(PatientNotFound, NoteTooLarge, UnsupportedNote),
    openapi_extra=_BODY,
)
@changes("note")
async def add_note(patient_id: UUID, actor: CanWrite, request: Request, reads: Reads, db: Tx) -> Response:
    """Add a note to a patient: text as JSON, or a text, PDF or scan as a form.

    What kind of file it is shows in its bytes; name and declared type do not count. Texts, and PDFs that hold their
    text, are read and understood at once. A scan is accepted with `extraction.status` `pending` and read in the
    background; the event `rounds.note.extracted` tells when that is done. A note cannot be changed, only deleted.
    """
    await expect_patient(patient_id, reads=reads)
    child_processes = request.app.state.child_processes
    incoming = await intake.receive(request, child_processes, whose=actor.id)
    row = await adding.add_note(patient_id, incoming, by=actor.id, db=db, child_processes=child_processes)
    note = handler.shown(row, _language(request))
    return created(note, f"/patients/{patient_id}/notes/{note.id}", version=note.version)


@router.get(
    "/patients/{patient_id}/notes/{note_id}",
    response_model=NoteRead,
    responses={**NOT_MODIFIED, **documents(NoteNotFound)},
)
@shows("note")
async def read_note(
    patient_id: UUID,
    note_id: UUID,
    actor: CanRead,
    request: Request,
    reads: Reads,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one note, with all that was understood of it."""
    note = await handler.read_note(patient_id, note_id, reads=reads, language=_language(request))
    note_shown([patient_id], resource_id=note_id)
    return answer(note, version=note.version, if_none_match=if_none_match)


@router.get(
    "/patients/{patient_id}/notes/{note_id}/file",
    response_class=Response,
    responses={200: _BYTES, **NOT_MODIFIED, **documents(NoteNotFound, NoteHasNoFile)},
)
@shows("note_file")
async def read_note_file(
    patient_id: UUID, note_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Download the file that a note came in, byte for byte as it was uploaded."""
    file = await handler.read_file(patient_id, note_id, reads=reads)
    note_shown([patient_id], resource_id=note_id)
    digest = bytes.fromhex(file["file_sha256"])
    return answer_content(
        file["content"],
        tag=f'"{file["file_sha256"]}"',
        if_none_match=if_none_match,
        # Of a text nobody knows the encoding for sure, so none is claimed.
        media_type=file["media_type"],
        headers={
            # RFC 6266 and RFC 8187. An attachment is saved, never shown in the API's own origin.
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file['file_name'], safe='')}",
            **_SHOWN_NOWHERE,
            # RFC 9530
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        },
    )


@router.get(
    "/patients/{patient_id}/notes/{note_id}/pages/{page}",
    response_class=Response,
    responses={200: _PICTURE, **NOT_MODIFIED, **documents(NoteNotFound, NoteHasNoFile, NotePageNotFound, Unavailable)},
)
@shows("note_file")
async def read_note_page(
    patient_id: UUID,
    note_id: UUID,
    page: Annotated[int, Path(ge=1, le=drawing.MOST_PAGES, description="From 1.", examples=[1])],
    actor: CanRead,
    request: Request,
    reads: Reads,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Look at a page of a scan or PDF as a picture, whatever browsers make of the file itself.

    The picture is upright as the camera or the document says, and at most 1600 pixels wide and high. The `box` of facts
    and citations is told in shares of its width and height. It never changes; ask again with its `ETag`.
    """
    tag = f'"{note_id}.{page}.{drawing.LONG_SIDE}"'
    picture = b""
    if matches(if_none_match, tag):  # nothing has to be drawn
        await drawing.expect_page(patient_id, note_id, page, reads=reads)
    else:
        child_processes = request.app.state.child_processes
        picture = await drawing.draw_page(
            patient_id, note_id, page, reads=reads, child_processes=child_processes, whose=actor.id
        )
    note_shown([patient_id], resource_id=note_id)
    return answer_content(
        picture, tag=tag, if_none_match=if_none_match, media_type=drawing.PICTURE_TYPE, headers=_SHOWN_NOWHERE
    )


@router.delete(
    "/patients/{patient_id}/notes/{note_id}",
    status_code=204,
    responses=documents(NoteNotFound, PreconditionFailed),
)
@changes("note")
async def delete_note(patient_id: UUID, note_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a note. It, its file and what it reported leave every read, list and search at once."""
    await handler.delete_note(patient_id, note_id, if_match=if_match, db=db)


@router.get(
    "/patients/{patient_id}/observations", responses=documents(PatientNotFound), response_model=Page[ObservationRead]
)
@shows("observation")
async def list_observations(
    patient_id: UUID,
    query: Annotated[ObservationQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List what a patient's notes measured, as a time series: vital signs and laboratory results.

    Each measurement stands under the day its note gives for it, or else when the note was taken.
    """
    found = await handler.list_observations(patient_id, query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.get(
    "/patients/{patient_id}/observations/catalogue",
    response_model=ObservationCatalogue,
    responses=documents(PatientNotFound),
)
@shows("observation")
async def read_observation_catalogue(patient_id: UUID, actor: CanRead, reads: Reads) -> Response:
    """List the series of measurements that a patient has: how many values, from when to when, and the latest.

    Ask for several of them at once by `GET /patients/{patient_id}/observations?name=…&name=…`.
    """
    return answer({"data": await handler.read_catalogue(patient_id, reads=reads)})
