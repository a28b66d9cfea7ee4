"""Patients over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.patients import handler
from features.patients.numbers import NhsNumber
from features.patients.problems import DuplicatePatient, PatientNotFound
from features.patients.schema import Include, PatientPatch, PatientQuery, PatientRead, PatientWithIncluded, PatientWrite
from rounds.audit import changes, note_shown, shows
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created, etag
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("patients")

CanRead = Annotated[Actor, require("patients:read")]
CanWrite = Annotated[Actor, require("patients:write")]
CanDelete = Annotated[Actor, require("patients:delete")]


@router.get("/patients", response_model=Page[PatientWithIncluded], response_model_exclude_unset=True)
@shows("patient")
async def list_all(query: Annotated[PatientQuery, Query()], actor: CanRead, request: Request, reads: Reads) -> Response:
    """List and search patients. With `q`, the best match comes first."""
    names = handler.included_names(query.include, actor=actor)
    found = await handler.list_patients(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(row["id"] for row in found.rows)
    return found.answer(await handler.with_included(found.rows, names, actor=actor, reads=reads), request)


@router.post("/patients", status_code=201, responses=documents(DuplicatePatient))
@changes("patient")
async def create(body: PatientWrite, actor: CanWrite, response: Response, db: Tx) -> PatientRead:
    """Create a patient. Only `name` and `date_of_birth` are required."""
    patient = await handler.create_patient(body, actor=actor, db=db)
    created(response, f"/patients/{patient.id}", patient.version)
    return patient


@router.get(
    "/patients/by-nhs-number/{nhs_number}",
    response_model=PatientRead,
    responses={**NOT_MODIFIED, **documents(PatientNotFound)},
)
@shows("patient")
async def read_by_nhs_number(
    nhs_number: NhsNumber, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read the patient with an NHS number, written with or without spaces and hyphens.

    A restricted record is not found by those who may not see it: whoever guesses numbers must not learn who is a
    patient here. Clinicians who have to know give their reason with the request.
    """
    row = await handler.read_patient_by_nhs_number(nhs_number, reads=reads)
    note_shown([row["id"]])
    return answer(handler.documents([row], actor=actor)[0], version=row["version"], if_none_match=if_none_match)


@router.get(
    "/patients/{patient_id}",
    response_model=PatientWithIncluded,
    responses={**NOT_MODIFIED, **documents(PatientNotFound)},
    response_model_exclude_unset=True,
)
@shows("patient")
async def read(
    patient_id: UUID,
    actor: CanRead,
    reads: Reads,
    include: Annotated[Include | None, Query()] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one patient."""
    names = handler.included_names(include, actor=actor)
    row = await handler.read_patient(patient_id, reads=reads)
    (patient,) = await handler.with_included([row], names, actor=actor, reads=reads)
    # What is included has versions of its own, so that answer has none.
    return answer(patient, version=None if names else row["version"], if_none_match=if_none_match)


@router.put("/patients/{patient_id}", responses=documents(PatientNotFound, DuplicatePatient, PreconditionFailed))
@changes("patient")
async def replace(
    patient_id: UUID, body: PatientWrite, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> PatientRead:
    """Replace a patient. What is left out is emptied."""
    patient = await handler.replace_patient(patient_id, body, if_match=if_match, actor=actor, db=db)
    response.headers["ETag"] = etag(patient.version)
    return patient


@router.patch("/patients/{patient_id}", responses=documents(PatientNotFound, DuplicatePatient, PreconditionFailed))
@changes("patient")
async def patch(
    patient_id: UUID, body: PatientPatch, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> PatientRead:
    """Change some fields of a patient (JSON merge patch: `null` empties a field)."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    patient = await handler.patch_patient(patient_id, changes, if_match=if_match, actor=actor, db=db)
    response.headers["ETag"] = etag(patient.version)
    return patient


@router.delete("/patients/{patient_id}", status_code=204, responses=documents(PatientNotFound, PreconditionFailed))
@changes("patient")
async def delete(patient_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a patient with everything that hangs on the record. The audit trail stays."""
    await handler.delete_patient(patient_id, if_match=if_match, db=db)
