"""Statements of a session's transaction that go straight to the driver.

What a session does around a statement costs more than a small statement itself. Those whose answer is a plain row, and
that are part of nearly every change (events, the audit trail), need none of it: they are compiled once and sent over
the connection that the session holds, within its transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import ref

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from rounds.data.plain_transactions import AnyTransaction, PlainTransaction
from rounds.data.read import Query, Row

_DRIVER = "rounds.driver"  # in the session's info: its transaction, and the driver's connection


def _of_none() -> None:
    """Stands for the transaction of a session that has not had one."""


async def send(statement: Query, db: AnyTransaction, values: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a statement in the transaction of `db`. What is not flushed yet is not seen by it.

    Raises:
        asyncpg.PostgresError: when the database refuses it; the transaction is of no more use then.
        DBAPIError: the same, when the statement is the first of a session's transaction.
    """
    if isinstance(db, PlainTransaction):
        return await db.fetch(statement, values)
    arguments = statement.bind(values)
    known, driver = db.info.get(_DRIVER, (_of_none, None))
    transaction = _innermost(db)
    if transaction is None or known() is not transaction:
        driver = await db.run_sync(_driver_of)
        if driver.is_closed() or not driver.is_in_transaction():  # SQLAlchemy sees to both
            result = await (await db.connection()).exec_driver_sql(statement.sql, tuple(arguments))
            return [dict(row) for row in result.mappings()] if result.returns_rows else []
        db.info[_DRIVER] = ref(_innermost(db)), driver
    try:
        rows: Sequence[Row] = await driver.fetch(statement.sql, *arguments)
    except Exception:
        if driver.is_closed():  # as SQLAlchemy finds out of those that it sends itself
            await (await db.connection()).invalidate()
        raise
    return rows


def _innermost(db: AsyncSession) -> Any:
    """The session's transaction or savepoint: of either the database learns only when the session is used in it."""
    return db.sync_session.get_nested_transaction() or db.sync_session.get_transaction()


def _driver_of(session: Session) -> "asyncpg.Connection[Any]":
    driver: Any = session.connection().connection.driver_connection
    return driver  # type: ignore[no-any-return]  # SQLAlchemy knows of drivers only that they are some
