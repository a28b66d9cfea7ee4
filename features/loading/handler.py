"""The rules of bringing data in: nothing twice, nothing half, and a reason for everything refused."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict, fields
from datetime import UTC, datetime, time, timedelta
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from features.addresses import AddressWrite, copy_addresses, create_address
from features.loading.history import history
from features.loading.outcome import Outcome, because
from features.loading.problems import DifferentPerson
from features.loading.reading import Unreadable, panda_rows
from features.loading.sample import PROCEDURES, STAFF, WARD, SamplePatient
from features.loading.sample_appointments import book_sample_appointments
from features.loading.sample_tasks import order_sample_tasks
from features.loading.synthetic import CAPACITY, FIRST_NHS_NUMBER, SyntheticPatient, index_after, synthetic_patients
from features.notes import add_note
from features.patients import (
    PatientNotFound,
    PatientWrite,
    any_patient,
    copy_patients,
    create_patient,
    highest_nhs_number,
    patient_with_nhs_number,
    taken_numbers,
)
from features.procedures import PatientProcedureWrite, ProcedureWrite, create_patient_procedure, create_procedure
from features.staff import ClinicianWrite, DepartmentWrite, create_clinician, create_department
from rounds import clock
from rounds.audit import circumstances, the_store
from rounds.data import VIOLATIONS, Database, connect, new_id, problem_for
from rounds.problems import InvalidFields, Problem
from rounds.processes import ChildProcesses

__all__ = [
    "Outcome",
    "Unreadable",
    "import_panda_patients",
    "load_sample_ward",
    "panda_rows",
    "seed_patients",
]

_LAST_NHS_NUMBER = "9999999999"
_SEED_LOCK = 0x73656564  # "seed": one seeder at a time, or two would hand out the same numbers
# Loading the ward takes longer than a request may wait for a lock.
_WAIT_AS_LONG_AS_IT_TAKES = text("SET LOCAL statement_timeout = 0")
_ONE_WARD_AT_A_TIME = text("SELECT pg_advisory_xact_lock(2002874980)")  # "ward"
_BATCH = 20_000
_TRIES = 5
_THEATRE_TIME = time(9, 30, tzinfo=UTC)  # when on its day the sample ward's procedures were done


async def load_sample_ward(database: Database, *, child_processes: ChildProcesses | None = None) -> int:
    """Fill an empty database with the sample ward; answers how many patients that made.

    It is one transaction, notes included, although understanding them takes seconds: a ward without its histories would
    stay like that, since it is no longer empty. Of programs that start together the later ones wait for the first,
    however long it takes, and then store nothing, or everything where the first has not come to its end.

    Args:
        database: Where it goes.
        child_processes: Where notes are read and understood; by default in a child of its own.
    """
    if await any_patient(database.reads):
        return 0
    try:
        async with (
            nullcontext(child_processes) if child_processes else ChildProcesses() as child,
            database.transaction() as db,
        ):
            await db.execute(_WAIT_AS_LONG_AS_IT_TAKES)
            await db.execute(_ONE_WARD_AT_A_TIME)
            if await any_patient(database.reads):
                return 0
            staff: dict[str, UUID] = {}
            for department, clinicians in STAFF.items():
                made = await create_department(DepartmentWrite(name=department), db=db)
                for name in clinicians:
                    clinician = await create_clinician(ClinicianWrite(name=name, department_id=made.id), db=db)
                    staff[name] = clinician.id
            procedures: dict[str, UUID] = {}
            for procedure in PROCEDURES:
                stored = await create_procedure(ProcedureWrite(**asdict(procedure)), db=db)
                procedures[stored.code] = stored.id
            patients: dict[str, UUID] = {}
            for sample in WARD:
                patient_id = await _admit(sample, procedures, db)
                for incoming in history(sample.mrn, today=clock.today()):
                    await add_note(patient_id, incoming, by=None, db=db, child_processes=child)
                patients[sample.mrn] = patient_id
            await book_sample_appointments(patients, staff, db=db)
            await order_sample_tasks(patients, staff, db=db)
    except VIOLATIONS:
        return 0
    return len(WARD)


async def _admit(sample: SamplePatient, procedures: Mapping[str, UUID], db: AsyncSession) -> UUID:
    body: dict[str, Any] = {
        **{name: getattr(sample, name) for name in PatientWrite.model_fields if hasattr(sample, name)},
        "conditions": list(sample.conditions),
        "identifiers": [{"system": system, "value": value} for system, value in sample.identifiers],
    }
    patient = await create_patient(PatientWrite.model_validate(body), db=db)
    address = sample.address
    lines = {name: getattr(address, name) for name in ("line1", "line2", "city", "region", "postcode", "country")}
    await create_address("patient", patient.id, AddressWrite.model_validate(lines), db=db)
    for one in sample.procedures:
        performed_at = datetime.combine(clock.today() - timedelta(days=one.days_ago), _THEATRE_TIME)
        record = PatientProcedureWrite(
            patient_id=patient.id,
            procedure_id=procedures[one.code],
            performed_at=performed_at,
            report=one.report,
        )
        await create_patient_procedure(record, db=db)
    return patient.id


async def seed_patients(count: int, *, database: Database) -> AsyncIterator[int]:
    """Add `count` synthetic patients with addresses, by COPY; yields how many are stored after each batch.

    Continues behind the synthetic patients that are there already, and passes over those whose MRN or NHS number
    somebody has.

    Raises:
        ValueError: when there are not that many synthetic patients left; those there are have been stored.
    """
    if count > CAPACITY:
        raise ValueError(f"only {CAPACITY:,} synthetic patients exist")
    connection = await connect(database.url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _SEED_LOCK)
        # A bulk load may lose its last moments in a crash of the server, like any transaction not yet answered.
        await connection.execute("SET synchronous_commit = off")
        # Larger batches of pending index entries are merged in faster.
        await connection.execute("SET gin_pending_list_limit = '64MB'")
        patients = await _from_the_first_free(database)
        stored, look_at = 0, count
        while stored < count and (batch := list(islice(patients, min(look_at, _BATCH)))):
            added = await _copy_free(batch, count - stored, connection)
            stored += added
            # Where all numbers are taken, look further at a time than there are patients to add.
            look_at = count - stored if added else 2 * look_at
            if added:
                yield stored
        await connection.execute("ANALYZE patient, address")
        if stored < count:
            raise ValueError(f"only {stored:,} synthetic patients were left; they have been added")
    finally:
        await connection.close()


async def _from_the_first_free(database: Database) -> Iterator[SyntheticPatient]:
    """All synthetic patients: first those behind the highest NHS number in use, then those before it."""
    highest = await highest_nhs_number(FIRST_NHS_NUMBER, _LAST_NHS_NUMBER, database.reads)
    start = min(index_after(highest), CAPACITY) if highest else 0
    today = clock.today()
    return chain(synthetic_patients(start, CAPACITY - start, today=today), synthetic_patients(0, start, today=today))


async def _copy_free(batch: list[SyntheticPatient], most: int, connection: "asyncpg.Connection[Any]") -> int:
    """Store those of `batch` whose numbers are free, `most` at most; answers how many."""
    for attempt in range(_TRIES):
        mrns = [each.mrn for each in batch if each.mrn is not None]
        nhs_numbers = [each.nhs_number for each in batch if each.nhs_number is not None]
        taken = await taken_numbers(mrns, nhs_numbers, connection)
        free = [each for each in batch if taken.isdisjoint((each.mrn, each.nhs_number))][:most]
        try:
            async with connection.transaction():
                await _copy(free, connection)
                seeded = circumstances().event("seed", "patient", detail=f"{len(free)} synthetic patients")
                await the_store().add_views([seeded], connection)
        except asyncpg.UniqueViolationError:  # somebody was given one of the numbers just now
            if attempt == _TRIES - 1:
                raise
        else:
            return len(free)
    return 0


# What synthetic patients have of a patient's fields; the others belong to the address.
_OF_PATIENTS = tuple(each.name for each in fields(SyntheticPatient) if each.name in PatientWrite.model_fields)
_values_of = attrgetter(*_OF_PATIENTS)


async def _copy(batch: list[SyntheticPatient], connection: "asyncpg.Connection[Any]") -> None:
    at = clock.now()
    ids = [new_id() for _ in batch]
    same = {"restricted": False, "version": 1, "created_at": at, "updated_at": at}
    await copy_patients(
        (
            {"id": patient_id, **same, **dict(zip(_OF_PATIENTS, _values_of(patient), strict=True))}
            for patient_id, patient in zip(ids, batch, strict=True)
        ),
        connection,
    )
    await copy_addresses(
        (
            (new_id(), patient_id, patient.line1, patient.city, patient.postcode, "GB", 1, at, at)
            for patient_id, patient in zip(ids, batch, strict=True)
        ),
        connection,
    )


async def import_panda_patients(path: Path, *, database: Database) -> AsyncIterator[Outcome]:
    """Import PANDA patients; yields what became of each row.

    A patient whose NHS number is on record with the same name and date of birth stays as it is, so importing again
    changes nothing. With another name or date of birth the row is refused: the number may belong to somebody else.

    Raises:
        Unreadable: when the file is not a JSON array.
    """
    for number, row in enumerate(panda_rows(path), start=1):
        try:
            created = await _import_patient(row, database)
        except Problem as problem:
            yield Outcome(number, "refused", because(problem))
        else:
            yield Outcome(number, "created" if created else "unchanged")


async def _import_patient(row: Any, database: Database) -> bool:
    if not isinstance(row, dict):
        raise InvalidFields([{"pointer": "", "type": "dict_type", "ctx": {}}])
    body = {name: value for name, value in row.items() if name != "postcode"}
    try:
        new = PatientWrite.model_validate(body)
        if new.nhs_number is None:
            raise InvalidFields([{"pointer": "/nhs_number", "type": "missing", "ctx": {}}])
        address = AddressWrite.model_validate({"postcode": row["postcode"]}) if row.get("postcode") else None
    except ValidationError as error:
        raise InvalidFields.of_model(error, "body") from None
    try:
        known = await patient_with_nhs_number(new.nhs_number, reads=database.reads)
    except PatientNotFound:
        pass
    else:
        if (known.name, known.date_of_birth) != (new.name, new.date_of_birth):
            raise DifferentPerson
        return False
    try:
        async with database.transaction() as db:
            patient = await create_patient(new, db=db)
            if address is not None:
                await create_address("patient", patient.id, address, db=db)
    except VIOLATIONS as error:
        raise problem_for(error) or error from None
    return True
