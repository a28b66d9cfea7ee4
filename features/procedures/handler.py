"""The rules of procedures."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.patients import read_patients, require_patient
from features.procedures import persistence
from features.procedures.problems import (
    PatientProcedureNotFound,
    ProcedureInUse,
    ProcedureNotFound,
)
from features.procedures.schema import (
    PatientProcedureIncluded,
    PatientProcedureQuery,
    PatientProcedureRead,
    PatientProcedureWithExpanded,
    PatientProcedureWrite,
    ProcedureQuery,
    ProcedureRead,
    ProcedureWrite,
)
from features.procedures.tables import PatientProcedure, Procedure
from rounds import clock
from rounds.audit import changes_of, note_shown, record
from rounds.auth import Actor
from rounds.data import Read, changed
from rounds.expansions import requested_expansions
from rounds.listings import Cursors, Found
from rounds.merge_patch import patched
from rounds.versions import expect_version


async def read_procedure(procedure_id: UUID, *, reads: Read) -> ProcedureRead:
    """A procedure.

    Raises:
        ProcedureNotFound: when there is none.
    """
    row = await persistence.find_procedure(procedure_id, reads)
    if row is None:
        raise ProcedureNotFound
    return ProcedureRead(**dict(row))


async def list_procedures(query: ProcedureQuery, *, reads: Read, cursors: Cursors) -> Found[ProcedureRead]:
    """One page of procedures."""
    values = query.model_dump(include=set(persistence.PROCEDURE_FILTERS), exclude_none=True)
    where = {name: persistence.PROCEDURE_FILTERS[name] for name in values}
    found = await persistence.PROCEDURES.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(ProcedureRead)


async def create_procedure(new: ProcedureWrite, *, db: AsyncSession) -> ProcedureRead:
    """Create a procedure. The database refuses a code that another one has."""
    procedure = Procedure(**new.model_dump())
    db.add(procedure)
    created = changes_of(procedure)
    await db.flush()
    await record("create", "procedure", db, resource_id=procedure.id, changes=created)
    return ProcedureRead.model_validate(procedure)


async def replace_procedure(
    procedure_id: UUID, new: ProcedureWrite, *, if_match: str | None, db: AsyncSession
) -> ProcedureRead:
    """Replace what a client may write about a procedure."""
    procedure = await _locked_procedure(procedure_id, if_match, db)
    return await _write_procedure(procedure, new, replaced=True, db=db)


async def patch_procedure(
    procedure_id: UUID, patch: dict[str, Any], *, if_match: str | None, db: AsyncSession
) -> ProcedureRead:
    """Apply a JSON merge patch to a procedure."""
    procedure = await _locked_procedure(procedure_id, if_match, db)
    return await _write_procedure(procedure, patched(ProcedureWrite, procedure, patch), replaced=False, db=db)


async def delete_procedure(procedure_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Delete a procedure that no record of a patient has; its code becomes free.

    The row stays for records that were deleted before.

    Raises:
        ProcedureInUse: while there is such a record.
    """
    await _locked_procedure(procedure_id, if_match, db)
    if not await persistence.delete_procedure(procedure_id, db):
        raise ProcedureInUse
    await record("delete", "procedure", db, resource_id=procedure_id)


async def _locked_procedure(procedure_id: UUID, if_match: str | None, db: AsyncSession) -> Procedure:
    procedure = await persistence.lock_procedure(procedure_id, db)
    if procedure is None:
        raise ProcedureNotFound
    expect_version(if_match, procedure.version)
    return procedure


async def _write_procedure(
    procedure: Procedure, new: ProcedureWrite, *, replaced: bool, db: AsyncSession
) -> ProcedureRead:
    for name, value in new.model_dump().items():
        setattr(procedure, name, value)
    changes = changes_of(procedure)
    if changed(procedure, db, replaced=replaced):
        await db.flush()
        await record("update", "procedure", db, resource_id=procedure.id, changes=changes)
    return ProcedureRead.model_validate(procedure)


async def read_patient_procedure(
    record_id: UUID, expand: str | None = None, *, actor: Actor, reads: Read
) -> PatientProcedureWithExpanded:
    """What a patient underwent, with what `expand` asks for.

    Raises:
        InvalidFields: when `expand` names what is not offered.
        Forbidden: when the actor may not read it.
        PatientProcedureNotFound: when there is no such record.
    """
    names = requested_expansions("expand", expand, EXPANSIONS, actor=actor)
    row = await persistence.find_record(record_id, reads)
    if row is None:
        raise PatientProcedureNotFound
    return (await _with_expanded([row], names, reads=reads))[0]


async def list_patient_procedures(
    query: PatientProcedureQuery, *, actor: Actor, reads: Read, cursors: Cursors
) -> Found[PatientProcedureWithExpanded]:
    """One page of what patients underwent, with what `expand` asks for.

    Raises:
        InvalidFields: when `expand` names what is not offered.
        Forbidden: when the actor may not read it.
    """
    names = requested_expansions("expand", query.expand, EXPANSIONS, actor=actor)
    values = query.model_dump(include=set(persistence.RECORD_FILTERS), exclude_none=True)
    where = {name: persistence.RECORD_FILTERS[name] for name in values}
    found = await persistence.RECORDS.fetch(query, reads, cursors, where=where, values=values)
    return found.showing(await _with_expanded(found.data, names, reads=reads))


