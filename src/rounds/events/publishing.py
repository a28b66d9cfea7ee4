"""Writes events into the outbox, in the caller's transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rounds import clock
from rounds.data import CONCERNED, PUBLISHED, AnyTransaction, Query, new_id, send

if TYPE_CHECKING:
    pass


from rounds.events.event import Event
from rounds.events.subscriptions import subscribers

# One statement, however many events: each event's row, and a delivery for each of its subscribers.
_PUBLISH = Query(
    text("""
WITH published AS (
    INSERT INTO outbox (id, type, subject, data, public, occurred_at)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:subjects AS uuid[]), CAST(:data AS jsonb[]),
        CAST(:public AS boolean[]), CAST(:moments AS timestamptz[])
    )
)
INSERT INTO delivery (event_id, subscriber, due_at)
SELECT event_id, subscriber, now()
FROM unnest(CAST(:event_ids AS uuid[]), CAST(:subscribers AS text[])) AS due (event_id, subscriber)
""")
)


@dataclass(slots=True)
class _Rows:
    ids: list[UUID] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    subjects: list[UUID | None] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    public: list[bool] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    event_ids: list[UUID] = field(default_factory=list)
    subscribers: list[str] = field(default_factory=list)


async def publish(events: Event | Sequence[Event], db: AnyTransaction) -> None:
    """Write events into the outbox, in the caller's transaction; many at once cost as much as one.

    They are told to the outside, and delivered, only once that transaction has committed.
    """
    rows = _Rows()
    at = clock.now()
    for event in [events] if isinstance(events, Event) else events:
        event_id = new_id()
        rows.ids.append(event_id)
        rows.types.append(event.type)
        subject = getattr(event, "patient_id", None)
        rows.subjects.append(subject if isinstance(subject, UUID) else None)
        rows.data.append(orjson.dumps(event.model_dump(mode="json")).decode())
        rows.public.append(event.public)
        rows.moments.append(at)
        for subscriber in subscribers().values():
            if event.type in subscriber.types:
                rows.event_ids.append(event_id)
                rows.subscribers.append(subscriber.name)
    if rows.ids:
        await send(_PUBLISH, db, {name: getattr(rows, name) for name in _Rows.__slots__})
        db.info[PUBLISHED] = True
        concerns(db, *rows.subjects)


def concerns(db: AnyTransaction, *patients: UUID | None) -> None:
    """Note that what is answered after this transaction may tell of these patients; publishing an event notes it."""
    db.info.setdefault(CONCERNED, set()).update(patient for patient in patients if patient is not None)


Withdraw = Callable[[UUID, AsyncSession], Awaitable[None]]
_also: list[Withdraw] = []


def also_withdraw(withdraw: Withdraw) -> None:
    """Whenever the events about a patient are withdrawn, call this too, in the same transaction."""
    _also.append(withdraw)


_WITHDRAW = text("UPDATE outbox SET withdrawn = true WHERE subject = :subject AND NOT withdrawn")


async def withdraw(subject: UUID, db: AsyncSession) -> None:
    """Take every event about a patient out of the streams; deliveries that are due still happen."""
    await db.execute(_WITHDRAW, {"subject": subject})
    for each in _also:
        await each(subject, db)
