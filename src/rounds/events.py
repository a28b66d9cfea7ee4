"""Events: what happened, told to everybody who asked, and never lost.

`publish` writes an event into the outbox in the caller's transaction, with one delivery record for each subscriber that
`subscribe` has registered: a COMMIT that fails publishes nothing, and one that succeeds is remembered by PostgreSQL
until every subscriber has had the event. Who delivers is in `rounds.consumer`; who tells the outside is in
`rounds.announcer`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rounds import clock
from rounds.database import PUBLISHED, new_id

if TYPE_CHECKING:
    from rounds.reach import Reach

CHANNEL = "rounds.events"
WORK_CHANNEL = "rounds.work"  # wakes consumers for what is not public; carries types only
SOURCE = "/rounds"  # CloudEvents `source`: with `id` it names an event uniquely


class Event(BaseModel):
    """Something that happened. Subclass it in the slice where it happens, and give it a `type`.

    The fields are the event's `data`. A field named `patient_id` makes the patient the event's subject, if it holds the
    id of one: when the patient is deleted, earlier events about them are withdrawn from every stream.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    # An event that is not public is work handed to a subscriber: it never leaves the house.
    public: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Note the type, so that it can be read again from the outbox."""
        super().__pydantic_init_subclass__(**options)
        name = cls.__dict__.get("type")
        if name is not None and _kinds.setdefault(name, cls) is not cls:
            raise TypeError(f"two events share the type {name!r}")


_kinds: dict[str, type[Event]] = {}


def kind_of(name: str) -> type[Event]:
    """The class of a type of events.

    Raises:
        LookupError: when no slice has one, e.g. because it was removed.
    """
    return _kinds[name]


class PatientEvent(Event):
    """Something that happened to a patient."""

    patient_id: UUID
    timestamp: datetime = Field(default_factory=clock.now)


Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True, slots=True)
class Received(Generic[Kind]):
    """An event as a subscriber gets it."""

    id: UUID
    event: Kind
    occurred_at: datetime
    attempt: int  # 1 the first time


# What the subscriber does. With a lease it gets all there is instead of a transaction.
Handler = Callable[[Sequence[Received[Any]], AsyncSession], Awaitable[None]]
LeasedHandler = Callable[[Received[Any], "Reach"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants certain events, and how they are to be handed over."""

    name: str
    types: frozenset[str]
    handle: Handler | None
    handle_leased: LeasedHandler | None = None
    batch: int = 1
    attempts: int = 8
    patience: timedelta = timedelta(seconds=30)
    parallel: int = 1


_subscribers: dict[str, Subscriber] = {}


def subscribers() -> Mapping[str, Subscriber]:
    """Every registered subscriber by name."""
    return _subscribers


def subscribe(
    *kinds: type[Event], name: str, batch: int = 1, attempts: int = 8, patience: timedelta = timedelta(seconds=30)
) -> Callable[[Handler], Handler]:
    """Register a subscriber whose effects are rows in the database.

    It is called with up to `batch` events and a session; its transaction also marks them as delivered, so what it
    writes is written exactly once. It must not reach beyond the database: for that, use `subscribe_leased`.

    Args:
        kinds: The events it wants.
        name: Stands in the delivery records; renaming a subscriber orphans what it has not had yet.
        batch: The most events per transaction. When a batch fails, each of its events is tried alone.
        attempts: After so many failures of an event it is `dead` for this subscriber, until somebody requeues it.
        patience: How long one call may take before it counts as failed.
    """

    def register(handle: Handler) -> Handler:
        _add(Subscriber(name, frozenset(k.type for k in kinds), handle, None, batch, attempts, patience))
        return handle

    return register


def subscribe_leased(
    *kinds: type[Event],
    name: str,
    attempts: int = 8,
    patience: timedelta = timedelta(seconds=60),
    parallel: int = 4,
) -> Callable[[LeasedHandler], LeasedHandler]:
    """Register a subscriber that reaches beyond the database: a mail server, a model, a long computation.

    It is called with one event and `Reach`, and no open transaction. Meanwhile the event is leased to it; should the
    process die, another one takes over when the lease ends, so its outside effects happen at least once.

    Args:
        kinds: The events it wants.
        name: Stands in the delivery records.
        attempts: After so many failures of an event it is `dead` for this subscriber.
        patience: How long one call may take; the lease is half as long again.
        parallel: How many events one consumer hands over at a time.
    """

    def register(handle: LeasedHandler) -> LeasedHandler:
        _add(Subscriber(name, frozenset(k.type for k in kinds), None, handle, 1, attempts, patience, parallel))
        return handle

    return register


def _add(subscriber: Subscriber) -> None:
    known = _subscribers.setdefault(subscriber.name, subscriber)
    if known is not subscriber:
        raise TypeError(f"two subscribers share the name {subscriber.name!r}")


# One statement, however many events: each event's row, and a delivery for each of its subscribers.
_PUBLISH = text("""
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


async def publish(events: Event | Sequence[Event], db: AsyncSession) -> None:
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
        for subscriber in _subscribers.values():
            if event.type in subscriber.types:
                rows.event_ids.append(event_id)
                rows.subscribers.append(subscriber.name)
    if rows.ids:
        await db.execute(_PUBLISH, {name: getattr(rows, name) for name in _Rows.__slots__})
        db.info[PUBLISHED] = True


_WITHDRAW = text("UPDATE outbox SET withdrawn = true WHERE subject = :subject AND NOT withdrawn")


async def withdraw(subject: UUID, db: AsyncSession) -> None:
    """Take every event about a patient out of the streams; deliveries that are due still happen."""
    await db.execute(_WITHDRAW, {"subject": subject})


def cloud_event(row: Mapping[str, Any]) -> bytes:
    """A row of the outbox as CloudEvents 1.0 JSON (structured content mode)."""
    data = row["data"]
    document = {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": SOURCE,
        "type": row["type"],
        "time": moment(row["occurred_at"]),
        "datacontenttype": "application/json",
        "data": orjson.loads(data) if isinstance(data, str | bytes) else data,
    }
    if row["subject"] is not None:
        document["subject"] = str(row["subject"])
    return orjson.dumps(document)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`."""
    return at.isoformat().replace("+00:00", "Z")
