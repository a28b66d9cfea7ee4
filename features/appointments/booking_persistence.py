"""The SQL that writes appointments, each with the step in its history, and what a booking depends on."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.addresses import STAFF_ADDRESSES
from features.appointments.durations import LONGEST
from features.appointments.persistence import SHOWN
from features.appointments.tables import Appointment
from features.patients import PATIENTS, visible
from features.staff import CLINICIAN_ROWS, DEPARTMENT_ROWS
from rounds.viewer import VIEWED_AT, VIEWER

# --- what a booking depends on

# Whoever books for a clinician or a patient waits for whoever is doing so. Without it two bookings of one time would
# each find the other in the index of the constraint, wait for it, and be told apart by a deadlock a second later.
# The patient is held, so that one who is being deleted is gone before, or takes this appointment along. As text, since
# SQLAlchemy would take as long to recognise the statement each time as PostgreSQL takes to run it.
_CIRCUMSTANCES = text(f"""
WITH locked AS (
    SELECT count(pg_advisory_xact_lock(key)) AS locks FROM unnest(CAST(:keys AS bigint[])) AS key
), held AS (
    SELECT id FROM ({PATIENTS.element}) AS patients WHERE id = CAST(:patient_id AS uuid) FOR SHARE
)
SELECT (SELECT id FROM held) AS patient_id, clinicians.id AS clinician_id, clinicians.active AS clinician_active,
    departments.id AS department_id, departments.active AS department_active,
    coalesce(its_address.line, own_address.line) AS address
FROM locked
LEFT JOIN ({CLINICIAN_ROWS.element}) AS clinicians ON clinicians.id = CAST(:clinician_id AS uuid)
LEFT JOIN ({DEPARTMENT_ROWS.element}) AS departments
    ON departments.id = coalesce(CAST(:department_id AS uuid), clinicians.department_id)
