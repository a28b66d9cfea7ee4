"""Hands one subscriber what is due: claims it, runs the subscriber, and notes what came of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit import acting_as
from rounds.data import is_outage
from rounds.events import Received, Subscriber, kind_of
from rounds.events.leases import LeaseHolder
from rounds.events.retrying import next_attempt
from rounds.events.subscriber_context import SubscriberContext
from rounds.observability.logging import origin_of
from rounds.observability.metrics import EventMetrics
from rounds.viewer import PROGRAM, looking_as

_log = structlog.get_logger("rounds.events.consumer")

# `statement_timestamp()` and not `now()`: within one transaction the latter stands still.
_DUE = "d.subscriber = :subscriber AND d.status = 'pending' AND d.due_at <= statement_timestamp()"
_EVENT = "o.id, o.type, CAST(o.data AS text) AS data, o.occurred_at, d.attempts"
_CLAIM = text(f"""
SELECT {_EVENT} FROM delivery d JOIN outbox o ON o.id = d.event_id
WHERE {_DUE} ORDER BY d.due_at, d.event_id LIMIT :batch FOR UPDATE OF d SKIP LOCKED
""")  # noqa: S608 - the parts spliced in are constants
_CLAIM_ONE = text(f"""
SELECT {_EVENT} FROM delivery d JOIN outbox o ON o.id = d.event_id
WHERE {_DUE} AND d.event_id = :event_id FOR UPDATE OF d SKIP LOCKED
""")  # noqa: S608 - the parts spliced in are constants
_DELIVERED = text("""
UPDATE delivery
SET status = 'delivered', delivered_at = clock_timestamp(), attempts = attempts + 1, error = NULL, holder = NULL
WHERE subscriber = :subscriber AND event_id = ANY(:ids)
""")
_FAILED = text("""
UPDATE delivery
SET attempts = :attempts, error = :error, holder = NULL, status = CASE WHEN :dead THEN 'dead' ELSE 'pending' END,
    due_at = clock_timestamp() + make_interval(secs => :seconds)
WHERE subscriber = :subscriber AND event_id = :event_id AND status = 'pending' AND attempts = :seen
""")
_LEASE = text(f"""
WITH claimed AS (
    SELECT d.event_id FROM delivery d WHERE {_DUE}
    ORDER BY d.due_at, d.event_id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
)
UPDATE delivery d
SET attempts = d.attempts + 1, due_at = clock_timestamp() + make_interval(secs => :seconds), holder = :holder
FROM claimed, outbox o
WHERE d.event_id = claimed.event_id AND d.subscriber = :subscriber AND o.id = d.event_id
RETURNING {_EVENT}
""")  # noqa: S608 - the parts spliced in are constants
_LEASED_DELIVERED = text("""
UPDATE delivery SET status = 'delivered', delivered_at = clock_timestamp(), error = NULL, holder = NULL
WHERE subscriber = :subscriber AND event_id = :event_id AND status = 'pending' AND attempts = :seen
""")


class Outage(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database is away; nothing is known about the event, which stays due."""


class Lost(Exception):  # noqa: N818 - see Outage
    """The process that had the event ended without a word, as often as a subscriber may fail."""