_RESOURCE = "patient_procedure"
EXPANSIONS = {"patient": "patients:read", "procedure": None}


async def _with_expanded(
    rows: Sequence[Mapping[str, Any]], names: Collection[str], *, reads: Read
) -> list[PatientProcedureWithExpanded]:
    """What patients underwent, with what was asked for; one query per expansion, however many rows."""
    shown: list[dict[str, Any]] = [dict(row) for row in rows]
    if "patient" in names:
        patients = await read_patients((row["patient_id"] for row in rows), reads=reads)
        for one in shown:
            one["patient"] = patients.get(one["patient_id"])
    if "procedure" in names and rows:
        found = await persistence.find_procedures(list({row["procedure_id"] for row in rows}), reads)
        procedures = {row["id"]: ProcedureRead(**dict(row)) for row in found}
        for one in shown:
            one["procedure"] = procedures.get(one["procedure_id"])
    return [PatientProcedureWithExpanded(**one) for one in shown]


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """What many patients underwent, by patient id, the latest first."""
    loaded: dict[UUID, list[PatientProcedureIncluded]] = {}
    for row in await persistence.of_patients(ids, reads):
        loaded.setdefault(row["patient_id"], []).append(PatientProcedureIncluded(**dict(row)))
    return loaded


async def create_patient_procedure(new: PatientProcedureWrite, *, db: AsyncSession) -> PatientProcedureRead:
    """Record that a patient underwent a procedure.

    Raises:
        PatientNotFound: when there is no such patient.
        ProcedureNotFound: when there is no such procedure.
    """
    await require_patient(new.patient_id, db=db)
    await _require_procedure(new.procedure_id, db=db)
    underwent = PatientProcedure(**new.model_dump())
    db.add(underwent)
    created = changes_of(underwent)
    await db.flush()
    await record("create", _RESOURCE, db, resource_id=underwent.id, patient_id=underwent.patient_id, changes=created)
    return PatientProcedureRead.model_validate(underwent)


async def replace_patient_procedure(
    record_id: UUID, new: PatientProcedureWrite, *, if_match: str | None, db: AsyncSession
) -> PatientProcedureRead:
    """Replace what a client may write about what a patient underwent."""
    underwent = await _locked_record(record_id, if_match, db)
    return await _write_record(underwent, new, replaced=True, db=db)


async def patch_patient_procedure(
    record_id: UUID, patch: dict[str, Any], *, if_match: str | None, db: AsyncSession
) -> PatientProcedureRead:
    """Apply a JSON merge patch to what a patient underwent."""
    underwent = await _locked_record(record_id, if_match, db)
    new = patched(PatientProcedureWrite, underwent, patch)
    return await _write_record(underwent, new, replaced=False, db=db)


async def delete_patient_procedure(record_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Take the record of what a patient underwent out of every read."""
    underwent = await _locked_record(record_id, if_match, db)
    underwent.deleted_at = clock.now()
    underwent.touch()
    await record("delete", _RESOURCE, db, resource_id=record_id, patient_id=underwent.patient_id)


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """What a deleted patient underwent leaves every read with the patient."""
    await persistence.delete_records_of(patient_id, db)


async def _require_procedure(procedure_id: UUID, *, db: AsyncSession) -> None:
    if not await persistence.hold_procedure(procedure_id, db):
        raise ProcedureNotFound


async def _locked_record(record_id: UUID, if_match: str | None, db: AsyncSession) -> PatientProcedure:
    underwent = await persistence.lock_record(record_id, db)
    if underwent is None:
        raise PatientProcedureNotFound
    expect_version(if_match, underwent.version)
    return underwent


async def _write_record(
    underwent: PatientProcedure, new: PatientProcedureWrite, *, replaced: bool, db: AsyncSession
) -> PatientProcedureRead:
    # Those it already names cannot go while the record is locked: deleting the patient waits for it, deleting the
    # procedure is refused. Holding the patient all the same would be a deadlock with deleting the patient.
    before = underwent.patient_id
    if new.patient_id != before:
        await require_patient(new.patient_id, db=db)
    if new.procedure_id != underwent.procedure_id:
        await _require_procedure(new.procedure_id, db=db)
    for name, value in new.model_dump().items():
        setattr(underwent, name, value)
    changes = changes_of(underwent)
    if changed(underwent, db, replaced=replaced):
        await db.flush()
        for whose in {before, underwent.patient_id}:  # of both, when it goes from one to the other
            await record("update", _RESOURCE, db, resource_id=underwent.id, patient_id=whose, changes=changes)
    else:
        note_shown([before], resource_id=underwent.id)
    return PatientProcedureRead.model_validate(underwent)
