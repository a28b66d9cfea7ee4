"""Departments and clinicians over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.staff import handler
from features.staff.problems import (
    ClinicianInUse,
    ClinicianNotFound,
    DepartmentInUse,
    DepartmentNotFound,
    DuplicateDepartment,
)
from features.staff.schema import (
    ClinicianPatch,
    ClinicianQuery,
    ClinicianRead,
    ClinicianWrite,
    DepartmentPatch,
    DepartmentQuery,
    DepartmentRead,
    DepartmentWrite,
)
from rounds.audit import changes, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("staff")

CanRead = Annotated[Actor, require("staff:read")]
CanWrite = Annotated[Actor, require("staff:write")]

_DEPARTMENT = documents(DepartmentNotFound, DuplicateDepartment, PreconditionFailed)
_CLINICIAN = documents(ClinicianNotFound, PreconditionFailed)


@router.get("/departments", response_model=Page[DepartmentRead])
@shows_no_patient
async def list_departments(
    query: Annotated[DepartmentQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List departments."""
    found = await handler.list_departments(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post("/departments", status_code=201, responses=documents(DuplicateDepartment), response_model=DepartmentRead)
@changes("department", of_patient=False)
async def create_department(body: DepartmentWrite, actor: CanWrite, db: Tx) -> Response:
    """Create a department."""
    department = await handler.create_department(body, db=db)
    return created(department, f"/departments/{department.id}", version=department.version)


@router.get(
    "/departments/{department_id}",
    response_model=DepartmentRead,
    responses={**NOT_MODIFIED, **documents(DepartmentNotFound)},
)
@shows_no_patient
async def read_department(
    department_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read one department."""
    department = await handler.read_department(department_id, reads=reads)
    return answer(department, version=department.version, if_none_match=if_none_match)


@router.put("/departments/{department_id}", responses=_DEPARTMENT, response_model=DepartmentRead)
@changes("department", of_patient=False)
async def replace_department(
    department_id: UUID, body: DepartmentWrite, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Replace a department."""
    department = await handler.replace_department(department_id, body, if_match=if_match, db=db)
    return answer(department, version=department.version)


@router.patch("/departments/{department_id}", responses=_DEPARTMENT, response_model=DepartmentRead)
@changes("department", of_patient=False)
async def patch_department(
    department_id: UUID, body: DepartmentPatch, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Change some fields of a department."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    department = await handler.patch_department(department_id, changes, if_match=if_match, db=db)
    return answer(department, version=department.version)


@router.delete(
    "/departments/{department_id}",
    status_code=204,
    responses=documents(DepartmentNotFound, DepartmentInUse, PreconditionFailed),
)
@changes("department", of_patient=False)
async def delete_department(department_id: UUID, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a department that nobody works in and no record names. Otherwise set `active` to false."""
    await handler.delete_department(department_id, if_match=if_match, db=db)


@router.get("/clinicians", response_model=Page[ClinicianRead])
@shows_no_patient
async def list_clinicians(
    query: Annotated[ClinicianQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List clinicians."""
    found = await handler.list_clinicians(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post("/clinicians", status_code=201, response_model=ClinicianRead)
@changes("clinician", of_patient=False)
async def create_clinician(body: ClinicianWrite, actor: CanWrite, db: Tx) -> Response:
    """Create a clinician in a department."""
    clinician = await handler.create_clinician(body, db=db)
    return created(clinician, f"/clinicians/{clinician.id}", version=clinician.version)


@router.get(
    "/clinicians/{clinician_id}",
    response_model=ClinicianRead,
    responses={**NOT_MODIFIED, **documents(ClinicianNotFound)},
)
@shows_no_patient
async def read_clinician(
    clinician_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read one clinician."""
    clinician = await handler.read_clinician(clinician_id, reads=reads)
    return answer(clinician, version=clinician.version, if_none_match=if_none_match)


@router.put("/clinicians/{clinician_id}", responses=_CLINICIAN, response_model=ClinicianRead)
@changes("clinician", of_patient=False)
async def replace_clinician(
    clinician_id: UUID, body: ClinicianWrite, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Replace a clinician."""
    clinician = await handler.replace_clinician(clinician_id, body, if_match=if_match, db=db)
    return answer(clinician, version=clinician.version)


@router.patch("/clinicians/{clinician_id}", responses=_CLINICIAN, response_model=ClinicianRead)
@changes("clinician", of_patient=False)
async def patch_clinician(
    clinician_id: UUID, body: ClinicianPatch, actor: CanWrite, db: Tx, if_match: IfMatch = None
) -> Response:
    """Change some fields of a clinician."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    clinician = await handler.patch_clinician(clinician_id, changes, if_match=if_match, db=db)
    return answer(clinician, version=clinician.version)


@router.delete(
    "/clinicians/{clinician_id}",
    status_code=204,
    responses=documents(ClinicianNotFound, ClinicianInUse, PreconditionFailed),
)
@changes("clinician", of_patient=False)
async def delete_clinician(clinician_id: UUID, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a clinician whom no record names. To keep the name in old records, set `active` to false instead."""
    await handler.delete_clinician(clinician_id, if_match=if_match, db=db)
