"""Stores notifications, and queues those that can be sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from features.notifications import persistence
from features.notifications.events import NotificationQueued
from rounds.events import publish


async def queue(rows: Sequence[Mapping[str, Any]], db: AsyncSession) -> None:
    """Store new notifications; those that have somewhere to go are handed to whoever sends them."""
    if rows:
        made = await persistence.add(rows, db)
        queued = [row for row in rows if row["id"] in made and row["status"] == "pending"]
        await publish(
            [NotificationQueued(notification_id=row["id"], patient_id=row["patient_id"]) for row in queued], db
        )
