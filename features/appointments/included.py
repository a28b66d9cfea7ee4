"""What `?include=` shows of many patients' appointments at a glance: the next one of each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, bindparam, func, select, true
from sqlalchemy import literal_column as sql
from sqlmodel import col

from features.appointments.persistence import LIVE
from features.appointments.tables import Appointment
from features.patients import visible
from features.staff import CLINICIAN_ROWS
from rounds import clock
from rounds.data import Query, Read

_SHOWN = ("id", "start_at", "end_at", "time_zone", "clinician_id", "clinician")


def _next() -> Query:
    """For each patient one look into the index."""
    whose = func.unnest(bindparam("ids", type_=ARRAY(Uuid))).table_valued("id", name="whose").render_derived()
    upcoming = (
        select(
            col(Appointment.patient_id),
            col(Appointment.id),
            col(Appointment.start_at),
            col(Appointment.end_at),
            col(Appointment.time_zone),
            col(Appointment.clinician_id),
        )
        .where(
            LIVE,
            visible(col(Appointment.patient_id)),
            col(Appointment.patient_id) == whose.c.id,
            col(Appointment.cancelled_at).is_(None),
            col(Appointment.attended_at).is_(None),
            col(Appointment.end_at) > bindparam("now", type_=DateTime(timezone=True)),
        )
        .order_by(col(Appointment.start_at), col(Appointment.id))
        .limit(sql("1"))
        .lateral("upcoming")
    )
    return Query(
        select(*upcoming.c, CLINICIAN_ROWS.c.name.label("clinician")).select_from(
            whose.join(upcoming, true()).outerjoin(CLINICIAN_ROWS, CLINICIAN_ROWS.c.id == upcoming.c.clinician_id)
        )
    )


_NEXT = _next()


async def load_next_appointments(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The active appointment of each patient that comes next, or goes on now, with the clinician's name."""
    rows = await reads.all(_NEXT, ids=list(ids), now=clock.now())
    return {row["patient_id"]: {name: row[name] for name in _SHOWN} for row in rows}
