"""Tells an outage of the database from a mistake in a statement."""

import asyncpg
from sqlalchemy.exc import DBAPIError

# The connection went away under us, in one of the ways asyncpg has of saying so, or PostgreSQL is not up yet, or has no
# room or no right to write, or gave up a transaction that is fine to repeat (a deadlock, for one).
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
    OSError,
)


def is_outage(error: BaseException) -> bool:
    """Whether `error` says that the database is away for now, and not that the statement was wrong."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(getattr(error.orig, "__cause__", None), _PASSING)
    return isinstance(error, _PASSING)
