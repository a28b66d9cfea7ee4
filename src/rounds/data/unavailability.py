"""Why PostgreSQL takes no work for now: what its refusals mean to a client, and whether it would refuse the next write.

The refusals go by PostgreSQL's codes: 53100 is a full disk, 25006 a server that only reads (as after a failover), the
rest of class 53 a want of memory or connections; class 28 is that it does not let this server in (any more).
"""

import asyncio
import errno
import time

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rounds.data import Database, is_outage
from rounds.embedded import Condition
from rounds.i18n import N_
from rounds.problems import Unavailable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class StorageFull(Unavailable):
    """The disk of the database is full. Nothing of this request was stored; it will be accepted once there is room."""

    code = "storage_full"
    title = N_("The storage is full")
    detail = N_("The server has no room left to store anything. Nothing of this request was kept; send it again later.")

    def __init__(self) -> None:
        super().__init__(seconds=10)


class DatabaseReadOnly(Unavailable):
    """The database accepts no changes at the moment, for instance while another server takes over. Try again."""

    code = "database_read_only"
    title = N_("Nothing can be changed right now")
    detail = N_("The database accepts no changes at the moment. Nothing of this request was kept; send it again soon.")

    def __init__(self) -> None:
        super().__init__(seconds=2)


class DatabaseOverloaded(Unavailable):
    """The database has no memory or connections left for this request. Try again shortly."""

    code = "database_overloaded"
    title = N_("Too much at once")
    detail = N_("The database cannot take on more work at the moment. Send the request again shortly.")

    def __init__(self) -> None:
        super().__init__(seconds=2)


class EngineDown(Unavailable):
    """An engine that the server runs itself has ended and is being started again. Try again shortly."""

    code = "engine_down"
    title = N_("Being started again")
    detail = N_("A part of the server has ended and is being started again. Try again in a moment.")


def outage_of(error: BaseException) -> Unavailable | None:
    """The problem to answer with when `error` says that the database takes no work for now; None when it does not."""
    cause = error
    if isinstance(error, DBAPIError):
        cause = getattr(error.orig, "__cause__", None) or error
    match getattr(cause, "sqlstate", None):
        case "53100":
            return StorageFull()
        case "25006":
            return DatabaseReadOnly()
        case str(code) if code.startswith("53"):
            return DatabaseOverloaded()
        case str(code) if code.startswith("28"):
            return Unavailable()  # the password was changed, and another server knows the new one
    if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
        return StorageFull()
    return Unavailable() if isinstance(error, PoolTimeout) or is_outage(error) else None


def engine_trouble(condition: Condition) -> Unavailable | None:
    """The problem to answer with while an embedded engine is down."""
    down = condition.down()
    if not down:
        return None
    return StorageFull() if "storage_full" in down.values() else EngineDown()


# Some of a sort that does not fit into this little memory goes to the disk, and to nowhere else.
_SPILL = (
    "SELECT set_config('work_mem', '64kB', true)",
    "SELECT count(*) FROM (SELECT n FROM generate_series(1, 8000) AS n ORDER BY n DESC OFFSET 0) AS sorted",
)
_REMEMBERED_SECONDS = 5.0  # a refused write counts for so long, even if what is tried here succeeds
_FRESH_SECONDS = 1.0  # who asks more often gets the last answer again


class Writability:
    """Whether the database would take a write: from what it lately refused, and from trying."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._refused: tuple[float, Unavailable] | None = None
        self._tried: tuple[float, Unavailable | None] | None = None
        self._trying = asyncio.Lock()

    async def refused(self, problem: Unavailable) -> None:
        """Remember what a request was refused with."""
        if isinstance(problem, StorageFull | DatabaseReadOnly):
            self._refused = (time.monotonic(), problem)
        if isinstance(problem, DatabaseReadOnly):
            await self._database.reads.renew()

    async def trouble(self) -> Unavailable | None:
        """What stands in the way of a write, or None."""
        if self._refused and time.monotonic() - self._refused[0] < _REMEMBERED_SECONDS:
            return self._refused[1]
        async with self._trying:
            if self._tried is None or time.monotonic() - self._tried[0] >= _FRESH_SECONDS:
                self._tried = (time.monotonic(), await self._try())
            return self._tried[1]

    async def _try(self) -> Unavailable | None:
        try:
            async with self._database.sessions() as db:
                if (await db.execute(text("SHOW transaction_read_only"))).scalar() == "on":
                    await (await db.connection()).invalidate()  # another one may lead to a server that does
                    return DatabaseReadOnly()
                for statement in _SPILL:
                    await db.execute(text(statement))
                await db.rollback()
        except (DBAPIError, PoolTimeout, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return outage_of(error)
        return None
