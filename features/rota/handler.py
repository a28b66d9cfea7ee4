"""The rules of the rota."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from features.rota import persistence
from features.rota.problems import AbsenceNotFound
from features.rota.schema import AbsenceQuery, AbsenceRead, AbsenceWrite, WorkingHoursRead, WorkingHoursWrite
from features.rota.tables import Absence, WorkingHours
from features.rota.weekly import DEFAULT_WEEK
from features.staff import ClinicianNotFound, read_clinician, require_clinician
from rounds.audit import changes_of, record
from rounds.data import Read
from rounds.fields.zones import DEFAULT_ZONE
from rounds.listings import Cursors, Found
from rounds.versions import expect_version


async def read_hours(clinician_id: UUID, *, reads: Read) -> WorkingHoursRead:
    """A clinician's week, or the one that is assumed.

    Raises:
        ClinicianNotFound: when there is none.
    """
    row = await persistence.find_hours(clinician_id, reads)
    if row is None:
        raise ClinicianNotFound
    if row["hours"] is None:
        return WorkingHoursRead.model_validate(
            {
                "clinician_id": clinician_id,
                "time_zone": DEFAULT_ZONE,
                "hours": list(DEFAULT_WEEK),
                "assumed": True,
                "version": 0,
            }
        )
    hours: Any = row["hours"]
    return WorkingHoursRead.model_validate(
        {**dict(row), "hours": orjson.loads(hours) if isinstance(hours, str) else hours, "assumed": False}
    )


async def replace_hours(
    clinician_id: UUID, new: WorkingHoursWrite, *, if_match: str | None, db: AsyncSession
) -> WorkingHoursRead:
    """Set a clinician's week. What is booked stays booked.

    Raises:
        ClinicianNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
    """
    await require_clinician(clinician_id, db=db)
    week = await persistence.lock_hours(clinician_id, db)
    hours = [each.model_dump() for each in new.hours]
    if week is None:
        expect_version(if_match, 0)
        week = WorkingHours(clinician_id=clinician_id, time_zone=new.time_zone, hours=hours)
        db.add(week)
    else:
        expect_version(if_match, week.version)
        week.time_zone, week.hours = new.time_zone, hours
        week.touch()
    changes = changes_of(week)
    await db.flush()
    await record("update", "working_hours", db, resource_id=clinician_id, changes=changes)
    return WorkingHoursRead(
        clinician_id=clinician_id, time_zone=new.time_zone, hours=new.hours, assumed=False, version=week.version
    )


async def list_absences(
    clinician_id: UUID, query: AbsenceQuery, *, reads: Read, cursors: Cursors
) -> Found[AbsenceRead]:
    """One page of a clinician's absences.

    Raises:
        ClinicianNotFound: when there is none.
    """
    values: dict[str, Any] = query.model_dump(include=set(persistence.ABSENCE_FILTERS), exclude_none=True)
    where = {name: persistence.ABSENCE_FILTERS[name] for name in values}
    found = await persistence.ABSENCES.fetch(
        query, reads, cursors, where=where, values={**values, "clinician_id": clinician_id}
    )
    if not found.data:  # only then it may be that there is no such clinician
        await read_clinician(clinician_id, reads=reads)
    return found.as_models(AbsenceRead)


async def add_absence(clinician_id: UUID, new: AbsenceWrite, *, db: AsyncSession) -> AbsenceRead:
    """Note that a clinician is away. What is booked in that time stays booked, and is listed as to be rebooked.

    Raises:
        ClinicianNotFound: when there is none.
    """
    await require_clinician(clinician_id, db=db)
    absence = Absence(clinician_id=clinician_id, **new.model_dump())
    db.add(absence)
    created = changes_of(absence)
    await db.flush()
    await record("create", "absence", db, resource_id=absence.id, changes=created)
    return AbsenceRead(**absence.model_dump(include=set(AbsenceRead.model_fields)))


async def delete_absence(clinician_id: UUID, absence_id: UUID, *, db: AsyncSession) -> None:
    """Take an absence back.

    Raises:
        AbsenceNotFound: when this clinician has no such absence.
    """
    if not await persistence.delete_absence(clinician_id, absence_id, db):
        raise AbsenceNotFound
    await record("delete", "absence", db, resource_id=absence_id)