LEFT JOIN ({STAFF_ADDRESSES.element}) AS its_address ON its_address.department_id = departments.id
LEFT JOIN ({STAFF_ADDRESSES.element}) AS own_address ON own_address.clinician_id = clinicians.id
WHERE locked.locks > 0
""").bindparams(VIEWER, VIEWED_AT)  # noqa: S608 - the parts spliced in are selects of ours


def lock_key(kind: bytes, one: UUID) -> int:
    """The number by which whoever books for a clinician or a patient is waited for."""
    return int.from_bytes(hashlib.blake2b(one.bytes, digest_size=8, person=kind).digest(), signed=True)


async def circumstances(
    *,
    patient_id: UUID,
    clinician_id: UUID,
    department_id: UUID | None,
    db: AsyncSession,
) -> Mapping[str, Any]:
    """Who and what an appointment would be with; nulls for whom there is not.

    From here until the end of the transaction nobody else books for the clinician or the patient, and the patient is
    there.
    """
    values = {
        # In this order everywhere, so that no two wait for each other.
        "keys": [lock_key(b"clinician", clinician_id), lock_key(b"patient", patient_id)],
        "patient_id": patient_id,
        "clinician_id": clinician_id,
        "department_id": department_id,
    }
    return dict((await db.execute(_CIRCUMSTANCES, values)).mappings().one())


# --- writing

_INSERTED = (
    "id",
    "patient_id",
    "clinician_id",
    "department_id",
    "start_at",
    "end_at",
    "time_zone",
    "reason",
    "location",
    "allow_overlap",
    "cancelled_at",
    "attended_at",
    "rebooked_from",
    "version",
    "created_at",
    "updated_at",
)
_NOTED = """
noted AS (
    INSERT INTO appointment_change (appointment_id, version, at, actor_id, action, start_at, end_at, clinician_id,
        department_id, location, allow_overlap)
    SELECT id, version, updated_at, CAST(:actor_id AS uuid), :action, start_at, end_at, clinician_id, department_id,
        location, allow_overlap
    FROM written
)
"""
_RETURNED = f"SELECT {', '.join(SHOWN)} FROM written"  # noqa: S608 - the parts spliced in are constants
_BOOK = text(f"""
WITH written AS (
    INSERT INTO appointment ({", ".join(_INSERTED)}) VALUES ({", ".join(f":{name}" for name in _INSERTED)}) RETURNING *
), {_NOTED} {_RETURNED}
""")  # noqa: S608 - the parts spliced in are constants
# Whoever is told anew of a time is also reminded of it anew.
_MOVE = text(f"""
WITH written AS (
    UPDATE appointment SET clinician_id = :clinician_id, department_id = :department_id, start_at = :start_at,
        end_at = :end_at, time_zone = :time_zone, reason = :reason, location = :location,
        allow_overlap = :allow_overlap, version = version + 1, updated_at = :now,
        reminded_at = CASE WHEN start_at = :start_at THEN reminded_at END
    WHERE id = :id RETURNING *
), {_NOTED} {_RETURNED}
""")  # noqa: S608 - the parts spliced in are constants
_CANCEL = text(f"""
WITH written AS (
    UPDATE appointment SET cancelled_at = :now, cancel_reason = :cancel_reason, version = version + 1, updated_at = :now
    WHERE id = :id RETURNING *
), {_NOTED} {_RETURNED}
""")  # noqa: S608 - the parts spliced in are constants
_ATTEND = text(f"""
WITH written AS (
    UPDATE appointment SET attended_at = :attended_at, version = version + 1, updated_at = :now
    WHERE id = :id RETURNING *
), {_NOTED} {_RETURNED}
""")  # noqa: S608 - the parts spliced in are constants


async def insert(values: Mapping[str, Any], *, actor_id: UUID | None, db: AsyncSession) -> Mapping[str, Any]:
    """Store a new appointment; answers its row.

    Raises:
        IntegrityError: when clinician or patient are booked already, or what it rebooks was rebooked before.
    """
    return await _run(_BOOK, {**values, "actor_id": actor_id, "action": "booked"}, db)


async def move(
    appointment_id: UUID, values: Mapping[str, Any], *, action: str, actor_id: UUID, now: datetime, db: AsyncSession
) -> Mapping[str, Any]:
    """Give an appointment another time, clinician or place; answers its row.

    Raises:
        IntegrityError: when clinician or patient are booked already.
    """
    return await _run(_MOVE, {**values, "id": appointment_id, "actor_id": actor_id, "action": action, "now": now}, db)


async def cancel(
    appointment_id: UUID, reason: str | None, *, actor_id: UUID, now: datetime, db: AsyncSession
) -> Mapping[str, Any]:
    """Note that it will not take place; answers its row."""
    values = {"id": appointment_id, "cancel_reason": reason, "actor_id": actor_id, "action": "cancelled", "now": now}
    return await _run(_CANCEL, values, db)


async def attend(
    appointment_id: UUID, attended_at: datetime, *, actor_id: UUID, now: datetime, db: AsyncSession
) -> Mapping[str, Any]:
    """Note when the patient arrived; answers its row."""
    values = {"id": appointment_id, "attended_at": attended_at, "actor_id": actor_id, "action": "attended", "now": now}
    return await _run(_ATTEND, values, db)


async def _run(statement: Any, values: Mapping[str, Any], db: AsyncSession) -> Mapping[str, Any]:
    return dict((await db.execute(statement, values)).mappings().one())


async def find_clash(
    field: str, value: UUID, start_at: datetime, end_at: datetime, *, but: UUID, db: AsyncSession
) -> Mapping[str, Any] | None:
    """The first appointment of a clinician or patient that overlaps a time, other than `but`."""
    statement = (
        select(col(Appointment.id), col(Appointment.start_at), col(Appointment.end_at))
        .where(
            getattr(Appointment, field) == value,
            col(Appointment.id) != but,
            col(Appointment.cancelled_at).is_(None),
            col(Appointment.deleted_at).is_(None),
            # Of one that the caller may not see it is only told that the time is taken.
            visible(col(Appointment.patient_id)),
            col(Appointment.start_at) < end_at,
            col(Appointment.start_at) > start_at - LONGEST,
            col(Appointment.end_at) > start_at,
        )
        .order_by(col(Appointment.start_at))
        .limit(1)
    )
    row = (await db.execute(statement)).mappings().one_or_none()
    return None if row is None else dict(row)


_REMOVE = text("""
UPDATE appointment SET deleted_at = :now, updated_at = :now, version = version + 1
WHERE patient_id = :patient_id AND deleted_at IS NULL
""")


async def remove_of_patient(patient_id: UUID, now: datetime, db: AsyncSession) -> None:
    """Take a patient's appointments out of every read; their times become free."""
    await db.execute(_REMOVE, {"patient_id": patient_id, "now": now})


# --- what time brings about; see `periodic.py`

_MISSED = text("""
UPDATE appointment SET missed_told_at = :now WHERE id IN (
    SELECT id FROM appointment
    WHERE missed_told_at IS NULL AND cancelled_at IS NULL AND attended_at IS NULL AND deleted_at IS NULL
      AND end_at <= :now
    ORDER BY end_at LIMIT :most FOR UPDATE SKIP LOCKED
)
RETURNING id, patient_id, clinician_id, department_id, start_at, end_at
""")
_TO_REMIND = text("""
UPDATE appointment SET reminded_at = :now WHERE id IN (
    SELECT id FROM appointment
    WHERE reminded_at IS NULL AND cancelled_at IS NULL AND attended_at IS NULL AND deleted_at IS NULL
      AND start_at > :now AND start_at <= :until
    ORDER BY start_at LIMIT :most FOR UPDATE SKIP LOCKED
)
RETURNING id, patient_id, clinician_id, department_id, start_at, end_at
""")


async def take_missed(now: datetime, *, most: int, db: AsyncSession) -> list[Mapping[str, Any]]:
    """Appointments that were missed and that nobody has been told about; from now on they count as told."""
    found = await db.execute(_MISSED, {"now": now, "most": most})
    return [dict(row) for row in found.mappings()]


async def take_to_remind(now: datetime, until: datetime, *, most: int, db: AsyncSession) -> list[Mapping[str, Any]]:
    """Active appointments that start by `until` and that nobody was reminded of; from now on they count as reminded."""
    found = await db.execute(_TO_REMIND, {"now": now, "until": until, "most": most})
    return [dict(row) for row in found.mappings()]
