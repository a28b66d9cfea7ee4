"""The SQL of staff."""

from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.staff.schema import ClinicianSort, DepartmentSort
from features.staff.tables import Clinician, Department
from rounds.data import Query, Read, Row
from rounds.listings import Listing

_DEPARTMENT_ROWS = select(
    col(Department.id),
    col(Department.name),
    col(Department.active),
    col(Department.version),
    col(Department.created_at),
    col(Department.updated_at),
)
_CLINICIAN_ROWS = select(
    col(Clinician.id),
    col(Clinician.name),
    col(Clinician.department_id),
    col(Clinician.email),
    col(Clinician.organisation),
    col(Clinician.active),
    col(Clinician.version),
    col(Clinician.created_at),
    col(Clinician.updated_at),
)
_DEPARTMENT = Query(_DEPARTMENT_ROWS.where(col(Department.id) == bindparam("id")))
_CLINICIAN = Query(_CLINICIAN_ROWS.where(col(Clinician.id) == bindparam("id")))

# For other slices to join with.
CLINICIAN_ROWS = select(
    col(Clinician.id), col(Clinician.name), col(Clinician.department_id), col(Clinician.active)
).subquery("clinicians")
DEPARTMENT_ROWS = select(col(Department.id), col(Department.name), col(Department.active)).subquery("departments")

DEPARTMENTS = Listing(
    "departments",
    _DEPARTMENT_ROWS,
    sorts={DepartmentSort.NAME: col(Department.name_key), DepartmentSort.CREATED_AT: col(Department.created_at)},
    default="name",
    key=col(Department.id),
)
CLINICIANS = Listing(
    "clinicians",
    _CLINICIAN_ROWS,
    sorts={ClinicianSort.NAME: col(Clinician.name_key), ClinicianSort.CREATED_AT: col(Clinician.created_at)},
    default="name",
    key=col(Clinician.id),
)
CLINICIAN_FILTERS = {
    "department_id": col(Clinician.department_id) == bindparam("department_id"),
    "active": col(Clinician.active) == bindparam("active"),
}


async def find_department(department_id: UUID, db: Read) -> Row | None:
    """The department's row."""
    return await db.one(_DEPARTMENT, id=department_id)


async def find_clinician(clinician_id: UUID, db: Read) -> Row | None:
    """The clinician's row."""
    return await db.one(_CLINICIAN, id=clinician_id)


async def lock_department(department_id: UUID, db: AsyncSession) -> Department | None:
    """The department, held until the end of the transaction."""
    return await db.get(Department, department_id, with_for_update=True)


async def lock_clinician(clinician_id: UUID, db: AsyncSession) -> Clinician | None:
    """The clinician, held until the end of the transaction."""
    return await db.get(Clinician, clinician_id, with_for_update=True)


async def department_named(name: str, db: AsyncSession) -> UUID | None:
    """The department of this name, in whatever case and with or without accents."""
    return await db.scalar(select(col(Department.id)).where(col(Department.name_key) == func.rounds_fold(name)))


async def clinician_named(name: str, department_id: UUID, db: AsyncSession) -> UUID | None:
    """The first clinician of exactly this name in a department."""
    statement = (
        select(col(Clinician.id))
        .where(col(Clinician.department_id) == department_id, col(Clinician.name) == name)
        .order_by(col(Clinician.id))
        .limit(1)
    )
    return await db.scalar(statement)


async def delete_department(department_id: UUID, db: AsyncSession) -> None:
    """Remove the department; the database refuses while clinicians work in it."""
    await db.execute(delete(Department).where(col(Department.id) == department_id))


async def delete_clinician(clinician_id: UUID, db: AsyncSession) -> None:
    """Remove the clinician."""
    await db.execute(delete(Clinician).where(col(Clinician.id) == clinician_id))
