"""What became of an appointment: never stored, since time alone can change it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from features.appointments.schema import AppointmentStatus


def status_of(row: Mapping[str, Any], now: datetime) -> AppointmentStatus:
    """Cancelled; else attended; else missed once the end has passed; else active.

    Args:
        row: With `cancelled_at`, `attended_at` and `end_at`.
        now: The moment that asks.
    """
    if row["cancelled_at"] is not None:
        return AppointmentStatus.CANCELLED
    if row["attended_at"] is not None:
        return AppointmentStatus.ATTENDED
    return AppointmentStatus.MISSED if row["end_at"] <= now else AppointmentStatus.ACTIVE
