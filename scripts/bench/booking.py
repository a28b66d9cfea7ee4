"""Booking as the reference does it: the statements that Rounds sends, recorded, and its answer in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat

from bench.judging import published
from bench.statements import Statement, recording
from features.appointments.booking_persistence import lock_key
from features.appointments.changing import book_appointment
from features.appointments.schema import AppointmentWrite
from features.patients import PatientWrite, create_patient
from features.staff import ClinicianWrite, DepartmentWrite, create_clinician, create_department
from rounds.auth import Actor
from rounds.data import create_engine, sessionmaker

BOOKED = "rounds.appointment.booked"
ZONE = "Europe/London"
_LONDON = ZoneInfo(ZONE)


@dataclass(frozen=True, slots=True)
class Booking:
    """What is sent by a booking, in one transaction and in this order."""

    around: Statement
    insert: Statement
    publish: Statement


async def booking_statements(url: str) -> Booking:
    """The statements behind a booking, recorded in a transaction that is taken back."""
    engine = create_engine(url, pool_size=1)
    nobody = UUID(int=7)
    actor = Actor(nobody, "bench", (), frozenset(), 1, nobody, 0.0)
    async with sessionmaker(engine)() as session:
        department = await create_department(DepartmentWrite(name="Only for the recording"), db=session)
        clinician = await create_clinician(ClinicianWrite(name="Nobody", department_id=department.id), db=session)
        patient = await create_patient(PatientWrite(name="Nobody", date_of_birth="1930-01-01"), db=session)
        wanted = AppointmentWrite(
            patient_id=patient.id, clinician_id=clinician.id, start_at="2199-01-01T09:00:00Z", duration="30m"
        )
        with recording(engine) as sent:
            await book_appointment(wanted, actor=actor, db=session)
        await session.rollback()
    await engine.dispose()
    around, insert, publish = (one for one in sent if "audit" not in one.sql)  # the reference keeps no trail
    return Booking(around, insert, publish)


async def booked(given: Mapping[str, Any], statements: Booking, connection: Any) -> dict[str, Any]:
    """Book, and answer the appointment as Rounds shows it."""
    patient_id, clinician_id = UUID(given["patient_id"]), UUID(given["clinician_id"])
    start = datetime.fromisoformat(given["start_at"])
    end = start + timedelta(minutes=int(given["duration"][:-1]))
    now = datetime.now(UTC)
    keys = [lock_key(b"clinician", clinician_id), lock_key(b"patient", patient_id)]
    ids = {"keys": keys, "patient_id": patient_id, "clinician_id": clinician_id, "department_id": None}
    async with connection.transaction():
        (found,) = await connection.fetch(statements.around.sql, *statements.around.filled(ids))
        values = {
            "id": uuid_utils.compat.uuid7(),
            "patient_id": patient_id,
            "clinician_id": clinician_id,
            "department_id": found["department_id"],
            "start_at": start,
            "end_at": end,
            "time_zone": ZONE,
            "reason": given.get("reason"),
            "location": found["address"] or None,
            "allow_overlap": False,
            "cancelled_at": None,
            "attended_at": None,
            "rebooked_from": None,
            "version": 1,
            "created_at": now,
            "updated_at": now,
            "actor_id": UUID(int=7),
            "action": "booked",
        }
        (row,) = await connection.fetch(statements.insert.sql, *statements.insert.filled(values))
        # The driver's ids are not what orjson knows.
        row = {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
        told = {name: row[name] for name in ("patient_id", "clinician_id", "department_id", "start_at", "end_at")}
        one = {**told, "appointment_id": row["id"], "timestamp": now, "rebooked_from": None, "imported": False}
        arguments = published(BOOKED, [one], now)
        await connection.fetch(statements.publish.sql, *statements.publish.filled(arguments))
    return {
        **row,
        "local_start": start.astimezone(_LONDON).isoformat(),
        "local_end": end.astimezone(_LONDON).isoformat(),
        "status": "active" if end > now else "missed",
    }
