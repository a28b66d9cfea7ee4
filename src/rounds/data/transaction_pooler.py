"""Connections through a pooler that lends a server for one transaction at a time (PgBouncer's `pool_mode=transaction`).

Between two transactions the server behind such a connection may be another one. So nothing is kept on it: statements
are prepared without a name and used within the transaction in which they were prepared, and the settings of a session,
with them the role whose rights it has, are made for each transaction (`SET LOCAL`). What a pooler is told to ignore
when a connection starts, it ignores without a word; a role must not be among it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from rounds.data.read import ReadConnection

# What a pooler knows how to keep for each of its clients.
AT_START = {"application_name": "rounds"}


def for_transaction(settings: Mapping[str, str]) -> str:
    """A statement that makes these settings until the transaction ends."""
    quoted = ((name.replace("'", "''"), value.replace("'", "''")) for name, value in settings.items())
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in quoted)


class PooledConnection(ReadConnection):
    """A connection whose statements are each a transaction, unless they are part of one."""

    beginning = "BEGIN"

    @asynccontextmanager
    async def within_transaction(self) -> AsyncIterator[None]:
        """A transaction around the block, begun with the settings, in one round trip."""
        if self.is_in_transaction():
            yield
            return
        await self.execute(self.beginning)
        try:
            yield
        except BaseException:
            if not self.is_closed():
                await self.execute("ROLLBACK")
            raise
        await self.execute("COMMIT")

    async def fetch(self, *arguments: Any, **options: Any) -> Any:
        """Every row."""
        async with self.within_transaction():
            return await super().fetch(*arguments, **options)

    async def fetchrow(self, *arguments: Any, **options: Any) -> Any:
        """The first row, or None."""
        async with self.within_transaction():
            return await super().fetchrow(*arguments, **options)

    async def fetchval(self, *arguments: Any, **options: Any) -> Any:
        """The first column of the first row, or None."""
        async with self.within_transaction():
            return await super().fetchval(*arguments, **options)

    async def set_type_codec(self, *arguments: Any, **options: Any) -> None:
        """Set a codec; asyncpg looks the type up with a statement that it prepares."""
        async with self.within_transaction():
            await super().set_type_codec(*arguments, **options)


def options(settings: Mapping[str, str]) -> dict[str, Any]:
    """Asyncpg's options for such connections, with these settings in each transaction."""
    return {
        "connection_class": PooledConnection,
        "server_settings": AT_START,
        "statement_cache_size": 0,
        "init": partial(_begin_with, f"BEGIN; {for_transaction(settings)}"),
    }


async def _begin_with(beginning: str, connection: PooledConnection) -> None:
    connection.beginning = beginning