@dataclass(slots=True)
class Worker:
    """Hands one subscriber its events."""

    subscriber: Subscriber
    context: SubscriberContext
    metrics: EventMetrics
    holder: LeaseHolder
    backoff_seconds: float
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def step(self) -> int:
        """Hand over what is due, up to a batch; answers how many events were claimed.

        Raises:
            Outage: when the database is away.
        """
        with looking_as(PROGRAM):
            return await (self._step_leased() if self.subscriber.handle_leased is not None else self._step_in_one())

    async def _step_in_one(self) -> int:
        claimed: list[Mapping[str, Any]] = []
        try:
            async with asyncio.timeout(self.subscriber.patience.total_seconds()):
                await self._transact(_CLAIM, {"batch": self.subscriber.batch}, claimed)
        except Exception as error:
            if not claimed or _went_away(error):
                raise Outage from error
            if len(claimed) == 1:
                await self._note_failure(claimed[0], error, attempts=claimed[0]["attempts"] + 1)
            else:
                # One of them is to blame; alone each succeeds or fails for itself.
                for row in claimed:
                    await self._step_alone(row["id"])
        return len(claimed)

    async def _step_alone(self, event_id: UUID) -> None:
        claimed: list[Mapping[str, Any]] = []
        try:
            async with asyncio.timeout(self.subscriber.patience.total_seconds()):
                await self._transact(_CLAIM_ONE, {"event_id": event_id}, claimed)
        except Exception as error:
            if not claimed or _went_away(error):
                raise Outage from error
            await self._note_failure(claimed[0], error, attempts=claimed[0]["attempts"] + 1)

    async def _transact(self, claim: Any, values: Mapping[str, Any], claimed: list[Mapping[str, Any]]) -> None:
        """Claim, handle and mark in one transaction; what was claimed is in `claimed` also when this raises."""
        name = self.subscriber.name
        async with self.context.database.transaction() as db:
            found = await db.execute(claim, {"subscriber": name, **values})
            claimed.extend(dict(row) for row in found.mappings())
            if not claimed:
                return
            await self._handle([_received(row, attempt=row["attempts"] + 1) for row in claimed], db)
            await db.execute(_DELIVERED, {"subscriber": name, "ids": [row["id"] for row in claimed]})
        for row in claimed:
            self.metrics.delivered(name, row["occurred_at"])

    async def _handle(self, received: Sequence[Received[Any]], db: AsyncSession) -> None:
        if self.subscriber.handle is None:
            raise TypeError("a leased subscriber has no transaction")
        with acting_as(f"subscriber:{self.subscriber.name}"):
            await self.subscriber.handle(received, db)

    async def _step_leased(self) -> int:
        patience = self.subscriber.patience
        lease = {
            "subscriber": self.subscriber.name,
            "seconds": (patience * 1.5).total_seconds(),
            "holder": self.holder.number,
        }
        row = await self._write(_LEASE, lease)
        if row is None:
            return 0
        if row["attempts"] > self.subscriber.attempts:  # whoever had it before died over it, every time
            await self._note_failure(row, Lost(), attempts=row["attempts"])
            return 1
        try:
            received = _received(row, attempt=row["attempts"])
            async with asyncio.timeout(patience.total_seconds()):
                await self._handle_leased(received)
        except Exception as error:
            if _went_away(error):
                await self._give_back(row, error)
                raise Outage from error
            await self._note_failure(row, error, attempts=row["attempts"])
        else:
            values = {"subscriber": self.subscriber.name, "event_id": row["id"], "seen": row["attempts"]}
            await self._write(_LEASED_DELIVERED, values)
            self.metrics.delivered(self.subscriber.name, row["occurred_at"])
        return 1

    async def _handle_leased(self, received: Received[Any]) -> None:
        if self.subscriber.handle_leased is None:
            raise TypeError("this subscriber wants a transaction")
        with acting_as(f"subscriber:{self.subscriber.name}"):
            await self.subscriber.handle_leased(received, self.context)

    async def _give_back(self, row: Mapping[str, Any], error: Exception) -> None:
        """Undo a lease: the database is to blame, not the subscriber."""
        values = {"subscriber": self.subscriber.name, "event_id": row["id"], "seen": row["attempts"]}
        what = {"attempts": row["attempts"] - 1, "dead": False, "error": type(error).__name__}
        await self._write(_FAILED, {**values, **what, "seconds": self.backoff_seconds})

    async def _note_failure(self, row: Mapping[str, Any], error: Exception, *, attempts: int) -> None:
        """Try again later, or give up."""
        wait = next_attempt(attempts, most=self.subscriber.attempts, first_seconds=self.backoff_seconds)
        dead = wait is None
        await self._write(
            _FAILED,
            {
                "subscriber": self.subscriber.name,
                "event_id": row["id"],
                "seen": row["attempts"],
                "attempts": attempts,
                "dead": dead,
                "error": type(error).__name__,  # its message might quote a patient's data
                "seconds": wait or 0.0,
            },
        )
        self.metrics.failed(self.subscriber.name, dead=dead)
        log = _log.error if dead else _log.warning
        what = "delivery.dead" if dead else "delivery.failed"
        log(
            what,
            subscriber=self.subscriber.name,
            event_id=str(row["id"]),
            type=row["type"],
            attempt=attempts,
            **origin_of(error),
        )

    async def _write(self, statement: Any, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """One statement in a transaction of its own.

        Raises:
            Outage: when the database does not take it.
        """
        try:
            async with self.context.database.transaction() as db:
                result: Any = await db.execute(statement, values)
                return dict(result.mappings().one()) if result.returns_rows and result.rowcount else None
        except Exception as error:
            raise Outage from error


def _received(row: Mapping[str, Any], *, attempt: int) -> Received[Any]:
    event = kind_of(row["type"]).model_validate_json(row["data"])
    return Received(id=row["id"], event=event, occurred_at=row["occurred_at"], attempt=attempt)


def _went_away(error: Exception) -> bool:
    """Whether the database went away under the subscriber, which is then not to blame.

    An OSError is the subscriber's own: the database's come from connecting, and then nothing was claimed.
    """
    return not isinstance(error, OSError) and is_outage(error)
