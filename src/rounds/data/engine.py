"""The open connections of one process: a pool for reads, and one of transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from rounds.data.read import Read, ReadConnection

# Trigram thresholds of the fuzzy searches; set when a connection starts, so no statement has to.
SESSION_SETTINGS = {
    "application_name": "rounds",
    "timezone": "UTC",
    "jit": "off",
    "pg_trgm.word_similarity_threshold": "0.45",
}


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
    # Set after every commit that published events; `rounds.events.announcer` waits for it.
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, pool_size: int) -> AsyncIterator["Database"]:
        """Connect to `url` (`postgresql://…`), with up to `pool_size` connections for reads and as many for writes."""
        engine = create_engine(url, pool_size=pool_size)
        async with asyncpg.create_pool(
            url,
            min_size=1,
            max_size=pool_size,
            connection_class=ReadConnection,
            server_settings=SESSION_SETTINGS,
            command_timeout=60,
            # Without it every statement would be looked up and re-prepared when more than 100 shapes are in use.
            statement_cache_size=400,
        ) as pool:
            try:
                yield cls(engine=engine, sessions=sessionmaker(engine), reads=Read(pool), url=url)
            finally:
                await engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction outside a request, e.g. in the consumer or a command."""
        async with self.sessions() as session:
            async with session.begin():
                yield session
            self.committed(session)

    def committed(self, session: AsyncSession) -> None:
        """Ring the bell if `session`, which has just committed, published events."""
        if session.info.pop(PUBLISHED, False):
            self.bell.set()


def create_engine(url: str, *, pool_size: int) -> AsyncEngine:
    """The SQLAlchemy engine for `url`."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"server_settings": SESSION_SETTINGS, "command_timeout": 60},
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def alive(connection: Any, record: Any, proxy: Any) -> None:
        # After a restart of the database the pool holds dead connections; this looks at them without a round trip.
        del record, proxy
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


def sessionmaker(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
