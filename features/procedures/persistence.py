"""The SQL of procedures."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.patients import visible
from features.procedures.schema import PatientProcedureSort, ProcedureSort
from features.procedures.tables import PatientProcedure, Procedure
from rounds import clock
from rounds.data import Query, Read, Row
from rounds.listings import Listing

_LIVE = col(Procedure.deleted_at).is_(None)
_LIVE_RECORD = col(PatientProcedure.deleted_at).is_(None)
_SEEN = visible(col(PatientProcedure.patient_id))

_PROCEDURE_ROWS = select(
    col(Procedure.id),
    col(Procedure.code),
    col(Procedure.name),
    col(Procedure.department),
    col(Procedure.surgical),
    col(Procedure.version),
    col(Procedure.created_at),
    col(Procedure.updated_at),
).where(_LIVE)
_RECORD_ROWS = select(
    col(PatientProcedure.id),
    col(PatientProcedure.patient_id),
    col(PatientProcedure.procedure_id),
    col(PatientProcedure.performed_at),
    col(PatientProcedure.report),
    col(PatientProcedure.version),
    col(PatientProcedure.created_at),
    col(PatientProcedure.updated_at),
).where(_LIVE_RECORD, _SEEN)

# What patients underwent, for other slices to join with. A procedure outlives its records, so none is missed here.
PATIENT_PROCEDURES = (
    select(
        col(PatientProcedure.patient_id),
        col(Procedure.code),
        col(Procedure.department),
        col(Procedure.surgical),
        col(PatientProcedure.performed_at),
    )
    .join(Procedure, col(Procedure.id) == col(PatientProcedure.procedure_id))
    .where(_LIVE_RECORD)
    .subquery("patient_procedures")
)

_ids = any_(bindparam("ids", type_=ARRAY(Uuid)))
_PROCEDURE = Query(_PROCEDURE_ROWS.where(col(Procedure.id) == bindparam("id")))
_PROCEDURES = Query(_PROCEDURE_ROWS.where(col(Procedure.id) == _ids))
_RECORD = Query(_RECORD_ROWS.where(col(PatientProcedure.id) == bindparam("id")))
_OF_PATIENTS = Query(
    select(
        col(PatientProcedure.id),
        col(PatientProcedure.patient_id),
        col(PatientProcedure.procedure_id),
        col(Procedure.code),
        col(Procedure.name),
        col(Procedure.department),
        col(Procedure.surgical),
        col(PatientProcedure.performed_at),
    )
    .join(Procedure, col(Procedure.id) == col(PatientProcedure.procedure_id))
    .where(_LIVE_RECORD, _SEEN, col(PatientProcedure.patient_id) == _ids)
    .order_by(col(PatientProcedure.performed_at).desc(), col(PatientProcedure.id).desc())
)

PROCEDURES = Listing(
    "procedures",
    _PROCEDURE_ROWS,
    sorts={
        ProcedureSort.CODE: col(Procedure.code_key),
        ProcedureSort.NAME: col(Procedure.name_key),
        ProcedureSort.CREATED_AT: col(Procedure.created_at),
    },
    default="code",
    key=col(Procedure.id),
)
PROCEDURE_FILTERS = {
    "code": col(Procedure.code_key) == func.lower(bindparam("code", type_=Text)),
    "department": col(Procedure.department_key) == func.rounds_fold(bindparam("department", type_=Text)),
    "surgical": col(Procedure.surgical) == bindparam("surgical"),
}
RECORDS = Listing(
    "patient_procedures",
    _RECORD_ROWS,
    sorts={
        PatientProcedureSort.PERFORMED_AT: col(PatientProcedure.performed_at),
        PatientProcedureSort.CREATED_AT: col(PatientProcedure.created_at),
    },
    default="-performed_at",
    key=col(PatientProcedure.id),
)
RECORD_FILTERS = {
    "patient_id": col(PatientProcedure.patient_id) == bindparam("patient_id"),
    "procedure_id": col(PatientProcedure.procedure_id) == bindparam("procedure_id"),
    "performed_from": col(PatientProcedure.performed_at) >= bindparam("performed_from"),
    "performed_to": col(PatientProcedure.performed_at) <= bindparam("performed_to"),
}


async def find_procedure(procedure_id: UUID, db: Read) -> Row | None:
    """The procedure's row."""
    return await db.one(_PROCEDURE, id=procedure_id)


async def find_procedures(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The rows of those of these procedures that there are."""
    return await db.all(_PROCEDURES, ids=list(ids))


async def find_record(record_id: UUID, db: Read) -> Row | None:
    """The row of what a patient underwent."""
    return await db.one(_RECORD, id=record_id)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[Row]:
    """What these patients underwent, the latest first, with code, name and department of the procedure."""
    return await db.all(_OF_PATIENTS, ids=list(ids))


async def lock_procedure(procedure_id: UUID, db: AsyncSession) -> Procedure | None:
    """The procedure, held against every other change until the end of the transaction."""
    statement = select(Procedure).where(col(Procedure.id) == procedure_id, _LIVE).with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def hold_procedure(procedure_id: UUID, db: AsyncSession) -> bool:
    """Keep the procedure from being deleted until the end of the transaction; False when there is none."""
    statement = select(col(Procedure.id)).where(col(Procedure.id) == procedure_id, _LIVE).with_for_update(read=True)
    return (await db.scalar(statement)) is not None


async def lock_record(record_id: UUID, db: AsyncSession) -> PatientProcedure | None:
    """The record of what a patient underwent, held until the end of the transaction."""
    statement = select(PatientProcedure).where(col(PatientProcedure.id) == record_id, _LIVE_RECORD, _SEEN)
    statement = statement.with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def delete_procedure(procedure_id: UUID, db: AsyncSession) -> bool:
    """Take a locked procedure out of every read; False, and nothing happens, while records of patients have it.

    Whoever records it meanwhile holds it: either that came first and is seen here, or it finds no procedure any more.
    """
    used = select(col(PatientProcedure.id)).where(col(PatientProcedure.procedure_id) == procedure_id, _LIVE_RECORD)
    at = clock.now()
    statement = (
        update(Procedure)
        .where(col(Procedure.id) == procedure_id, ~used.exists())
        .values(deleted_at=at, updated_at=at, version=col(Procedure.version) + 1)
        .returning(col(Procedure.id))
        .execution_options(synchronize_session=False)
    )
    return (await db.scalar(statement)) is not None


async def delete_records_of(patient_id: UUID, db: AsyncSession) -> None:
    """Take what the patient underwent out of every read."""
    at = clock.now()
    statement = (
        update(PatientProcedure)
        .where(col(PatientProcedure.patient_id) == patient_id, _LIVE_RECORD)
        .values(deleted_at=at, updated_at=at, version=col(PatientProcedure.version) + 1)
        .execution_options(synchronize_session=False)
    )
    await db.execute(statement)
