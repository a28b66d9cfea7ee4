"""What every booking goes through, whether it is new, moved or brought in: whom it is with, and what is written."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import booking_persistence
from features.appointments.problems import (
    INACTIVE_CLINICIAN,
    INACTIVE_DEPARTMENT,
    UNKNOWN_CLINICIAN,
    UNKNOWN_PATIENT,
)
from features.appointments.schema import AppointmentWrite
from features.staff import NO_SUCH_DEPARTMENT
from rounds.problems import InvalidFields


async def around(new: AppointmentWrite, *, db: AsyncSession) -> Mapping[str, Any]:
    """Who and what a booking is with. The diaries of clinician and patient are held, and the patient is there.

    Comes before any appointment is held: who deletes a patient also holds the patient first.
    """
    return await booking_persistence.circumstances(
        patient_id=new.patient_id, clinician_id=new.clinician_id, department_id=new.department_id, db=db
    )


def settled(
    new: AppointmentWrite, found: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What is to be written for a booking, with department and place.

    Args:
        new: What is wanted.
        found: What is `around` it.
        before: The appointment as it is; what it has already is not asked whether it still takes appointments.

    Raises:
        InvalidFields: when there is no such patient, clinician or department, or they take no appointments.
    """
    had = before or {}
    errors = []
    if found["patient_id"] is None:
        errors.append(("/patient_id", UNKNOWN_PATIENT))
    if found["clinician_id"] is None:
        errors.append(("/clinician_id", UNKNOWN_CLINICIAN))
    elif not found["clinician_active"] and new.clinician_id != had.get("clinician_id"):
        errors.append(("/clinician_id", INACTIVE_CLINICIAN))
    if found["department_id"] is None:
        if new.department_id is not None:
            errors.append(("/department_id", NO_SUCH_DEPARTMENT))
    elif not found["department_active"] and found["department_id"] != had.get("department_id"):
        errors.append(("/department_id", INACTIVE_DEPARTMENT))
    if errors:
        raise InvalidFields([{"pointer": where, "type": why.code, "ctx": {}} for where, why in errors])
    return {
        **new.model_dump(include={"patient_id", "clinician_id", "start_at", "time_zone", "reason", "allow_overlap"}),
        "department_id": found["department_id"],
        "end_at": new.ends,
        "location": new.location or found["address"] or None,
    }


def about(row: Mapping[str, Any]) -> dict[str, Any]:
    """What every event about an appointment tells."""
    names = ("patient_id", "clinician_id", "department_id", "start_at", "end_at")
    return {"appointment_id": row["id"], **{name: row[name] for name in names}}
