"""Tells the outside what happened: every public event goes to the Redis channel `rounds.events`, after its commit.

The outbox says what is still to be told, so it does not matter who tells it: any process announces what any other
one committed and did not live to announce. Redis away, an event waits; it is announced at least once, and its
CloudEvents `id` tells a repetition apart.
"""

import asyncio
from contextlib import suppress

import orjson
import structlog
from redis.asyncio import Redis
from sqlalchemy import text

from rounds.backoff import Backoff
from rounds.data import Database, Query, send
from rounds.events import CHANNEL, WORK_CHANNEL, cloud_event
from rounds.observability.logging import origin_of

_BATCH = 500
# Between two rounds. Under load a round then takes what several changes rang for; at rest nobody waits for it.
_GATHERING_SECONDS = 0.005
_log = structlog.get_logger("rounds.events.announcer")

# Losing this mark in a crash of the database only repeats an announcement, so its commit need not wait for the disk.
_CLAIM = Query(
    text(f"""
UPDATE outbox SET announced_at = statement_timestamp()
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS relaxed
WHERE id IN (
    SELECT id FROM outbox WHERE announced_at IS NULL ORDER BY position LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
)
RETURNING id, type, subject, data, public, occurred_at, position
""")  # noqa: S608 - the only thing spliced in is a constant
)


class Announcer:
    """Announces events as soon as the bell rings, and looks for forgotten ones now and then."""

    def __init__(self, database: Database, redis: "Redis", *, poll_seconds: float) -> None:
        self._database = database
        self._redis = redis
        self._poll = poll_seconds

    async def run(self) -> None:
        """Announce until cancelled."""
        bell = self._database.bell
        backoff = Backoff()
        bell.set()  # what was left behind by others comes first
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await bell.wait()
            bell.clear()
            try:
                while await self.announce() == _BATCH:
                    pass
                backoff.reset()
                await asyncio.sleep(_GATHERING_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
                if not backoff.failing:
                    _log.warning("announcer.waiting", **origin_of(error))
                await asyncio.sleep(backoff.next_wait())

    async def announce(self) -> int:
        """Announce up to a batch of events; answers how many.

        Raises:
            redis.exceptions.RedisError: when Redis does not take them; they stay unannounced.
        """
        async with self._database.plain_transaction() as db:
            rows = sorted(await send(_CLAIM, db, {}), key=lambda row: row["position"])
            if rows:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for row in rows:
                        if row["public"]:
                            pipe.publish(CHANNEL, cloud_event(row))
                    work = {row["type"] for row in rows if not row["public"]}
                    if work:
                        pipe.publish(WORK_CHANNEL, orjson.dumps(sorted(work)))
                    await pipe.execute()
        return len(rows)
