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

from rounds.data.connecting import connect
from rounds.data.held_connections import HeldConnections
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
    ) -> AsyncIterator["Database"]:
        """Connect to `url` (`postgresql://…`), with up to `pool_size` connections for reads and as many for writes.

        With `limits` statements are given up after a while, and searches have a few connections of their own. With a
        `role` they have its rights, and no others. With a `replica` there are as many connections for reads to that.
        """
        limits = limits or StatementLimits()
        engine = create_engine(url, pool_size=pool_size, seconds=limits.writes, role=role)
        at_once = limits.searches_at_once
        make_pool = partial(_read_pool, limits=limits, role=role)
        async with (
            make_pool(url, pool_size, searches=False, min_size=1) as pool,
            make_pool(url, at_once, searches=True) as searching,
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

    async def committed(self, session: AsyncSession, *, withdrawn: bool = False) -> None:
        """Ring the bell if `session`, which has just committed, published events, and tell how far replicas must be.

        `withdrawn`: it has deleted something, so that from now on nobody may be shown it.
        """
        if session.info.pop(PUBLISHED, False):
            self.bell.set()
        if self.replica is not None:
            await self.replica.committed(for_everybody=session.info.pop(WITHDRAWN, False) or withdrawn)


def _read_pool(
    url: str, size: int, *, searches: bool, limits: StatementLimits, role: str | None, **options: Any
) -> "asyncpg.Pool[Any]":
    settings = SESSION_SETTINGS | StatementLimits.setting(limits.searches if searches else limits.reads) | as_role(role)
    options = {"min_size": 0, "connect": connect, "connection_class": ReadConnection, **options}
    pool: asyncpg.Pool[Any] = asyncpg.create_pool(
        url,
        max_size=size,
        server_settings=settings | (_OF_SEARCHES if searches else {}),
        command_timeout=60,
        # Without it every statement would be looked up and re-prepared when more than 100 shapes are in use.
        statement_cache_size=400,
        **options,
    )
    return pool


def create_engine(url: str, *, pool_size: int, seconds: float | None = None, role: str | None = None) -> AsyncEngine:
    """The SQLAlchemy engine for `url`, whose statements may take `seconds`, with the rights of `role`."""
    settings = SESSION_SETTINGS | StatementLimits.setting(seconds) | as_role(role)
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(connect, url, server_settings=settings, command_timeout=60),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
    )

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
