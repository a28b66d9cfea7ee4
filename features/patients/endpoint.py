"""Patients over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.patients import changing, handler
from features.patients.numbers import NhsNumber
from features.patients.problems import DuplicatePatient, PatientNotFound
from features.patients.schema import Include, PatientPatch, PatientQuery, PatientRead, PatientWithIncluded, PatientWrite
from rounds.audit import changes, shows
from rounds.auth import Actor, require
from rounds.data import PlainTx, Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("patients")

CanRead = Annotated[Actor, require("patients:read")]
CanWrite = Annotated[Actor, require("patients:write")]
CanDelete = Annotated[Actor, require("patients:delete")]

_CHANGED = documents(PatientNotFound, DuplicatePatient, PreconditionFailed)


@router.get("/patients", response_model=Page[PatientWithIncluded])
@shows("patient")
async def list_all(query: Annotated[PatientQuery, Query()], actor: CanRead, request: Request, reads: Reads) -> Response:
    """List and search patients. With `q`, the best match comes first."""
    found = await handler.list_patients(query, actor=actor, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request, exclude_unset=True)


@router.post("/patients", status_code=201, response_model=PatientRead, responses=documents(DuplicatePatient))
@changes("patient")
async def create(body: PatientWrite, actor: CanWrite, db: PlainTx) -> Response:
    """Create a patient. Only `name` and `date_of_birth` are required."""
    patient = await changing.create_patient(body, actor=actor, db=db)
    return created(patient, f"/patients/{patient.id}", version=patient.version)


@router.get(
    "/patients/by-nhs-number/{nhs_number}",
    response_model=PatientRead,
    responses={**NOT_MODIFIED, **documents(PatientNotFound)},
)
@shows("patient")
async def read_patient_by_nhs_number(
    nhs_number: NhsNumber, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read the patient with an NHS number, written with or without spaces and hyphens.

    A restricted record is not found by those who may not see it: whoever guesses numbers must not learn who is a
    patient here. Clinicians who have to know give their reason with the request.
    """
    patient = await handler.read_patient_by_nhs_number(nhs_number, actor=actor, reads=reads)
    return answer(patient, version=patient["version"], if_none_match=if_none_match)


@router.get(
    "/patients/{patient_id}",
    response_model=PatientWithIncluded,
    responses={**NOT_MODIFIED, **documents(PatientNotFound)},
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
    patient = await handler.read_patient(patient_id, include, actor=actor, reads=reads)
    # What is included has versions of its own, so that answer has none.
    version = None if include else patient["version"]
    return answer(patient, version=version, if_none_match=if_none_match, exclude_unset=True)


@router.put("/patients/{patient_id}", response_model=PatientRead, responses=_CHANGED)
@changes("patient")
async def replace(patient_id: UUID, body: PatientWrite, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> Response:
    """Replace a patient. What is left out is emptied."""
    patient = await changing.replace_patient(patient_id, body, if_match=if_match, actor=actor, db=db)
    return answer(patient, version=patient.version)


@router.patch("/patients/{patient_id}", response_model=PatientRead, responses=_CHANGED)
@changes("patient")
async def patch(patient_id: UUID, body: PatientPatch, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> Response:
    """Change some fields of a patient (JSON merge patch: `null` empties a field)."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    patient = await changing.patch_patient(patient_id, changes, if_match=if_match, actor=actor, db=db)
    return answer(patient, version=patient.version)


@router.delete("/patients/{patient_id}", status_code=204, responses=documents(PatientNotFound, PreconditionFailed))
@changes("patient")
async def delete(patient_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a patient with everything that hangs on the record. The audit trail stays."""
    await changing.delete_patient(patient_id, if_match=if_match, db=db)
