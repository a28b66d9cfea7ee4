"""The outbox between runs: what a run wrote into it, and seeing to it that the next run does not pay for it."""

import asyncio
from datetime import datetime

import asyncpg

from bench.judging import RECOMMENDED
from bench.programs import BenchFailed

_PATIENCE_SECONDS = 30.0
_LEFT = "SELECT EXISTS (SELECT FROM outbox WHERE announced_at IS NULL)"
_TOLD = "UPDATE outbox SET announced_at = now() WHERE announced_at IS NULL"
_WRITTEN = "SELECT count(DISTINCT transaction) FROM outbox WHERE type = $1 AND occurred_at >= $2"
_EMPTY = "TRUNCATE outbox, delivery, recommendation, notification, recommendation_tally CASCADE"


async def settled(url: str, *, since: datetime, announced: bool) -> int:
    """Leave nothing to be announced, and answer how many transactions since then made recommendations.

    Args:
        url: The database.
        since: When the run began.
        announced: Whether Rounds announces what there is, so that it is waited for; nobody does for the reference.

    Raises:
        BenchFailed: when Rounds takes too long.
    """
    connection = await asyncpg.connect(url)
    try:
        if announced:
            deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
            while await connection.fetchval(_LEFT):
                if asyncio.get_running_loop().time() > deadline:
                    raise BenchFailed("Rounds does not announce what it has published")
                await asyncio.sleep(0.05)
        else:
            await connection.execute(_TOLD)
        return int(await connection.fetchval(_WRITTEN, RECOMMENDED, since))
    finally:
        await connection.close()


async def emptied(url: str) -> None:
    """Forget every event, recommendation and notification."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_EMPTY)
    finally:
        await connection.close()
