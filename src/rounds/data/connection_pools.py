"""The open connections of one process: a pool for reads, and one of transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from rounds.data import transaction_pooler
from rounds.data.connecting import connect
from rounds.data.held_connections import HeldConnections
from rounds.data.plain_transactions import BEGINNING, AnyTransaction, PlainTransaction
from rounds.data.read import Read, ReadConnection, Searches
from rounds.data.replica import Replica, ReplicaAddress, opened
from rounds.data.roles import as_role
from rounds.data.statement_limits import StatementLimits
from rounds.data.turns import Turns

# Trigram thresholds of the fuzzy searches; set when a connection starts, so no statement has to.
SESSION_SETTINGS = {
    "application_name": "rounds",
    "timezone": "UTC",
    "jit": "off",
    "pg_trgm.word_similarity_threshold": "0.45",
}

# Of searches the best plan depends on what is looked for. After five executions PostgreSQL would keep to one that fits
# none, and takes five times as long for a common surname; planning takes half a millisecond.
_OF_SEARCHES = {"plan_cache_mode": "force_custom_plan"}

# Set in `session.info` when from the commit on nobody may be shown what was there before: deleted, or restricted.
WITHDRAWN = "rounds.withdrawn"
# Set in `session.info` when the session has published events; see `rounds.events`.
PUBLISHED = "rounds.published"
# There too: the patients whom those events are about.
CONCERNED = "rounds.concerned"


@dataclass(frozen=True, slots=True)
class Database:
    """The open connections of one process."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: Read
    url: str
    role: str | None = None
    # Set after every commit that published events; `rounds.events.announcer` waits for it.
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    replica: Replica | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        pool_size: int,
        limits: StatementLimits | None = None,
        role: str | None = None,
        replica: ReplicaAddress | None = None,
        pooler_url: str | None = None,
    ) -> AsyncIterator["Database"]:
        """Connect to `url` (`postgresql://…`), with up to `pool_size` connections for reads and as many for writes.

        With `limits` statements are given up after a while, and searches have a few connections of their own. With a
        `role` they have its rights, and no others. With a `replica` there are as many connections for reads to that.
        With a `pooler_url` all these go through a pooler that lends connections for a transaction at a time.
        """
        limits = limits or StatementLimits()
        through, is_pooled = pooler_url or url, pooler_url is not None
        engine = create_engine(through, pool_size=pool_size, seconds=limits.writes, role=role, is_pooled=is_pooled)
        at_once = limits.searches_at_once
        make_pool = partial(_read_pool, limits=limits, role=role)
        async with (
            make_pool(through, pool_size, searches=False, is_pooled=is_pooled, min_size=1) as pool,
            make_pool(through, at_once, searches=True, is_pooled=is_pooled) as searching,
            AsyncExitStack() as more,
        ):
            held, held_for_searches = HeldConnections(pool, pool_size), HeldConnections(searching, at_once)
            reads = Read(held, searches=Searches(held_for_searches, Turns(at_once)))
            try:
                found = None
                if replica is not None:
                    sizes = pool_size, at_once
                    found = await more.enter_async_context(opened(replica, reads, sizes=sizes, pool=make_pool))
                yield cls(engine=engine, sessions=sessionmaker(engine), reads=reads, url=url, role=role, replica=found)
            finally:
                await more.aclose()
                await held.close()
                await held_for_searches.close()
                await engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction outside a request, e.g. in the consumer or a command."""
        async with self.sessions() as session:
            async with session.begin():
                yield session
            await self.committed(session)

    def plain(self) -> PlainTransaction:
        """A transaction without a session, which is yet to begin. Where sessions are within another one, so is it."""
        return PlainTransaction(self.sessions.kw["bind"])

    @asynccontextmanager
    async def plain_transaction(self) -> AsyncIterator[PlainTransaction]:
        """`transaction` without a session."""
        db = self.plain()
        try:
            yield db
            await db.commit()
        finally:
            await db.close()
        await self.committed(db)

    async def committed(self, session: AnyTransaction, *, withdrawn: bool = False) -> None:
        """Ring the bell if `session`, which has just committed, published events, and tell how far replicas must be.

        `withdrawn`: it has deleted something, so that from now on nobody may be shown it.
        """
        if session.info.pop(PUBLISHED, False):
            self.bell.set()
        if self.replica is not None:
            await self.replica.committed(for_everybody=session.info.pop(WITHDRAWN, False) or withdrawn)


def _read_pool(
    url: str,
    size: int,
    *,
    searches: bool,
    limits: StatementLimits,
    role: str | None,
    is_pooled: bool = False,
    **more: Any,
) -> "asyncpg.Pool[Any]":
    settings = SESSION_SETTINGS | StatementLimits.setting(limits.searches if searches else limits.reads) | as_role(role)
    if searches:
        settings |= _OF_SEARCHES
    options: dict[str, Any] = {
        "min_size": 0,
        "connect": connect,
        "connection_class": ReadConnection,
        "server_settings": settings,
        # Without it every statement would be looked up and re-prepared when more than 100 shapes are in use.
        "statement_cache_size": 400,
    }
    if is_pooled:
        options |= transaction_pooler.options(settings)
    pool: asyncpg.Pool[Any] = asyncpg.create_pool(url, max_size=size, command_timeout=60, **(options | more))
    return pool


def create_engine(
    url: str, *, pool_size: int, seconds: float | None = None, role: str | None = None, is_pooled: bool = False
) -> AsyncEngine:
    """The SQLAlchemy engine for `url`, whose statements may take `seconds`, with the rights of `role`.

    `is_pooled`: by way of a pooler that lends connections for a transaction at a time.
    """
    settings = SESSION_SETTINGS | StatementLimits.setting(seconds) | as_role(role)
    options: dict[str, Any] = {"server_settings": settings}
    statements: dict[str, Any] = {}
    if is_pooled:
        options = transaction_pooler.options(settings)
        options.pop("init")  # its transactions are begun by SQLAlchemy
        statements = {"prepared_statement_cache_size": 0, "prepared_statement_name_func": str}
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(connect, url, command_timeout=60, **options),
        connect_args=statements,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
    )
    if is_pooled:
        for_transaction = transaction_pooler.for_transaction(settings)
        engine.update_execution_options(**{BEGINNING: for_transaction})

        @event.listens_for(engine.sync_engine, "begin")
        def begun(connection: Any) -> None:
            connection.exec_driver_sql(for_transaction)

    @event.listens_for(engine.sync_engine, "checkout")
    def alive(connection: Any, record: Any, proxy: Any) -> None:
        # After a restart of the database the pool holds dead connections; this looks at them without a round trip.
        del record, proxy
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    @event.listens_for(engine.sync_engine, "handle_error")
    def moved(context: Any) -> None:
        # After a failover the pool's connections lead to the server that was; new ones find the one that takes writes.
        if isinstance(getattr(context.original_exception, "__cause__", None), asyncpg.ReadOnlySQLTransactionError):
            context.is_disconnect = True

    return engine


def sessionmaker(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
