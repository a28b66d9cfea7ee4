"""The rules of reading appointments. `changing` books, moves and ends them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from features.appointments import persistence
from features.appointments.documents import shown_to
from features.appointments.problems import AppointmentNotFound
from features.appointments.schema import (
    AppointmentChange,
    AppointmentHistory,
    AppointmentIncluded,
    AppointmentQuery,
    AppointmentRead,
)
from features.appointments.status import status_of
from rounds import clock
from rounds.audit import note_shown
from rounds.auth import Actor
from rounds.data import Read
from rounds.listings import Cursors, Found


async def read_appointment(appointment_id: UUID, *, actor: Actor, reads: Read) -> AppointmentRead:
    """An appointment.

    Raises:
        AppointmentNotFound: when there is none.
    """
    row = await persistence.find(appointment_id, reads)
    if row is None:
        raise AppointmentNotFound
    return shown_to(actor, [row])[0]


async def list_appointments(
    query: AppointmentQuery, *, actor: Actor, reads: Read, cursors: Cursors
) -> Found[AppointmentRead]:
    """One page of appointments."""
    values: dict[str, Any] = query.model_dump(include=set(persistence.FILTERS), exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    timely: dict[str, Any] = {}
    if query.status is not None:
        where[f"status:{query.status}"] = persistence.STATUSES[query.status]
        timely["now"] = clock.now()
    if query.must_rebook is not None:
        where[f"must_rebook:{query.must_rebook}"] = persistence.MUST_REBOOK[query.must_rebook]
        timely["now"] = clock.now()
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values, unsealed=timely)
    return found.showing(shown_to(actor, found.data))


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The latest appointments of many patients, by patient id, the latest first."""
    loaded: dict[UUID, list[AppointmentIncluded]] = {}
    now = clock.now()
    for row in await persistence.of_patients(ids, reads):
        one = AppointmentIncluded.model_validate({**dict(row), "status": status_of(row, now)})
        loaded.setdefault(row["patient_id"], []).append(one)
    return loaded


async def read_history(appointment_id: UUID, *, reads: Read) -> AppointmentHistory:
    """What happened to an appointment.

    Raises:
        AppointmentNotFound: when there is none.
    """
    rows = await persistence.history_of(appointment_id, reads)
    if not rows:
        raise AppointmentNotFound
    note_shown([rows[0]["patient_id"]], resource_id=appointment_id)
    return AppointmentHistory(data=[AppointmentChange(**dict(row)) for row in rows])
