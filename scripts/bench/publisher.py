"""Publishes recommendations at a steady rate, as a server does that evaluates: a transaction each, then the bell.

It goes by schedule and does not wait for what it published before (an open loop). Otherwise whatever slows a consumer
down would slow its load down as well, and look better than it is.

Run as `python -m bench.publisher '{"count": 1000, "rate": 100, "first": 0}'` with BENCH_POOL, BENCH_DATABASE_URL and
BENCH_REDIS_URL in the environment; without a rate everything is published in one transaction. It prints what happened
as JSON.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import uvloop
from redis.asyncio import Redis
from sqlalchemy import text

from features.evaluate import evaluation, persistence
from features.rules import Rule, active_rules
from rounds import clock, slices
from rounds.data import Database, Query, new_id
from rounds.events import publish
from rounds.events.announcer import Announcer

_WHOSE = Query(text("SELECT id FROM patient WHERE deleted_at IS NULL ORDER BY id LIMIT 20000").columns())
_WARM_UP = 20
_REST_SECONDS = 1.0
# A transaction for each event is more than this publisher and two cores can do beyond this rate.
_FASTEST_ALONE = 500
_TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes recommendations, each for another patient or by another rule."""

    database: Database
    patients: Sequence[UUID]
    rules: Sequence[Rule]
    at_a_time: asyncio.Semaphore  # no more than there are connections; the others wait here, however long

    async def publish(self, numbers: Sequence[int]) -> None:
        """Recommend and publish in one transaction."""
        async with self.at_a_time, self.database.transaction() as db:
            at = clock.now()
            rows = [self._row(number, at) for number in numbers]
            await persistence.add(rows, at, db)
            await publish([evaluation.generated(row, at) for row in rows], db)

    async def keep_up(self, numbers: range, rate: float) -> None:
        """Publish `rate` events a second, on schedule; at the highest rates several to a transaction, as batches do."""
        together = 1 if rate <= _FASTEST_ALONE else _TOGETHER
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for place in range(0, len(numbers), together):
                early = began + place / rate - time.monotonic()
                # Also when it is late: the others want their turn.
                await asyncio.sleep(max(early, 0))
                group.create_task(self.publish(numbers[place : place + together]))

    def _row(self, number: int, at: datetime) -> dict[str, Any]:
        nth, place = divmod(number, len(self.patients))
        # A rule recommends something to a patient once; further recommendations are written by hand.
        rule = self.rules[nth] if nth < len(self.rules) else None
        facts = {"bmi": 31.4}
        trace = {
            "expression": rule.expression if rule else None,
            "facts": facts,
            "engine": "rules" if rule else "manual",
            "evaluated_at": at,
            "stated": False,
        }
        return {
            "id": new_id(),
            "patient_id": self.patients[place],
            "rule_id": rule.id if rule else None,
            "rule": rule.code if rule else None,
            "rule_version": rule.version if rule else None,
            "recommendation": rule.recommendation if rule else "Physical Therapy",
            "engine": trace["engine"],
            "trace": trace,
            "fingerprint": f"{number:032x}" if rule else None,
        }


async def _main(count: int, rate: float | None, first: int) -> None:
    slices.load_subscribers()
    size = int(os.environ["BENCH_POOL"])
    async with (
        Database.open(os.environ["BENCH_DATABASE_URL"], pool_size=size) as database,
        Redis.from_url(os.environ["BENCH_REDIS_URL"]) as redis,
    ):
        announcing = asyncio.create_task(Announcer(database, redis, poll_seconds=1.0).run())
        patients = [row["id"] for row in await database.reads.all(_WHOSE)]
        publisher = Publisher(database, patients, await active_rules(database.reads), asyncio.Semaphore(size))
        # Opens connections and prepares statements, here and at the consumer; it does not count.
        await asyncio.gather(*(publisher.publish([first + each]) for each in range(_WARM_UP)))
        await asyncio.sleep(_REST_SECONDS)
        began, numbers = clock.now(), range(first + _WARM_UP, first + _WARM_UP + count)
        if rate is None:
            await publisher.publish(numbers)
        else:
            await publisher.keep_up(numbers, rate)
        ended = clock.now()
        await asyncio.sleep(_REST_SECONDS)  # for what is still to be announced
        announcing.cancel()
    told = {"began": began.isoformat(), "ended": ended.isoformat(), "next": numbers.stop}
    print(json.dumps(told))


if __name__ == "__main__":
    uvloop.run(_main(**json.loads(sys.argv[1])))
