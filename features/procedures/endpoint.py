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
from rounds.expansions import requested_expansions
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, created, etag, not_modified, unchanged
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("procedures")

CanRead = Annotated[Actor, require("procedures:read")]
CanWrite = Annotated[Actor, require("procedures:write")]
CanDelete = Annotated[Actor, require("procedures:delete")]

_PROCEDURE = documents(ProcedureNotFound, DuplicateProcedure, PreconditionFailed)
_RECORD = documents(PatientProcedureNotFound, PatientNotFound, ProcedureNotFound, PreconditionFailed)


@router.get("/procedures")
@shows_no_patient
async def list_procedures(
    query: Annotated[ProcedureQuery, Query()], actor: CanRead, request: Request, response: Response, reads: Reads
) -> Page[ProcedureRead]:
    """List procedures."""
    found = await handler.list_procedures(query, reads=reads, cursors=request.app.state.cursors)
    return found.page([ProcedureRead(**dict(row)) for row in found.rows], request, response)


@router.post("/procedures", status_code=201, responses=documents(DuplicateProcedure))
@changes("procedure", of_patient=False)
async def create_procedure(body: ProcedureWrite, actor: CanWrite, response: Response, db: Tx) -> ProcedureRead:
    """Create a procedure."""
    procedure = await handler.create_procedure(body, db=db)
    created(response, f"/procedures/{procedure.id}", procedure.version)
    return procedure


@router.get(
    "/procedures/{procedure_id}",
    response_model=ProcedureRead,
    responses={**NOT_MODIFIED, **documents(ProcedureNotFound)},
)
@shows_no_patient
async def read_procedure(
    procedure_id: UUID, actor: CanRead, response: Response, reads: Reads, if_none_match: IfNoneMatch = None
) -> ProcedureRead | Response:
    """Read one procedure."""
    procedure = await handler.read_procedure(procedure_id, reads=reads)
    if unchanged(if_none_match, procedure.version):
        return not_modified(procedure.version)
    response.headers["ETag"] = etag(procedure.version)
    return procedure


@router.put("/procedures/{procedure_id}", responses=_PROCEDURE)
@changes("procedure", of_patient=False)
async def replace_procedure(
    procedure_id: UUID, body: ProcedureWrite, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> ProcedureRead:
    """Replace a procedure. Records of patients who underwent it show it as it is now."""
    procedure = await handler.replace_procedure(procedure_id, body, if_match=if_match, db=db)
    response.headers["ETag"] = etag(procedure.version)
    return procedure


@router.patch("/procedures/{procedure_id}", responses=_PROCEDURE)
@changes("procedure", of_patient=False)
async def patch_procedure(
    procedure_id: UUID, body: ProcedurePatch, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> ProcedureRead:
    """Change some fields of a procedure."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    procedure = await handler.patch_procedure(procedure_id, changes, if_match=if_match, db=db)
    response.headers["ETag"] = etag(procedure.version)
    return procedure


@router.delete(
    "/procedures/{procedure_id}",
    status_code=204,
    responses=documents(ProcedureNotFound, ProcedureInUse, PreconditionFailed),
)
@changes("procedure", of_patient=False)
async def delete_procedure(procedure_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a procedure that no record of a patient has. Its code becomes free."""
    await handler.delete_procedure(procedure_id, if_match=if_match, db=db)


@router.get("/patient_procedures", response_model=Page[PatientProcedureWithExpanded], response_model_exclude_unset=True)
@shows("patient_procedure")
async def list_patient_procedures(
    query: Annotated[PatientProcedureQuery, Query()],
    actor: CanRead,
    request: Request,
    response: Response,
    reads: Reads,
) -> Page[PatientProcedureWithExpanded]:
    """List what patients underwent, the latest first."""
    names = requested_expansions("expand", query.expand, handler.EXPANSIONS, actor=actor)
    found = await handler.list_patient_procedures(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(row["patient_id"] for row in found.rows)
    return found.page(await handler.with_expanded(found.rows, names, reads=reads), request, response)


@router.post("/patient_procedures", status_code=201, responses=documents(PatientNotFound, ProcedureNotFound))
@changes("patient_procedure")
async def create_patient_procedure(
    body: PatientProcedureWrite, actor: CanWrite, response: Response, db: Tx
) -> PatientProcedureRead:
    """Record that a patient underwent a procedure."""
    record = await handler.create_patient_procedure(body, db=db)
    created(response, f"/patient_procedures/{record.id}", record.version)
    return record


@router.get(
    "/patient_procedures/{patient_procedure_id}",
    response_model=PatientProcedureWithExpanded,
    responses={**NOT_MODIFIED, **documents(PatientProcedureNotFound)},
    response_model_exclude_unset=True,
)
@shows("patient_procedure")
async def read_patient_procedure(
    patient_procedure_id: UUID,
    actor: CanRead,
    response: Response,
    reads: Reads,
    expand: Annotated[Expansions | None, Query()] = None,
    if_none_match: IfNoneMatch = None,
) -> PatientProcedureWithExpanded | Response:
    """Read one procedure that a patient underwent."""
    names = requested_expansions("expand", expand, handler.EXPANSIONS, actor=actor)
    row = await handler.read_patient_procedure(patient_procedure_id, reads=reads)
    note_shown([row["patient_id"]], resource_id=patient_procedure_id)
    # What is expanded has versions of its own, so an answer with it has no ETag.
    if not names:
        if unchanged(if_none_match, row["version"]):
            return not_modified(row["version"])
        response.headers["ETag"] = etag(row["version"])
    return (await handler.with_expanded([row], names, reads=reads))[0]


@router.put("/patient_procedures/{patient_procedure_id}", responses=_RECORD)
@changes("patient_procedure")
async def replace_patient_procedure(
    patient_procedure_id: UUID,
    body: PatientProcedureWrite,
    actor: CanWrite,
    response: Response,
    db: Tx,
    if_match: IfMatch = None,
) -> PatientProcedureRead:
    """Replace the record of a procedure that a patient underwent. What is left out is emptied."""
    record = await handler.replace_patient_procedure(patient_procedure_id, body, if_match=if_match, db=db)
    response.headers["ETag"] = etag(record.version)
    return record


@router.patch("/patient_procedures/{patient_procedure_id}", responses=_RECORD)
@changes("patient_procedure")
async def patch_patient_procedure(
    patient_procedure_id: UUID,
    body: PatientProcedurePatch,
    actor: CanWrite,
    response: Response,
    db: Tx,
    if_match: IfMatch = None,
) -> PatientProcedureRead:
    """Change some fields of the record of a procedure that a patient underwent."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    record = await handler.patch_patient_procedure(patient_procedure_id, changes, if_match=if_match, db=db)
    response.headers["ETag"] = etag(record.version)
    return record


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
