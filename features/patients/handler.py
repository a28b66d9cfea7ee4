"""The rules of patients."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.break_glass import close_record
from features.patients import hooks, persistence
from features.patients.events import PatientCreated, PatientDeleted, PatientUpdated
from features.patients.numbers import normalise_identifier
from features.patients.problems import PatientNotFound
from features.patients.schema import PatientQuery, PatientRead, PatientWrite, body_mass_index
from features.patients.search import search
from features.patients.tables import Patient
from rounds import clock
from rounds.audit import Changes, differences, record
from rounds.auth import Actor, need
from rounds.data import Read, changed, new_id
from rounds.events import publish, withdraw
from rounds.expansions import requested_expansions
from rounds.listings import Cursors, Found, fetch_in_stages
from rounds.merge_patch import patched
from rounds.problems import Forbidden, invalid
from rounds.versions import expect_version

_OWN_FIELDS = (
    "name",
    "date_of_birth",
    "sex",
    "mrn",
    "nhs_number",
    "email",
    "phone",
    "height_cm",
    "weight_kg",
    "conditions",
    "restricted",
)
RESTRICT, LIFT = need("patients:restrict"), need("patients:unrestrict")
_READS_NOTES, _EVALUATES = need("notes:read"), need("evaluate:run")
_WITHHELD: dict[str, None] = dict.fromkeys(("height_cm", "weight_kg", "bmi", "conditions"))


def document(row: Mapping[str, Any], identifiers: Sequence[Sequence[str]], today: date) -> dict[str, Any]:
    """A patient as clients see it (`PatientRead`), from a row."""
    born, height, weight = row["date_of_birth"], row["height_cm"], row["weight_kg"]
    patient_id = str(row["id"])
    own = f"/patients/{patient_id}"
    return {
        "id": patient_id,
        "mrn": row["mrn"],
        "nhs_number": row["nhs_number"],
        "name": row["name"],
        "date_of_birth": born,
        "age": clock.age_on(today, born),
        "sex": row["sex"],
        "email": row["email"],
        "phone": row["phone"],
        "height_cm": height,
        "weight_kg": weight,
        "bmi": body_mass_index(height, weight),
        "conditions": row["conditions"],
        "restricted": row["restricted"],
        "identifiers": [{"system": system, "value": value} for system, value in identifiers],
        "links": {"self": own, "address": f"{own}/address"},
        "version": row["version"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def documents(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> list[dict[str, Any]]:
    """Patients as the actor may see them, from rows of the read side.

    What is clinical is null for those who neither read notes nor evaluate, such as schedulers.
    """
    today = clock.today()
    patients = [document(row, row["identifiers"], today) for row in rows]
    if not (actor.may(_READS_NOTES) or actor.may(_EVALUATES)):
        for patient in patients:
            patient.update(_WITHHELD)
    return patients


async def read_patient(patient_id: UUID, *, reads: Read) -> Mapping[str, Any]:
    """The patient's row.

    Raises:
        PatientNotFound: when there is none.
    """
    row = await persistence.find(patient_id, reads)
    if row is None:
        raise PatientNotFound
    return row


async def read_patients(ids: Iterable[UUID], *, reads: Read) -> dict[UUID, PatientRead]:
    """Those of these patients that there are, by id; one query, however many."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    today = clock.today()
    rows = await persistence.find_many(wanted, reads)
    return {row["id"]: PatientRead.model_validate(document(row, row["identifiers"], today)) for row in rows}


async def read_patient_by_nhs_number(nhs_number: str, *, reads: Read) -> Mapping[str, Any]:
    """The row of the patient with this NHS number.

    Raises:
        PatientNotFound: when nobody has it.
    """
    row = await persistence.find_by_nhs_number(nhs_number, reads)
    if row is None:
        raise PatientNotFound
    return row


async def require_patient(patient_id: UUID, *, db: AsyncSession) -> None:
    """Make sure the patient exists, and goes on existing until the end of the transaction.

    Raises:
        PatientNotFound: when there is none.
    """
    if not await persistence.hold(patient_id, db):
        raise PatientNotFound


async def expect_patient(patient_id: UUID, *, reads: Read) -> None:
    """Make sure that there is such a patient at this moment.

    Raises:
        PatientNotFound: when there is none.
    """
    if not await persistence.is_there(patient_id, reads):
        raise PatientNotFound


