"""Imports the PANDA exercise's appointments as they are: ids, names and moments."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import AppointmentWrite, Bookable, Duration, bring_in, in_the_way, is_known
from features.loading.outcome import Outcome, because
from features.loading.problems import UnknownNhsNumber
from features.loading.reading import panda_rows
from features.patients import NhsNumber, PatientNotFound, patient_with_nhs_number
from features.staff import (
    ClinicianWrite,
    DepartmentWrite,
    clinician_named,
    create_clinician,
    create_department,
    department_named,
)
from rounds import clock
from rounds.data import Database
from rounds.fields import Strict
from rounds.fields.text import Name
from rounds.problems import InvalidFields, Problem

# Two imports at once would each make a clinician of the same name.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(1885433441)")  # "panda" in the last four bytes


class PandaAppointment(Strict):
    """A row of the file."""

    id: UUID
    patient: NhsNumber
    status: Literal["active", "attended", "missed", "cancelled"]
    time: Bookable
    duration: Duration
    clinician: Name
    department: Name
    postcode: Name | None = None


async def import_panda_appointments(path: Path, *, database: Database) -> AsyncIterator[Outcome]:
    """Import PANDA appointments; yields what became of each row.

    Departments and clinicians are found by name, and made where there are none. Of attended ones the file does not say
    when the patient came, so the start is noted; of cancelled ones not when, so the moment of the import is. Whether
    one is missed follows from the time here as anywhere, whatever the file calls it.

    Raises:
        Unreadable: when the file is not a JSON array.
    """
    for number, row in enumerate(panda_rows(path), start=1):
        try:
            created = await _import(row, database)
        except Problem as problem:
            yield Outcome(number, "refused", because(problem))
        else:
            yield Outcome(number, "created" if created else "unchanged")


async def _import(row: Any, database: Database) -> bool:
    if not isinstance(row, dict):
        raise InvalidFields([{"pointer": "", "type": "dict_type", "ctx": {}}])
    try:
        given = PandaAppointment.model_validate(row)
    except ValidationError as error:
        raise InvalidFields.of_model(error, "body") from None
    try:
        patient = await patient_with_nhs_number(given.patient, reads=database.reads)
    except PatientNotFound:
        raise UnknownNhsNumber from None
    new: AppointmentWrite | None = None
    try:
        async with database.transaction() as db:
            await db.execute(_ONE_AT_A_TIME)
            ends = given.time + given.duration
            if await is_known(given.id, patient_id=patient.id, start_at=given.time, end_at=ends, db=db):
                return False
            new = await _booking(given, patient.id, db)
            await bring_in(
                given.id,
                new,
                attended_at=given.time if given.status == "attended" else None,
                cancelled_at=clock.now() if given.status == "cancelled" else None,
                db=db,
            )
    except IntegrityError as error:
        values = {"id": given.id, "end_at": ends, **(new.model_dump(exclude={"end_at"}) if new else {})}
        async with database.transaction() as db:
            raise await in_the_way(error, values, db=db) or error from None
    return True


async def _booking(given: PandaAppointment, patient_id: UUID, db: AsyncSession) -> AppointmentWrite:
    department_id = await department_named(given.department, db)
    if department_id is None:
        department_id = (await create_department(DepartmentWrite(name=given.department), db=db)).id
    clinician_id = await clinician_named(given.clinician, department_id, db)
    if clinician_id is None:
        clinician = ClinicianWrite(name=given.clinician, department_id=department_id)
        clinician_id = (await create_clinician(clinician, db=db)).id
    return AppointmentWrite(
        patient_id=patient_id,
        clinician_id=clinician_id,
        department_id=department_id,
        start_at=given.time,
        duration=given.duration,
        location=given.postcode,
    )
