"""Transactions without a session: for changes that are made of statements alone.

What a session of SQLAlchemy does around a transaction costs three times what the driver takes for it. A change that
needs no entities, and whose statements are all known beforehand, is sent by the driver from BEGIN to COMMIT. The
connection is one of the engine's, so there are no more of them, and what holds for those holds for these: their
settings, their role, how many there may be, and that none is used again that is no good.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from rounds.data.read import Query, Row

# Of an engine: what its transactions begin with, besides BEGIN.
BEGINNING = "rounds.beginning"


class PlainTransaction:
    """A transaction that begins with its first statement.

    Args:
        bind: Where its connection comes from. Within the transaction of a connection it is a savepoint.

    Attributes:
        info: What is noted of it, as in the `info` of a session.
    """

    __slots__ = ("_bind", "_connection", "_driver", "_is_sound", "_transaction", "info")

    def __init__(self, bind: AsyncEngine | AsyncConnection) -> None:
        self._bind = bind
        self._connection: AsyncConnection | None = None
        self._driver: asyncpg.Connection[Any] | None = None
        self._transaction: Any = None  # asyncpg's, once it has begun
        self._is_sound = True
        self.info: dict[Any, Any] = {}

    def in_transaction(self) -> bool:
        """Whether it has begun, and is neither committed nor rolled back."""
        return self._connection is not None

    async def fetch(self, statement: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of a statement.

        Raises:
            asyncpg.PostgresError: when the database refuses it; the transaction is of no more use then.
            sqlalchemy.exc.TimeoutError: when no connection becomes free.
        """
        arguments = statement.bind(values)
        driver = self._driver or await self._begin()
        try:
            rows: Sequence[Row] = await driver.fetch(statement.sql, *arguments)
        except BaseException as error:
            await self._judge(error, driver)
            raise
        return rows

    async def commit(self) -> None:
        """Keep what was done. A statement after this begins the next transaction."""
        if self._transaction is not None:
            try:
                await self._transaction.commit()
            except BaseException as error:
                await self._judge(error, self._driver)
                raise
            self._transaction = None
        await self._release()

    async def rollback(self) -> None:
        """Undo what was done since the last commit."""
        if self._transaction is not None and self._is_sound:
            try:
                await self._transaction.rollback()
            except BaseException as error:
                await self._judge(error, self._driver)
                raise
        self._transaction = None
        await self._release()

    async def close(self) -> None:
        """Undo what is not committed, whatever has happened to the connection."""
        try:
            await self.rollback()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            self._is_sound = False  # with the connection the transaction has ended, too
            self._transaction = None
            await self._release()

    async def _begin(self) -> Any:
        self._is_sound = True
        bind = self._bind
        self._connection = connection = bind if isinstance(bind, AsyncConnection) else await bind.connect()
        driver = _driver_of(connection)
        if connection is bind and not driver.is_in_transaction():
            await connection.exec_driver_sql("SELECT")  # with its first statement SQLAlchemy begins what this is within
        transaction = driver.transaction()
        try:
            await transaction.start()
            self._transaction = transaction
            beginning = connection.sync_engine.get_execution_options().get(BEGINNING)
            if beginning is not None:
                await driver.execute(beginning)
        except BaseException as error:
            await self._judge(error, driver)
            raise
        self._driver = driver
        return driver

    async def _judge(self, error: BaseException, driver: "asyncpg.Connection[Any] | None") -> None:
        """Note whether the connection can be used after this."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError) and isinstance(self._bind, AsyncEngine):
            # After a failover all connections lead to the server that was; new ones find the one that takes writes.
            self._is_sound = False
            await self._bind.dispose()
        elif not isinstance(error, asyncpg.PostgresError) or driver is None or driver.is_closed():
            self._is_sound = False

    async def _release(self) -> None:
        connection, self._connection, self._driver = self._connection, None, None
        if connection is None or connection is self._bind:
            return
        try:
            if not self._is_sound:
                await connection.invalidate()
        finally:
            await connection.close()


def _driver_of(connection: AsyncConnection) -> Any:
    """The driver's connection, which is open already, so that nothing need be waited for."""
    return connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]  # it has been started


# What takes part in a transaction by statements alone takes either.
AnyTransaction = AsyncSession | PlainTransaction