async def list_patients(query: PatientQuery, *, reads: Read, cursors: Cursors) -> Found:
    """One page of patients."""
    values = query.model_dump(include={"mrn", "nhs_number", "sex", "born_from", "born_to"}, exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    if query.identifier is not None:
        system, _, value = query.identifier.partition("|")
        try:
            values["identifier_system"], values["identifier_value"] = normalise_identifier(system, value)
        except ValueError as refusal:
            raise invalid("?identifier", refusal) from None  # type: ignore[arg-type]  # PydanticCustomError is a ValueError
        where["identifier"] = persistence.FILTERS["identifier"]
    if query.q is not None:
        found = search(query.q)
        values |= found.values
        if query.sort is None:
            return await fetch_in_stages(
                persistence.LISTING, query, reads, cursors, staged=found.staged, where=where, values=values
            )
        where[found.staged.name] = found.condition
    return await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)


def included_names(include: str | None, *, actor: Actor) -> list[str]:
    """The parts `include` asks for.

    Raises:
        InvalidFields: when one of them is not offered.
        Forbidden: when the actor may not read one of them.
    """
    offered = {name: part.scope for name, part in sorted(hooks.parts.items())}
    return requested_expansions("include", include, offered, actor=actor)


async def with_included(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], *, actor: Actor, reads: Read
) -> list[dict[str, Any]]:
    """The patients with the parts asked for; one query per part, however many patients."""
    patients = documents(rows, actor=actor)
    if not names:
        return patients
    ids = [row["id"] for row in rows]
    parts = {name: await hooks.parts[name].load(ids, reads) for name in names} if ids else {}
    for patient, patient_id in zip(patients, ids, strict=True):
        patient["included"] = {
            name: parts[name][patient_id] if patient_id in parts[name] else hooks.parts[name].missing()
            for name in names
        }
    return patients


async def create_patient(new: PatientWrite, *, actor: Actor | None = None, db: AsyncSession) -> PatientRead:
    """Create a patient. The database refuses a number that another patient has.

    Raises:
        Forbidden: when the actor may not restrict records, and this one is to be; a command has no actor.
    """
    if new.restricted and actor is not None:
        _expect_may(RESTRICT, actor)
    at = clock.now()
    stamps = {"id": new_id(), "version": 1, "created_at": at, "updated_at": at}
    row: dict[str, Any] = {**new.model_dump(exclude={"identifiers"}), **stamps}
    # Straight to SQL: an entity that nobody changes again would cost as much as the rest of the request.
    await persistence.add(row, db)
    pairs = _pairs(new)
    if pairs:
        persistence.add_identifiers(row["id"], pairs, db)
        await db.flush()
    await publish(PatientCreated(patient_id=row["id"]), db)
    await _record("create", row["id"], db, differences(None, _told(new)))
    return PatientRead(**document(row, pairs, at.date()))


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
    before = {name: getattr(patient, name) for name in _OWN_FIELDS}
    for name in _OWN_FIELDS:
        setattr(patient, name, getattr(new, name))
    wanted = _pairs(new)
    before["identifiers"] = [list(pair) for pair in had]
    if not changed(patient, db, replaced=replaced or set(wanted) != set(had)):
        return _of(patient, wanted)
    if gone := [pair for pair in had if pair not in wanted]:
        await persistence.drop_identifiers(patient.id, gone, db)
    persistence.add_identifiers(patient.id, [pair for pair in wanted if pair not in had], db)
    await db.flush()
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


async def _record(action: str, patient_id: UUID, db: AsyncSession, changes: Changes | None = None) -> None:
    await record(action, "patient", db, resource_id=patient_id, patient_id=patient_id, changes=changes)


def _told(new: PatientWrite) -> dict[str, Any]:
    """What the trail is told of what a client writes; what is left empty is no change of a new patient."""
    fields = {name: getattr(new, name) for name in _OWN_FIELDS}
    return {**fields, "identifiers": [list(pair) for pair in _pairs(new)]}


def _expect_may(scope: str, actor: Actor) -> None:
    if not actor.may(scope):
        raise Forbidden(scope=scope)


def _pairs(new: PatientWrite) -> list[tuple[str, str]]:
    return sorted((item.system, item.value) for item in new.identifiers)


def _of(patient: Patient, pairs: Sequence[tuple[str, str]]) -> PatientRead:
    fields = ("id", *_OWN_FIELDS, "version", "created_at", "updated_at")
    return PatientRead(**document({name: getattr(patient, name) for name in fields}, pairs, clock.today()))
