"""Shows that a consumer lives, and frees what the dead ones held.

Each consumer holds an advisory lock of PostgreSQL on a number of its own, for as long as its connection lives; leases
carry that number. A lease whose number nobody holds belonged to a process that is gone: it need not run out before
another consumer takes over. The lease's own end remains, for a process that lives but does not get on.
"""

import asyncio
import secrets
from collections.abc import Callable

import asyncpg
import structlog

from rounds.backoff import Backoff
from rounds.data import Database, connect
from rounds.observability.logging import origin_of

_LOOK_SECONDS = 2.0
_log = structlog.get_logger("rounds.events.leases")

# pg_locks shows a 64-bit advisory lock in two halves, with objsubid 1.
_ORPHANED = """
SELECT DISTINCT d.holder FROM delivery d
WHERE d.holder IS NOT NULL AND d.status = 'pending' AND NOT EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.classid = ((d.holder >> 32) & 4294967295)::oid AND l.objid = (d.holder & 4294967295)::oid
)
"""
_FREE = """
UPDATE delivery SET due_at = statement_timestamp(), holder = NULL
WHERE status = 'pending' AND holder = ANY($1::bigint[])
"""


class LeaseHolder:
    """One consumer's sign of life."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.number: int | None = None  # None: not shown yet, so leases are plain ones
        self.shown = asyncio.Event()

    async def show(self, freed: Callable[[], None]) -> None:
        """Be present until cancelled, and call `freed` whenever leases of dead consumers became free."""
        backoff = Backoff(longest=1.0)
        while True:
            try:
                await self._show_once(freed, backoff)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                if not backoff.failing:
                    _log.warning("lease_holder.lost", **origin_of(error))
                await asyncio.sleep(backoff.next_wait())

    async def _show_once(self, freed: Callable[[], None], backoff: Backoff) -> None:
        connection = await connect(self._database.url, timeout=5, command_timeout=30)
        try:
            number = self.number or secrets.randbits(62)
            await connection.execute("SELECT pg_advisory_lock($1)", number)
            self.number = number
            self.shown.set()
            backoff.reset()
            suspected: set[int] = set()
            while True:
                orphaned = {row["holder"] for row in await connection.fetch(_ORPHANED)}
                # Seen twice: a living consumer whose connection was cut has shown itself again by then.
                if gone := orphaned & suspected:
                    await connection.execute(_FREE, list(gone))
                    freed()
                suspected = orphaned - gone
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            connection.terminate()
