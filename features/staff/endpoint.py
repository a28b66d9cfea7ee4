"""Departments and clinicians over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.staff import handler, persistence
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
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, created, etag, not_modified, unchanged
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("staff")

CanRead = Annotated[Actor, require("staff:read")]
CanWrite = Annotated[Actor, require("staff:write")]

_DEPARTMENT = documents(DepartmentNotFound, DuplicateDepartment, PreconditionFailed)
_CLINICIAN = documents(ClinicianNotFound, PreconditionFailed)


@router.get("/departments")
@shows_no_patient
async def list_departments(
    query: Annotated[DepartmentQuery, Query()], actor: CanRead, request: Request, response: Response, reads: Reads
) -> Page[DepartmentRead]:
    """List departments."""
    found = await persistence.DEPARTMENTS.fetch(query, reads, request.app.state.cursors)
    return found.page([DepartmentRead(**dict(row)) for row in found.rows], request, response)


@router.post("/departments", status_code=201, responses=documents(DuplicateDepartment))
@changes("department", of_patient=False)
async def create_department(body: DepartmentWrite, actor: CanWrite, response: Response, db: Tx) -> DepartmentRead:
    """Create a department."""
    department = await handler.create_department(body, db=db)
    created(response, f"/departments/{department.id}", department.version)
    return department


@router.get(
    "/departments/{department_id}",
    response_model=DepartmentRead,
    responses={**NOT_MODIFIED, **documents(DepartmentNotFound)},
)
@shows_no_patient
async def read_department(
    department_id: UUID, actor: CanRead, response: Response, reads: Reads, if_none_match: IfNoneMatch = None
) -> DepartmentRead | Response:
    """Read one department."""
    department = await handler.read_department(department_id, reads=reads)
    if unchanged(if_none_match, department.version):
        return not_modified(department.version)
    response.headers["ETag"] = etag(department.version)
    return department


@router.put("/departments/{department_id}", responses=_DEPARTMENT)
@changes("department", of_patient=False)
async def replace_department(
    department_id: UUID, body: DepartmentWrite, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> DepartmentRead:
    """Replace a department."""
    department = await handler.replace_department(department_id, body, if_match=if_match, db=db)
    response.headers["ETag"] = etag(department.version)
    return department


@router.patch("/departments/{department_id}", responses=_DEPARTMENT)
@changes("department", of_patient=False)
async def patch_department(
    department_id: UUID, body: DepartmentPatch, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> DepartmentRead:
    """Change some fields of a department."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    department = await handler.patch_department(department_id, changes, if_match=if_match, db=db)
    response.headers["ETag"] = etag(department.version)
    return department


@router.delete(
    "/departments/{department_id}",
    status_code=204,
    responses=documents(DepartmentNotFound, DepartmentInUse, PreconditionFailed),
)
@changes("department", of_patient=False)
async def delete_department(department_id: UUID, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a department that nobody works in and no record names. Otherwise set `active` to false."""
    await handler.delete_department(department_id, if_match=if_match, db=db)


@router.get("/clinicians")
@shows_no_patient
async def list_clinicians(
    query: Annotated[ClinicianQuery, Query()], actor: CanRead, request: Request, response: Response, reads: Reads
) -> Page[ClinicianRead]:
    """List clinicians."""
    values = query.model_dump(include=set(persistence.CLINICIAN_FILTERS), exclude_none=True)
    where = {name: persistence.CLINICIAN_FILTERS[name] for name in values}
    found = await persistence.CLINICIANS.fetch(query, reads, request.app.state.cursors, where=where, values=values)
    return found.page([ClinicianRead(**dict(row)) for row in found.rows], request, response)


@router.post("/clinicians", status_code=201)
@changes("clinician", of_patient=False)
async def create_clinician(body: ClinicianWrite, actor: CanWrite, response: Response, db: Tx) -> ClinicianRead:
    """Create a clinician in a department."""
    clinician = await handler.create_clinician(body, db=db)
    created(response, f"/clinicians/{clinician.id}", clinician.version)
    return clinician


@router.get(
    "/clinicians/{clinician_id}",
    response_model=ClinicianRead,
    responses={**NOT_MODIFIED, **documents(ClinicianNotFound)},
)
@shows_no_patient
async def read_clinician(
    clinician_id: UUID, actor: CanRead, response: Response, reads: Reads, if_none_match: IfNoneMatch = None
) -> ClinicianRead | Response:
    """Read one clinician."""
    clinician = await handler.read_clinician(clinician_id, reads=reads)
    if unchanged(if_none_match, clinician.version):
        return not_modified(clinician.version)
    response.headers["ETag"] = etag(clinician.version)
    return clinician


@router.put("/clinicians/{clinician_id}", responses=_CLINICIAN)
@changes("clinician", of_patient=False)
async def replace_clinician(
    clinician_id: UUID, body: ClinicianWrite, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> ClinicianRead:
    """Replace a clinician."""
    clinician = await handler.replace_clinician(clinician_id, body, if_match=if_match, db=db)
    response.headers["ETag"] = etag(clinician.version)
    return clinician


@router.patch("/clinicians/{clinician_id}", responses=_CLINICIAN)
@changes("clinician", of_patient=False)
async def patch_clinician(
    clinician_id: UUID, body: ClinicianPatch, actor: CanWrite, response: Response, db: Tx, if_match: IfMatch = None
) -> ClinicianRead:
    """Change some fields of a clinician."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    clinician = await handler.patch_clinician(clinician_id, changes, if_match=if_match, db=db)
    response.headers["ETag"] = etag(clinician.version)
    return clinician


@router.delete(
    "/clinicians/{clinician_id}",
    status_code=204,
    responses=documents(ClinicianNotFound, ClinicianInUse, PreconditionFailed),
)
@changes("clinician", of_patient=False)
async def delete_clinician(clinician_id: UUID, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a clinician whom no record names. To keep the name in old records, set `active` to false instead."""
    await handler.delete_clinician(clinician_id, if_match=if_match, db=db)
