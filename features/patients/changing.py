"""The rules of changing patients: created, replaced, patched, deleted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.break_glass import close_record
from features.patients import hooks, persistence
from features.patients.columns import STORED, WRITTEN
from features.patients.documents import document
from features.patients.events import PatientCreated, PatientDeleted, PatientUpdated
from features.patients.problems import PatientNotFound
from features.patients.schema import PatientRead, PatientWrite
from features.patients.tables import Patient
from rounds import clock
from rounds.audit import Changes, differences, record
from rounds.auth import Actor, need
from rounds.data import WITHDRAWN, AnyTransaction, changed, new_id
from rounds.events import publish, withdraw
from rounds.merge_patch import patched
from rounds.problems import Forbidden
from rounds.versions import expect_version

RESTRICT, LIFT = need("patients:restrict"), need("patients:unrestrict")


async def create_patient(new: PatientWrite, *, actor: Actor | None = None, db: AnyTransaction) -> PatientRead:
    """Create a patient. The database refuses a number that another patient has.

    Raises:
        Forbidden: when the actor may not restrict records, and this one is to be; a command has no actor.
    """
    if new.restricted and actor is not None:
        _expect_may(RESTRICT, actor)
    at = clock.now()
    stamps = {"id": new_id(), "version": 1, "created_at": at, "updated_at": at}
    row: dict[str, Any] = {**new.model_dump(exclude={"identifiers"}), **stamps}
    await persistence.add(row, db)
    pairs = _pairs(new)
    await persistence.add_identifiers(row["id"], pairs, db)
    await publish(PatientCreated(patient_id=row["id"]), db)
    await _record("create", row["id"], db, differences(None, _told(new)))
    return PatientRead(**document({**row, "identifiers": pairs}, at.date()))


async def replace_patient(
    patient_id: UUID, new: PatientWrite, *, if_match: str | None, actor: Actor, db: AsyncSession
) -> PatientRead:
    """Replace everything a client may write about a patient.

    Whoever replaces a record without a word on whether it is restricted does not mean to open it to everybody.

    Raises:
        PatientNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
    """
    patient = await persistence.lock(patient_id, db)
    if patient is None:
        raise PatientNotFound
    expect_version(if_match, patient.version)
    if "restricted" not in new.model_fields_set:
        new = new.model_copy(update={"restricted": patient.restricted})
    had = await persistence.identifiers_of(patient_id, db)
    return await _write(patient, had, new, replaced=True, actor=actor, db=db)


async def patch_patient(
    patient_id: UUID, patch: dict[str, Any], *, if_match: str | None, actor: Actor, db: AsyncSession
) -> PatientRead:
    """Apply a JSON merge patch (RFC 7396) to what a client may write about a patient.

    Whoever may lift restrictions need not see the record for that, if it is all that is to be changed.

    Raises:
        PatientNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        InvalidFields: when the result is not a valid patient.
    """
    lifts = patch == {"restricted": False} and actor.may(LIFT)
    patient = await persistence.lock(patient_id, db, unseen=lifts)
    if patient is None:
        raise PatientNotFound
    expect_version(if_match, patient.version)
    had = await persistence.identifiers_of(patient_id, db)
    identifiers = [{"system": system, "value": value} for system, value in had]
    new = patched(PatientWrite, patient, patch, identifiers=identifiers)
    return await _write(patient, had, new, replaced=False, actor=actor, db=db)


async def _write(
    patient: Patient,
    had: list[tuple[str, str]],
    new: PatientWrite,
    *,
    replaced: bool,
    actor: Actor,
    db: AsyncSession,
) -> PatientRead:
    if new.restricted != patient.restricted:
        _expect_may(RESTRICT if new.restricted else LIFT, actor)
        await close_record(patient.id, db=db)
        db.info[WITHDRAWN] = True  # lists on a replica must not show it to anybody from the commit on
    before = {name: getattr(patient, name) for name in WRITTEN}
    for name in WRITTEN:
        setattr(patient, name, getattr(new, name))
    wanted = _pairs(new)
    before["identifiers"] = [list(pair) for pair in had]
    if not changed(patient, db, replaced=replaced or set(wanted) != set(had)):
        return _of(patient, wanted)
    if gone := [pair for pair in had if pair not in wanted]:
        await persistence.drop_identifiers(patient.id, gone, db)
    await db.flush()
    await persistence.add_identifiers(patient.id, [pair for pair in wanted if pair not in had], db)
    await publish(PatientUpdated(patient_id=patient.id), db)
    await _record("update", patient.id, db, differences(before, _told(new)))
    return _of(patient, wanted)


async def delete_patient(patient_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Take the patient, and all that hangs on the record, out of every read; the numbers become free again.

    Raises:
        PatientNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
    """
    patient = await persistence.lock(patient_id, db)
    if patient is None:
        raise PatientNotFound
    expect_version(if_match, patient.version)
    patient.deleted_at = clock.now()
    patient.touch()
    await persistence.drop_identifiers(patient_id, None, db)
    for clean in hooks.cleaners:
        await clean(patient_id, db)
    await withdraw(patient_id, db)
    await publish(PatientDeleted(patient_id=patient_id), db)
    await _record("delete", patient_id, db)


async def _record(action: str, patient_id: UUID, db: AnyTransaction, changes: Changes | None = None) -> None:
    await record(action, "patient", db, resource_id=patient_id, patient_id=patient_id, changes=changes)


def _told(new: PatientWrite) -> dict[str, Any]:
    """What the trail is told of what a client writes; what is left empty is no change of a new patient."""
    fields = {name: getattr(new, name) for name in WRITTEN}
    return {**fields, "identifiers": [list(pair) for pair in _pairs(new)]}


def _expect_may(scope: str, actor: Actor) -> None:
    if not actor.may(scope):
        raise Forbidden(scope=scope)


def _pairs(new: PatientWrite) -> list[tuple[str, str]]:
    return sorted((item.system, item.value) for item in new.identifiers)


def _of(patient: Patient, pairs: Sequence[tuple[str, str]]) -> PatientRead:
    row = {name: getattr(patient, name) for name in STORED}
    return PatientRead(**document({**row, "identifiers": pairs}, clock.today()))
