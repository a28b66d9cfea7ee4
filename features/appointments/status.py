"""What became of an appointment: never stored, since time alone can change it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from features.appointments.schema import Status


def status_of(row: Mapping[str, Any], now: datetime) -> Status:
    """Cancelled; else attended; else missed once the end has passed; else active.

    Args:
        row: With `cancelled_at`, `attended_at` and `end_at`.
        now: The moment that asks.
    """
    if row["cancelled_at"] is not None:
        return Status.CANCELLED
    if row["attended_at"] is not None:
        return Status.ATTENDED
    return Status.MISSED if row["end_at"] <= now else Status.ACTIVE
