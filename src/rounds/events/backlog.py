"""What the outbox still owes: how much, for how long, and what was given up; and the broom that sweeps it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from rounds import clock
from rounds.data import Database, Query, Read, Row, sweep_expired
from rounds.events import subscribers
from rounds.observability.logging import origin_of
from rounds.observability.metrics import EventMetrics

_WATCH_SECONDS = 10.0
_SWEEP_SECONDS = 60.0
_SWEEP_LOCK = 0x73776565  # "swee": one sweeper at a time is enough
_SWEEP_BATCH = 2_000
_log = structlog.get_logger("rounds.events.backlog")

_STANDING = Query(
    text("""
SELECT subscriber,
       count(*) FILTER (WHERE status = 'pending') AS backlog,
       count(*) FILTER (WHERE status = 'dead') AS dead,
       coalesce(extract(epoch FROM statement_timestamp() - min(occurred_at) FILTER (WHERE status = 'pending')), 0)
           AS oldest_seconds
FROM (
    SELECT subscriber, status, event_id FROM delivery WHERE status = 'pending'
    UNION ALL
    SELECT subscriber, status, event_id FROM delivery WHERE status = 'dead'
) AS open JOIN outbox ON outbox.id = open.event_id
GROUP BY subscriber
""").columns()
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one subscriber has not had."""

    backlog: int
    oldest_seconds: float
    dead: int


async def standing(reads: Read) -> Mapping[str, Standing]:
    """What stands undelivered, by subscriber."""
    return {
        row["subscriber"]: Standing(row["backlog"], float(row["oldest_seconds"]), row["dead"])
        for row in await reads.all(_STANDING)
    }


async def watch(database: Database, metrics: EventMetrics) -> None:
    """Keep the metrics true until cancelled."""
    while True:
        try:
            found = await standing(database.reads)
            for name in {*subscribers(), *found}:
                each = found.get(name, Standing(0, 0.0, 0))
                metrics.standing(name, backlog=each.backlog, oldest_seconds=each.oldest_seconds, dead=each.dead)
            await metrics.measures.renew(database.reads)
        except Exception as error:  # noqa: BLE001 - the next look may succeed
            _log.warning("backlog.unknown", **origin_of(error))
        await asyncio.sleep(_WATCH_SECONDS)


_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
_SWEEP = text(f"""
DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
    WHERE o.id < :before AND o.announced_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM delivery d WHERE d.event_id = o.id AND d.status <> 'delivered'
    )
    ORDER BY o.id LIMIT {_SWEEP_BATCH}
)
""")  # noqa: S608 - the only thing spliced in is a constant
# A transaction number from the future came with a dump from another server; as it is, no stream would ever show it.
_ADOPT = text("""
UPDATE outbox SET transaction = '0' WHERE public AND transaction >= pg_snapshot_xmax(pg_current_snapshot())
""")


async def sweep(database: Database, *, older_than: timedelta) -> int:
    """Delete events that are this old and that everybody has had; answers how many.

    What is pending or dead stays, however old.
    """
    # Ids are in order of time, so the oldest events are the lowest ones, and this is an id that no event has.
    moment = int((clock.now() - older_than).timestamp() * 1000)
    before, total = UUID(int=moment << 80), 0
    while True:
        async with database.transaction() as db:
            if not await db.scalar(_LOCK, {"key": _SWEEP_LOCK}):
                return total
            await db.execute(_ADOPT)
            found: Any = await db.execute(_SWEEP, {"before": before})
            gone: int = found.rowcount
        total += gone
        if gone < _SWEEP_BATCH:
            return total


async def keep_swept(database: Database, *, older_than: timedelta) -> None:
    """Sweep now and then until cancelled."""
    while True:
        try:
            await sweep(database, older_than=older_than)
            await sweep_expired(database)
        except Exception as error:  # noqa: BLE001 - the next round may succeed
            _log.warning("sweep.failed", **origin_of(error))
        await asyncio.sleep(_SWEEP_SECONDS)


_FIND = Query(
    text("""
SELECT o.id, o.type, o.occurred_at, d.subscriber, d.status, d.attempts, d.due_at, d.error
FROM delivery d JOIN outbox o ON o.id = d.event_id
WHERE (CAST(:status AS text) IS NULL OR d.status = :status)
  AND (CAST(:subscriber AS text) IS NULL OR d.subscriber = :subscriber)
ORDER BY d.event_id, d.subscriber LIMIT :limit
""").columns()
)


async def find(reads: Read, *, status: str | None, subscriber: str | None, limit: int) -> Sequence[Row]:
    """Deliveries, the oldest first."""
    return await reads.all(_FIND, status=status, subscriber=subscriber, limit=limit)


_REQUEUE = text("""
UPDATE delivery SET status = 'pending', attempts = 0, due_at = statement_timestamp(), error = NULL
WHERE status = 'dead' AND (CAST(:event_id AS uuid) IS NULL OR event_id = :event_id)
  AND (CAST(:subscriber AS text) IS NULL OR subscriber = :subscriber)
""")
_PURGE = text("""
DELETE FROM delivery
WHERE status = 'dead' AND (CAST(:subscriber AS text) IS NULL OR subscriber = :subscriber)
""")


async def requeue(database: Database, *, event_id: UUID | None = None, subscriber: str | None = None) -> int:
    """Give dead deliveries another round of attempts; answers how many."""
    async with database.transaction() as db:
        found: Any = await db.execute(_REQUEUE, {"event_id": event_id, "subscriber": subscriber})
        return int(found.rowcount)


async def purge(database: Database, *, subscriber: str | None = None) -> int:
    """Forget dead deliveries; answers how many."""
    async with database.transaction() as db:
        found: Any = await db.execute(_PURGE, {"subscriber": subscriber})
        return int(found.rowcount)
