"""Procedures, and what patients underwent, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.patients import PatientNotFound
from features.procedures import handler
from features.procedures.problems import (
    DuplicateProcedure,
    PatientProcedureNotFound,
    ProcedureInUse,
    ProcedureNotFound,
)
from features.procedures.schema import (
    Expansions,
    PatientProcedurePatch,
    PatientProcedureQuery,
    PatientProcedureRead,
    PatientProcedureWithExpanded,
    PatientProcedureWrite,
    ProcedurePatch,
    ProcedureQuery,
    ProcedureRead,
    ProcedureWrite,
)
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("procedures")

CanRead = Annotated[Actor, require("procedures:read")]
CanWrite = Annotated[Actor, require("procedures:write")]
CanDelete = Annotated[Actor, require("procedures:delete")]

_PROCEDURE = documents(ProcedureNotFound, DuplicateProcedure, PreconditionFailed)
_RECORD = documents(PatientProcedureNotFound, PatientNotFound, ProcedureNotFound, PreconditionFailed)


@router.get("/procedures", response_model=Page[ProcedureRead])
@shows_no_patient
async def list_procedures(
    query: Annotated[ProcedureQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List procedures."""
    found = await handler.list_procedures(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post("/procedures", status_code=201, responses=documents(DuplicateProcedure), response_model=ProcedureRead)
@changes("procedure", of_patient=False)
async def create_procedure(body: ProcedureWrite, actor: CanWrite, db: Tx) -> Response:
    """Create a procedure."""
    procedure = await handler.create_procedure(body, db=db)
    return created(procedure, f"/procedures/{procedure.id}", version=procedure.version)


@router.get(
    "/procedures/{procedure_id}",
    response_model=ProcedureRead,
    responses={**NOT_MODIFIED, **documents(ProcedureNotFound)},
)
@shows_no_patient
async def read_procedure(
    procedure_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read one procedure."""
    procedure = await handler.read_procedure(procedure_id, reads=reads)
    return answer(procedure, version=procedure.version, if_none_match=if_none_match)


@router.put("/procedures/{procedure_id}", responses=_PROCEDURE, response_model=ProcedureRead)
@changes("procedure", of_patient=False)
async def replace_procedure(
    procedure_id: UUID, body: ProcedureWrite, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Replace a procedure. Records of patients who underwent it show it as it is now."""
    procedure = await handler.replace_procedure(procedure_id, body, if_match=if_match, db=db)
    return answer(procedure, version=procedure.version)


@router.patch("/procedures/{procedure_id}", responses=_PROCEDURE, response_model=ProcedureRead)
@changes("procedure", of_patient=False)
async def patch_procedure(
    procedure_id: UUID, body: ProcedurePatch, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Change some fields of a procedure."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    procedure = await handler.patch_procedure(procedure_id, changes, if_match=if_match, db=db)
    return answer(procedure, version=procedure.version)


@router.delete(
    "/procedures/{procedure_id}",
    status_code=204,
    responses=documents(ProcedureNotFound, ProcedureInUse, PreconditionFailed),
)
@changes("procedure", of_patient=False)
async def delete_procedure(procedure_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a procedure that no record of a patient has. Its code becomes free."""
    await handler.delete_procedure(procedure_id, if_match=if_match, db=db)


@router.get("/patient_procedures", response_model=Page[PatientProcedureWithExpanded])
@shows("patient_procedure")
async def list_patient_procedures(
    query: Annotated[PatientProcedureQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List what patients underwent, the latest first."""
    cursors = request.app.state.cursors
    found = await handler.list_patient_procedures(query, actor=actor, reads=reads, cursors=cursors)
    note_shown(record.patient_id for record in found.data)
    return found.answer(request, exclude_unset=True)


@router.post(
    "/patient_procedures",
    status_code=201,
    responses=documents(PatientNotFound, ProcedureNotFound),
    response_model=PatientProcedureRead,
)
@changes("patient_procedure")
async def create_patient_procedure(body: PatientProcedureWrite, actor: CanWrite, db: Tx) -> Response:
    """Record that a patient underwent a procedure."""
    record = await handler.create_patient_procedure(body, db=db)
    return created(record, f"/patient_procedures/{record.id}", version=record.version)


@router.get(
    "/patient_procedures/{patient_procedure_id}",
    response_model=PatientProcedureWithExpanded,
    responses={**NOT_MODIFIED, **documents(PatientProcedureNotFound)},
)
@shows("patient_procedure")
async def read_patient_procedure(
    patient_procedure_id: UUID,
    actor: CanRead,
    reads: Reads,
    expand: Annotated[Expansions | None, Query()] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one procedure that a patient underwent."""
    record = await handler.read_patient_procedure(patient_procedure_id, expand, actor=actor, reads=reads)
    note_shown([record.patient_id], resource_id=patient_procedure_id)
    # What is expanded has versions of its own, so an answer with it has no ETag.
    version = None if expand else record.version
    return answer(record, version=version, if_none_match=if_none_match, exclude_unset=True)


@router.put("/patient_procedures/{patient_procedure_id}", responses=_RECORD, response_model=PatientProcedureRead)
@changes("patient_procedure")
async def replace_patient_procedure(
    patient_procedure_id: UUID,
    body: PatientProcedureWrite,
    actor: CanWrite,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Replace the record of a procedure that a patient underwent. What is left out is emptied."""
    record = await handler.replace_patient_procedure(patient_procedure_id, body, if_match=if_match, db=db)
    return answer(record, version=record.version)


@router.patch("/patient_procedures/{patient_procedure_id}", responses=_RECORD, response_model=PatientProcedureRead)
@changes("patient_procedure")
async def patch_patient_procedure(
    patient_procedure_id: UUID,
    body: PatientProcedurePatch,
    actor: CanWrite,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Change some fields of the record of a procedure that a patient underwent."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    record = await handler.patch_patient_procedure(patient_procedure_id, changes, if_match=if_match, db=db)
    return answer(record, version=record.version)


@router.delete(
    "/patient_procedures/{patient_procedure_id}",
    status_code=204,
    responses=documents(PatientProcedureNotFound, PreconditionFailed),
)
@changes("patient_procedure")
async def delete_patient_procedure(
    patient_procedure_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None
) -> None:
    """Delete the record of a procedure that a patient underwent."""
    await handler.delete_patient_procedure(patient_procedure_id, if_match=if_match, db=db)
