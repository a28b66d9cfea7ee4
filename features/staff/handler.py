"""The rules of staff."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from features.staff import persistence
from features.staff.problems import ClinicianInUse, ClinicianNotFound, DepartmentInUse, DepartmentNotFound
from features.staff.schema import (
    ClinicianQuery,
    ClinicianRead,
    ClinicianWrite,
    DepartmentQuery,
    DepartmentRead,
    DepartmentWrite,
)
from features.staff.tables import Clinician, Department
from rounds.audit import changes_of, record
from rounds.data import Read, changed
from rounds.listings import Cursors, Found
from rounds.merge_patch import patched
from rounds.versions import expect_version


async def read_department(department_id: UUID, *, reads: Read) -> DepartmentRead:
    """A department.

    Raises:
        DepartmentNotFound: when there is none.
    """
    row = await persistence.find_department(department_id, reads)
    if row is None:
        raise DepartmentNotFound
    return DepartmentRead(**dict(row))


async def read_clinician(clinician_id: UUID, *, reads: Read) -> ClinicianRead:
    """A clinician.

    Raises:
        ClinicianNotFound: when there is none.
    """
    row = await persistence.find_clinician(clinician_id, reads)
    if row is None:
        raise ClinicianNotFound
    return ClinicianRead(**dict(row))


async def list_departments(query: DepartmentQuery, *, reads: Read, cursors: Cursors) -> Found[DepartmentRead]:
    """One page of departments."""
    return (await persistence.DEPARTMENTS.fetch(query, reads, cursors)).as_models(DepartmentRead)


async def list_clinicians(query: ClinicianQuery, *, reads: Read, cursors: Cursors) -> Found[ClinicianRead]:
    """One page of clinicians."""
    values = query.model_dump(include=set(persistence.CLINICIAN_FILTERS), exclude_none=True)
    where = {name: persistence.CLINICIAN_FILTERS[name] for name in values}
    found = await persistence.CLINICIANS.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(ClinicianRead)


async def require_department(department_id: UUID, *, db: AsyncSession) -> Department:
    """The department, held until the end of the transaction.

    Raises:
        DepartmentNotFound: when there is none.
    """
    department = await persistence.lock_department(department_id, db)
    if department is None:
        raise DepartmentNotFound
    return department


async def require_clinician(clinician_id: UUID, *, db: AsyncSession) -> Clinician:
    """The clinician, held until the end of the transaction.

    Raises:
        ClinicianNotFound: when there is none.
    """
    clinician = await persistence.lock_clinician(clinician_id, db)
    if clinician is None:
        raise ClinicianNotFound
    return clinician


async def create_department(new: DepartmentWrite, *, db: AsyncSession) -> DepartmentRead:
    """Create a department. The database refuses a name that another one has."""
    department = Department(**new.model_dump())
    db.add(department)
    created = changes_of(department)
    await db.flush()
    await record("create", "department", db, resource_id=department.id, changes=created)
    return DepartmentRead.model_validate(department)


async def create_clinician(new: ClinicianWrite, *, db: AsyncSession) -> ClinicianRead:
    """Create a clinician. The database refuses an unknown department."""
    clinician = Clinician(**new.model_dump())
    db.add(clinician)
    created = changes_of(clinician)
    await db.flush()
    await record("create", "clinician", db, resource_id=clinician.id, changes=created)
    return ClinicianRead.model_validate(clinician)


async def replace_department(
    department_id: UUID, new: DepartmentWrite, *, if_match: str | None, db: AsyncSession
) -> DepartmentRead:
    """Replace what a client may write about a department."""
    department = await require_department(department_id, db=db)
    expect_version(if_match, department.version)
    return await _write_department(department, new, replaced=True, db=db)


async def patch_department(
    department_id: UUID, patch: dict[str, Any], *, if_match: str | None, db: AsyncSession
) -> DepartmentRead:
    """Apply a JSON merge patch to a department."""
    department = await require_department(department_id, db=db)
    expect_version(if_match, department.version)
    return await _write_department(department, patched(DepartmentWrite, department, patch), replaced=False, db=db)


async def _write_department(
    department: Department, new: DepartmentWrite, *, replaced: bool, db: AsyncSession
) -> DepartmentRead:
    department.name = new.name
    department.active = new.active
    changes = changes_of(department)
    if changed(department, db, replaced=replaced):
        await db.flush()
        await record("update", "department", db, resource_id=department.id, changes=changes)
    return DepartmentRead.model_validate(department)


async def replace_clinician(
    clinician_id: UUID, new: ClinicianWrite, *, if_match: str | None, db: AsyncSession
) -> ClinicianRead:
    """Replace what a client may write about a clinician."""
    clinician = await require_clinician(clinician_id, db=db)
    expect_version(if_match, clinician.version)
    return await _write_clinician(clinician, new, replaced=True, db=db)


async def patch_clinician(
    clinician_id: UUID, patch: dict[str, Any], *, if_match: str | None, db: AsyncSession
) -> ClinicianRead:
    """Apply a JSON merge patch to a clinician."""
    clinician = await require_clinician(clinician_id, db=db)
    expect_version(if_match, clinician.version)
    return await _write_clinician(clinician, patched(ClinicianWrite, clinician, patch), replaced=False, db=db)


async def _write_clinician(
    clinician: Clinician, new: ClinicianWrite, *, replaced: bool, db: AsyncSession
) -> ClinicianRead:
    for name, value in new.model_dump().items():
        setattr(clinician, name, value)
    changes = changes_of(clinician)
    if changed(clinician, db, replaced=replaced):
        await db.flush()
        await record("update", "clinician", db, resource_id=clinician.id, changes=changes)
    return ClinicianRead.model_validate(clinician)


async def delete_department(department_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Delete a department that nothing refers to.

    Raises:
        DepartmentInUse: while clinicians belong to it, or records name it.
    """
    department = await require_department(department_id, db=db)
    expect_version(if_match, department.version)
    try:
        await persistence.delete_department(department_id, db)
    except IntegrityError:
        raise DepartmentInUse from None
    await record("delete", "department", db, resource_id=department_id)


async def delete_clinician(clinician_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Delete a clinician whom no record names; deactivating (`active: false`) keeps the name in old records.

    Raises:
        ClinicianInUse: while records name the clinician.
    """
    clinician = await require_clinician(clinician_id, db=db)
    expect_version(if_match, clinician.version)
    try:
        await persistence.delete_clinician(clinician_id, db)
    except IntegrityError:
        raise ClinicianInUse from None
    await record("delete", "clinician", db, resource_id=clinician_id)
