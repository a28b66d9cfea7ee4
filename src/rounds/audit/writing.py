"""Writes the gathered views: over a connection of their own, so that they wait for nobody's transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import structlog

from rounds.audit.event import AuditEvent
from rounds.audit.recording import the_store
from rounds.audit.views import Views, Write
from rounds.data import SESSION_SETTINGS, Database, connect
from rounds.data.roles import as_role
from rounds.observability.logging import origin_of

_CLOSING_SECONDS = 5.0  # so long a stopping program tries to write what it has
_log = structlog.get_logger("rounds.audit")


def within_transaction(database: Database) -> Write:
    """Write in a transaction of `database`, for those who do not keep a connection open for it."""

    async def write(events: Sequence[AuditEvent]) -> None:
        async with database.transaction() as db:
            raw = await (await db.connection()).get_raw_connection()
            await the_store().add_views(events, raw.driver_connection)  # type: ignore[arg-type]  # asyncpg's own

    return write


class _OwnConnection:
    """A connection that is opened when it is first used, and opened anew after any trouble."""

    def __init__(self, url: str, role: str | None) -> None:
        self._url = url
        self._settings = SESSION_SETTINGS | as_role(role)
        self._connection: asyncpg.Connection[Any] | None = None

    async def write(self, events: Sequence[AuditEvent]) -> None:
        """Store the events, all or none."""
        if self._connection is None:
            self._connection = await connect(self._url, timeout=5, command_timeout=30, server_settings=self._settings)
        try:
            await the_store().add_views(events, self._connection)
        except BaseException:  # it may lead to a server that another has replaced
            self._connection.terminate()
            self._connection = None
            raise

    async def close(self) -> None:
        """Close it, if it is open."""
        if self._connection is not None:
            await self._connection.close(timeout=2)
            self._connection = None


@asynccontextmanager
async def keep_written(
    views: Views, database: Database, show_waiting: Callable[[int], None] = lambda _: None
) -> AsyncIterator[None]:
    """Within the block views are written as they come; at its end all are written.

    Args:
        views: What is gathered.
        database: Where it goes.
        show_waiting: Is told how many wait, before and after each writing.
    """
    connection = _OwnConnection(database.url, database.role)
    views.write = connection.write
    task = asyncio.create_task(views.keep_written(show_waiting))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await views.flush()
        except Exception as error:  # noqa: BLE001 - nothing else can be done; it has to be known
            _log.error("views.lost", count=views.waiting, **origin_of(error))
        with suppress(Exception):
            await connection.close()
