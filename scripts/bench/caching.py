"""What the cache is worth: the same analytics asked again, and every time anew."""

import asyncio
import http.client
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import uuid4

import asyncpg
from redis import Redis
from rich import box
from rich.console import Console
from rich.table import Table

from bench.programs import BenchFailed, Programs
from features.notifications.tally import GENERATION

TALLIES = 200_000
_YEAR = 365
_DAYS = 180  # in each question, so that every answer is made from about half of the tallies and is equally long
_MISSES = 100
_HITS_EACH = 5

_EMPTY = "TRUNCATE recommendation_tally"
_FILL = """
WITH patients AS (
    SELECT id, row_number() OVER () - 1 AS place FROM (SELECT id FROM patient LIMIT 50000) AS few
), tallies AS (
    SELECT number, $2::timestamptz - random() * interval '365 days' AS at FROM generate_series(1, $1::int) AS number
)
INSERT INTO recommendation_tally (event_id, patient_id, rule, occurred_on, occurred_at)
SELECT gen_random_uuid(), patients.id,
       (ARRAY['physical_therapy', 'post_op_rehabilitation', 'weight_management'])[1 + number % 3], CAST(at AS date), at
FROM tallies JOIN patients ON place = number % (SELECT count(*) FROM patients)
"""
_RENEWED = """
INSERT INTO generation (name, stamp) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp
"""


@dataclass(frozen=True, slots=True)
class Cached:
    """Milliseconds of an answer, at the client: median when it is kept, and when it is not."""

    hit: float
    miss: float


def measure(programs: Programs, console: Console) -> Cached:
    """Ask for half a year, a day later each time, and for one such half-year again and again.

    Raises:
        BenchFailed: when the cache did not do what is measured.
    """
    with console.status(f"Cache: {TALLIES:,} tallies"):
        today = datetime.now(UTC)
        asyncio.run(_fill(programs.database_url, today))
        connection = http.client.HTTPConnection("127.0.0.1", programs.rounds.port, timeout=30)
        headers = programs.authorization()
        first = today.date() - timedelta(days=_YEAR)

        def ask(begin: date) -> float:
            path = f"/analytics/recommendations?from={begin}&to={begin + timedelta(days=_DAYS)}"
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - began
            if answer.status != 200:
                raise BenchFailed(f"Rounds answered {answer.status} to analytics")
            return took * 1000

        with Redis.from_url(programs.redis_url) as redis:
            ask(first)  # kept from here on
            before = _kept(redis)
            hits, misses = [], []
            for number in range(_MISSES):
                misses.append(ask(first + timedelta(days=number + 1)))
                hits += [ask(first) for _ in range(_HITS_EACH)]
            made = _kept(redis) - before
        connection.close()
    if made != _MISSES:
        raise BenchFailed(f"the cache kept {made} new answers instead of {_MISSES}")
    return Cached(hit=median(hits), miss=median(misses))


async def _fill(url: str, today: datetime) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_EMPTY)
        await connection.execute(_FILL, TALLIES, today)
        await connection.execute("VACUUM (ANALYZE) recommendation_tally")
        await connection.execute(_RENEWED, GENERATION, uuid4())
    finally:
        await connection.close()


def _kept(redis: "Redis") -> int:
    return sum(1 for _ in redis.scan_iter(match="rounds:cache:*", count=1000))


def show(found: Cached, console: Console) -> None:
    """Print it."""
    table = Table(title=f"Analytics of half a year, {TALLIES:,} tallies in a year", box=box.SIMPLE_HEAD)
    table.title_justify = "left"
    for column in ("hit p50 ms", "miss p50 ms", "gain"):
        table.add_column(column, justify="right")
    table.add_row(f"{found.hit:.1f}", f"{found.miss:.1f}", f"{found.miss / found.hit:.0f} times")
    console.print(table)
