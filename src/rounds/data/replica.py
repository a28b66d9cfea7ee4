"""Reads on a replica that nobody can tell from reads on the primary.

Whether a read may go to the replica is decided by how far it has replayed the write-ahead log. It must have come to

* what the account that reads has written itself, in any process, and what anybody has deleted or restricted
  (`rounds.data.positions`);
* where the primary stood a second ago (`seconds`), whatever it was that was written.

A replica that has not come so far, or does not answer, costs a read the time to find out, and the primary answers. So
does it when Redis does not know what an account has written. A replica that failed is left alone for a second.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from sqlalchemy import text

from rounds.data.outages import is_outage
from rounds.data.positions import Positions
from rounds.data.read import Query, Read, Searches
from rounds.data.standby import BEHIND, StandbyConnection, StandbyConnections, expect_standby_of
from rounds.data.turns import Turns
from rounds.viewer import NOBODY, PROGRAM, viewer

_REST_SECONDS = 1.0  # after a failure, how long nobody asks the replica, or Redis
_SYSTEM = Query(text("SELECT system_identifier FROM pg_control_system()"))
# Behind every commit that has been acknowledged: with `synchronous_commit` all of those are flushed.
_AT = Query(
    text("""
    SELECT (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
                 ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn)::bigint
    """)
)
_AWAY = (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_log = structlog.get_logger("rounds.data.replica")


def counter(registry: CollectorRegistry) -> Counter:
    """What reads are counted in that may go to a replica."""
    return Counter(
        "rounds_replica_reads_total",
        "Reads that might go to the replica, by who answered and why: replica, or the primary because the replica was "
        "behind or away, or positions because nobody knew how far it had to be.",
        ("outcome",),
        registry=registry,
    )


@dataclass(frozen=True, slots=True)
class ReplicaAddress:
    """Where the replica is, and how it is to be used.

    Attributes:
        url: One standby of the primary, or several behind one address.
        redis_url: Where positions are noted.
        seconds: How old an answer may be of what others have written.
        outcomes: Counts the reads.
    """

    url: str
    redis_url: str
    seconds: float
    outcomes: Counter | None = None


class Replica:
    """The replica of one process.

    Attributes:
        reads: Reads that go there when they may, else to the primary.
    """

    def __init__(
        self,
        address: ReplicaAddress,
        primary: Read,
        positions: Positions,
        *,
        standby: StandbyConnections,
        searching: StandbyConnections,
        searches_at_once: int,
    ) -> None:
        searches = Searches(_Source(self, searching, primary.searches), Turns(searches_at_once))
        self.reads = Read(_Source(self, standby, primary), searches=searches)
        self._standby = standby
        self._primary = primary
        self._positions = positions
        self._seconds = address.seconds
        self._outcomes = address.outcomes or counter(CollectorRegistry())
        self._stood: deque[tuple[float, int]] = deque()  # when the primary was asked where it stands, and the answer
        self._asking = asyncio.Lock()
        self._no_positions_until = self._rests_until = 0.0

    async def committed(self, *, for_everybody: bool) -> None:
        """Note what has just been committed for the account that looks, or for everybody, before it is answered."""
        account = viewer()
        accounts = () if account in {NOBODY, PROGRAM} else (account,)
        if not accounts and not for_everybody:
            return
        try:
            position = await self._primary.ahead.value(_AT)
        except _AWAY:  # the primary went away after the commit; a second from now nobody reads without it
            return
        try:
            await self._positions.note(position, accounts, for_everybody=for_everybody)
        except (RedisError, OSError):
            self._no_positions_until = time.monotonic() + _REST_SECONDS
            await self._arrival(position)

    async def _arrival(self, position: int) -> None:
        """Wait until the replica has come there, or until every process demands it anyway."""
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            try:
                if await self._standby.read_at(position, "fetchval", "SELECT 1", ()) is not BEHIND:
                    return
            except _AWAY:
                return  # and nobody else gets anything from there
            await asyncio.sleep(0.01)

    async def _needed(self) -> int | None:
        """How far the replica must have come for whoever looks; None when nobody knows."""
        if time.monotonic() < self._no_positions_until:
            return None
        try:
            recent = await self._recently()
            return max(recent, await self._positions.of(viewer()))
        except _AWAY as error:
            self._no_positions_until = time.monotonic() + _REST_SECONDS
            _log.warning("replica.positions_unknown", error=type(error).__name__)
            return None

    async def _recently(self) -> int:
        """Where the primary stood at the first look that is no older than `seconds`."""
        stood = self._stood
        if not stood or stood[-1][0] < time.monotonic() - self._seconds / 2:
            async with self._asking:
                if not stood or stood[-1][0] < time.monotonic() - self._seconds / 2:
                    asked_at = time.monotonic()
                    stood.append((asked_at, await self._primary.ahead.value(_AT)))
        oldest = time.monotonic() - self._seconds
        while len(stood) > 1 and stood[0][0] < oldest:
            stood.popleft()
        return stood[0][1]

    async def read(self, standby: StandbyConnections, method: str, statement: str, arguments: tuple[Any, ...]) -> Any:
        """What the replica finds, or `BEHIND` when it may not, or cannot, say."""
        if time.monotonic() < self._rests_until:
            self._outcomes.labels("away").inc()
            return BEHIND
        position = await self._needed()
        if position is None:
            self._outcomes.labels("positions").inc()
            return BEHIND
        try:
            found = await standby.read_at(position, method, statement, arguments)
        except Exception as error:
            if not is_outage(error):
                raise
            self._rest(error)
            self._outcomes.labels("away").inc()
            return BEHIND
        self._outcomes.labels("behind" if found is BEHIND else "replica").inc()
        return found

    def _rest(self, error: Exception) -> None:
        if isinstance(error, asyncpg.TransactionRollbackError):  # it had to give way to what it replays
            return
        if time.monotonic() >= self._rests_until:
            _log.warning("replica.away", error=type(error).__name__)
        self._rests_until = time.monotonic() + _REST_SECONDS


class _Source:
    """Where reads go: the replica, or the primary when that is no use."""

    __slots__ = ("_primary", "_replica", "_standby")

    def __init__(self, replica: Replica, standby: StandbyConnections, primary: Read) -> None:
        self._replica = replica
        self._standby = standby
        self._primary: Any = primary.source

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """Every row."""
        found = await self._replica.read(self._standby, "fetch", statement, arguments)
        return await self._primary.fetch(statement, *arguments) if found is BEHIND else found  # type: ignore[no-any-return]  # rows

    async def fetchrow(self, statement: str, *arguments: Any) -> Any:
        """The first row, or None."""
        found = await self._replica.read(self._standby, "fetchrow", statement, arguments)
        return await self._primary.fetchrow(statement, *arguments) if found is BEHIND else found

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(statement, *arguments)
        return None if row is None else row[0]


@asynccontextmanager
async def opened(
    address: ReplicaAddress, primary: Read, *, sizes: tuple[int, int], pool: Any
) -> AsyncIterator[Replica]:
    """The replica, for as long as the block lasts. Nothing is asked of it before it is needed.

    Args:
        address: Where it is.
        primary: Reads on the primary.
        sizes: How many connections for reads, and for searches.
        pool: `pool(url, size, searches=…, connection_class=…, init=…, timeout=…)` makes a pool of connections.
    """
    system = await primary.value(_SYSTEM)
    # Asked once: whoever waits for Redis to come back waits for nothing, since the primary can answer.
    retry = Retry(NoBackoff(), 0)
    more = {"connection_class": StandbyConnection, "init": partial(expect_standby_of, system), "timeout": 3}
    async with (
        Redis.from_url(address.redis_url, socket_connect_timeout=1, socket_timeout=1, retry=retry) as redis,
        pool(address.url, sizes[0], searches=False, **more) as reading,
        pool(address.url, sizes[1], searches=True, **more) as searching,
    ):
        held = StandbyConnections(reading, sizes[0])
        held_for_searches = StandbyConnections(searching, sizes[1])
        replica = Replica(
            address,
            primary,
            Positions(redis, primary.ahead, _AT, system),
            standby=held,
            searching=held_for_searches,
            searches_at_once=sizes[1],
        )
        try:
            yield replica
        finally:
            await held.close()
            await held_for_searches.close()
