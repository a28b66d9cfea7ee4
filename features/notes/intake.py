"""Takes a note from a request: as JSON, or as a form with a file, streamed to a bound."""

import re
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from features.notes.incoming import Incoming, Upload
from features.notes.json_notes import LARGEST_BYTES, OpenedNote, open_note
from features.notes.problems import (
    BROKEN_FORM,
    FILE_MISSING,
    NOT_A_FIELD,
    ONE_ONLY,
    TOO_MANY_FIELDS,
    NoteTooLarge,
)
from features.notes.schema import NoteDetails, NoteWrite
from features.notes.taking_facts import PATIENCE_SECONDS
from rounds.http.middleware import allow_body
from rounds.http.strict_json import repeated_at
from rounds.problems import InvalidFields, Malformed, TooLarge, Unavailable, UnsupportedMedia, invalid
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

JSON, FORM = "application/json", "multipart/form-data"
_MEGABYTES = LARGEST_BYTES // 1024**2
# A text of ten megabytes may take twice as many with JSON's escapes; a form adds its boundaries and fields.
_LARGEST_JSON = 2 * LARGEST_BYTES
_LARGEST_FORM = LARGEST_BYTES + 64 * 1024
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]")
# A body of more bytes would hold up everybody else while it is taken apart here.
_LONG = 100_000
_SECONDS = 10.0
_COME_BACK_SECONDS = 5
_SETTLED = "-"  # stands for a content that has been looked at
_LONGEST_NAME = 200
_LONGEST_ENDING = 10


async def receive(request: Request, child_processes: ChildProcesses, *, whose: UUID) -> Incoming:
    """The note in the body; a long one is opened in a child process.

    Raises:
        UnsupportedMedia: when the body is neither JSON nor a form.
        NoteTooLarge: when it is too large; no more of it is read than the bound.
        InvalidFields: naming what is wrong with it.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in {JSON, FORM}:
        raise UnsupportedMedia(supported=f"{JSON}, {FORM}")
    try:
        return await (_from_json(request, child_processes, whose) if media == JSON else _from_form(request))
    except HTTPException as error:
        if error.status_code == TooLarge.status:
            raise NoteTooLarge(megabytes=_MEGABYTES) from None
        raise
    except ValidationError as error:
        raise InvalidFields.of_model(error, "body") from None


async def _from_json(request: Request, child_processes: ChildProcesses, whose: UUID) -> Incoming:
    allow_body(request, _LARGEST_JSON)
    body = await request.body()
    opened = open_note(body) if len(body) < _LONG else await _opened_elsewhere(body, child_processes, whose)
    if opened.json_error is not None:
        position, message = opened.json_error
        raise InvalidFields.of([{"loc": ("body", position), "type": "json_invalid", "ctx": {"error": message}}])
    if opened.repeated is not None:
        raise repeated_at(opened.repeated)
    if opened.refused == "too_large":
        raise NoteTooLarge(megabytes=_MEGABYTES)
    if opened.refused == "too_many_fields":
        raise invalid("", TOO_MANY_FIELDS())
    if opened.content is None:  # whatever is wrong with it, the model says
        note = NoteWrite.model_validate(opened.rest)
        return Incoming(details=note, content=note.content)
    note = NoteWrite.model_validate({**opened.rest, "content": _SETTLED})
    return Incoming(details=note, content=opened.content)


async def _opened_elsewhere(body: bytes, child_processes: ChildProcesses, whose: UUID) -> OpenedNote:
    try:
        return await child_processes.run(
            open_note, body, seconds=_SECONDS, whose=whose, size=len(body), patience=PATIENCE_SECONDS
        )
    except (Busy, TookTooLong, Died):
        raise Unavailable(seconds=_COME_BACK_SECONDS) from None


async def _from_form(request: Request) -> Incoming:
    allow_body(request, _LARGEST_FORM)
    try:
        form = await request.form(max_files=2, max_fields=20, max_part_size=16 * 1024)
    except HTTPException as error:
        if error.status_code != Malformed.status:  # not the form, but how it came
            raise
        raise invalid("", BROKEN_FORM()) from None
    except (ValueError, KeyError, LookupError, AssertionError):  # whatever the parser makes of it
        raise invalid("", BROKEN_FORM()) from None
    try:
        fields: dict[str, Any] = {}
        for name, value in form.multi_items():
            pointer = f"/{name[:100].replace('~', '~0').replace('/', '~1')}"
            if name != "file" and name not in NoteDetails.model_fields:
                raise invalid(pointer, NOT_A_FIELD())
            if name in fields:
                raise invalid(pointer, ONE_ONLY())
            fields[name] = value
        file = fields.pop("file", None)
        # A field left empty in a form was not filled in.
        details = NoteDetails.model_validate({name: value for name, value in fields.items() if value != ""})
        if not isinstance(file, UploadFile):
            raise invalid("/file", FILE_MISSING())
        if file.size is not None and file.size > LARGEST_BYTES:
            raise NoteTooLarge(megabytes=_MEGABYTES)
        return Incoming(details=details, upload=Upload(_plain_name(file.filename), await file.read()))
    finally:
        await form.close()


def _plain_name(given: str | None) -> str:
    """A file's name without folders, and without what no file system would take or what could mislead a reader."""
    name = re.split(r"[/\\]", given or "")[-1]
    name = _NOT_IN_NAMES.sub("", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME:
        name = (
            f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if 0 < len(ending) <= 10 else name[:_LONGEST_NAME]
        )
    return name or "note"
