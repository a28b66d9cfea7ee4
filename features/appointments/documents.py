"""An appointment as a caller sees it (`AppointmentRead`), from its row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from features.appointments.schema import AppointmentRead
from features.appointments.status import status_of
from rounds import clock
from rounds.auth import Actor
from rounds.fields.zones import zone_of

# Why somebody comes is clinical, and who may read what is clinical may read notes.
CLINICAL = "notes:read"


def shown(row: Mapping[str, Any], now: datetime, *, clinical: bool) -> AppointmentRead:
    """An appointment as a caller sees it.

    Args:
        row: The appointment's row.
        now: The moment that its status is asked for.
        clinical: Whether the caller may see why the patient comes.
    """
    zone = zone_of(row["time_zone"])
    return AppointmentRead.model_validate(
        {
            **dict(row),
            "reason": row["reason"] if clinical else None,
            "status": status_of(row, now),
            "local_start": row["start_at"].astimezone(zone).isoformat(),
            "local_end": row["end_at"].astimezone(zone).isoformat(),
        }
    )


def shown_to(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[AppointmentRead]:
    """Appointments as `actor` sees them now."""
    now, clinical = clock.now(), actor.may(CLINICAL)
    return [shown(row, now, clinical=clinical) for row in rows]
