"""What is in the way of a booking that the database has refused: a double booking, or an earlier rebooking."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import booking_persistence
from features.appointments.problems import AlreadyRebooked, ClinicianDoubleBooked, PatientDoubleBooked
from features.appointments.tables import CLINICIAN_FREE, PATIENT_FREE, REBOOKED_ONCE
from rounds.data import constraint_of
from rounds.events import moment
from rounds.problems import Problem


async def in_the_way(error: IntegrityError, values: Mapping[str, Any], *, db: AsyncSession) -> Problem | None:
    """What the database's refusal of a booking means; None when it is not about that.

    Args:
        error: The refusal.
        values: What was to be written.
        db: A transaction that works again; the refused one does not.
    """
    name = constraint_of(error)
    if name == REBOOKED_ONCE:
        return AlreadyRebooked()
    refused = {
        CLINICIAN_FREE: (ClinicianDoubleBooked, "clinician_id"),
        PATIENT_FREE: (PatientDoubleBooked, "patient_id"),
    }
    if name not in refused:
        return None
    problem, field = refused[name]
    start_at, end_at = values["start_at"], values["end_at"]
    clash = await booking_persistence.find_clash(field, values[field], start_at, end_at, but=values["id"], db=db)
    told = clash or {"id": None, "start_at": start_at, "end_at": end_at}
    times: dict[str, Any] = {"start_at": moment(told["start_at"]), "end_at": moment(told["end_at"])}
    return problem(field=field, clash={"appointment_id": told["id"], **times}, **times)
