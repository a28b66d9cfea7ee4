"""PostgreSQL, in two manners.

`Tx` is a SQLAlchemy session in one transaction, committed **before** the response is sent. It is how anything changes.

`Read` runs one prepared statement on the asyncpg pool: no BEGIN, no ROLLBACK, no entities, one round trip. Statements
are composed with SQLAlchemy Core and compiled once, when a `Query` first runs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import uuid_utils.compat
from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, SelectBase, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect as AsyncpgDialect  # noqa: N812 - it is a class
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel

from rounds import clock
from rounds.problems import Problem
from rounds.statement_limits import StatementLimits, TooDear, Turns

# Names are deterministic, so that constraints can be found by name: by migrations, and by `on_violation`.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

# Trigram thresholds of the fuzzy searches; set when a connection starts, so no statement has to.
SESSION_SETTINGS = {
    "application_name": "rounds",
    "timezone": "UTC",
    "jit": "off",
    "pg_trgm.word_similarity_threshold": "0.45",
}


def new_id() -> UUID:
    """A UUIDv7: unique without asking anybody, and in order of time, which keeps indexes compact."""
    return uuid_utils.compat.uuid7()


def timestamp(*, default: bool = True, nullable: bool = False) -> Any:
    """A `timestamptz` column; by default the moment the row is made, or NULL where that is allowed."""
    options: dict[str, Any] = {"sa_type": DateTime(timezone=True), "nullable": nullable}
    if nullable:
        options["default"] = None
    elif default:
        options["default_factory"] = clock.now
    return Field(**options)


class Timestamped(SQLModel):
    """Columns of everything that can change: when, and how often."""

    version: int = Field(default=1, nullable=False)
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()

    def __init__(self, **values: Any) -> None:
        # Until the first change both are one moment, so that clients can compare them.
        at = clock.now()
        super().__init__(**{"created_at": at, "updated_at": at, **values})

    def touch(self) -> None:
        """Note a change: one version on, updated now."""
        self.version += 1
        self.updated_at = clock.now()


# Set in `session.info` when the session has published events; see `rounds.events`.
PUBLISHED = "rounds.published"

# A row of the read side: an asyncpg Record, which is a mapping in all but name.
Row = Mapping[str, Any]


class Query:
    """A Core statement, compiled for asyncpg the first time it runs, with its parameters by name.

    Make one per shape of statement and keep it: at module level, or from a cached function of the shape.
    """

    __slots__ = ("_defaults", "_names", "_processors", "_statement", "sql")

    _dialect: Any = AsyncpgDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped

    def __init__(self, statement: SelectBase) -> None:
        self._statement: SelectBase | None = statement
        self.sql = ""
        self._names: Sequence[str] = ()
        self._defaults: Mapping[str, Any] = {}
        self._processors: Mapping[str, Callable[[Any], Any]] = {}

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The positional arguments of the compiled statement.

        Raises:
            KeyError: for a parameter that has neither a value here nor a default in the statement.
        """
        if self._statement is not None:
            self._compile()
        defaults, processors = self._defaults, self._processors
        if not processors:
            return [values[name] if name in values else defaults[name] for name in self._names]
        bound = []
        for name in self._names:
            value = values[name] if name in values else defaults[name]
            process = processors.get(name)
            bound.append(process(value) if process else value)
        return bound

    def _compile(self) -> None:
        compiled: Any = self._statement.compile(dialect=self._dialect)  # type: ignore[union-attr]  # checked by the caller
        self.sql = compiled.string
        self._names = tuple(compiled.positiontup or ())
        # A named `bindparam` without a value is required; only literals within the statement have a default.
        self._defaults = {name: compiled.params[name] for name in self._names if not compiled.binds[name].required}
        self._processors = dict(compiled._bind_processors)  # noqa: SLF001 - the only place the dialect keeps them
        self._statement = None


class Read:
    """Reads, one round trip each. What may look at every row goes by way of `searches`."""

    __slots__ = ("_source", "searches")

    def __init__(
        self, source: "asyncpg.Pool[Any] | asyncpg.Connection[Any]", *, searches: "Read | None" = None
    ) -> None:
        self._source = source
        self.searches: Read = searches or self

    async def all(self, query: Query, /, **values: Any) -> list[Row]:
        """Every row."""
        arguments = query.bind(values)
        return await self._source.fetch(query.sql, *arguments)

    async def one(self, query: Query, /, **values: Any) -> Row | None:
        """The first row, or None."""
        arguments = query.bind(values)
        return await self._source.fetchrow(query.sql, *arguments)

    async def value(self, query: Query, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        arguments = query.bind(values)
        return await self._source.fetchval(query.sql, *arguments)


class _Searches(Read):
    """Reads that take turns."""

    __slots__ = ("_turns",)

    def __init__(self, source: "asyncpg.Pool[Any]", turns: Turns) -> None:
        super().__init__(source)
        self._turns = turns

    async def all(self, query: Query, /, **values: Any) -> list[Row]:
        """Every row."""
        async with self._turns.turn():
            return await super().all(query, **values)

    async def one(self, query: Query, /, **values: Any) -> Row | None:
        """The first row, or None."""
        async with self._turns.turn():
            return await super().one(query, **values)

    async def value(self, query: Query, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        async with self._turns.turn():
            return await super().value(query, **values)


class _ReadConnection(asyncpg.Connection):
    """Reads never change the session, so there is nothing to reset when a connection goes back to the pool."""

    def get_reset_query(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Database:
    """The open connections of one process."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: Read
    url: str
    # Set after every commit that published events; `rounds.announcer` waits for it.
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, pool_size: int, limits: StatementLimits | None = None
    ) -> AsyncIterator["Database"]:
        """Connect to `url` (`postgresql://…`), with up to `pool_size` connections for reads and as many for writes.

        With `limits` statements are given up after a while, and searches have a few connections of their own.
        """
        limits = limits or StatementLimits()
        engine = create_engine(url, pool_size=pool_size, seconds=limits.writes)
        at_once = limits.searches_at_once
        async with (
            _read_pool(url, pool_size, limits.reads, at_least=1) as pool,
            _read_pool(url, at_once, limits.searches, at_least=0) as searching,
        ):
            reads = Read(pool, searches=_Searches(searching, Turns(at_once)))
            try:
                yield cls(engine=engine, sessions=sessionmaker(engine), reads=reads, url=url)
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


def _read_pool(url: str, size: int, seconds: float | None, *, at_least: int) -> "asyncpg.Pool[Any]":
    return asyncpg.create_pool(
        url,
        min_size=at_least,
        max_size=size,
        connection_class=_ReadConnection,
        server_settings=SESSION_SETTINGS | StatementLimits.setting(seconds),
        command_timeout=60,
        # Without it every statement would be looked up and re-prepared when more than 100 shapes are in use.
        statement_cache_size=400,
    )


def create_engine(url: str, *, pool_size: int, seconds: float | None = None) -> AsyncEngine:
    """The SQLAlchemy engine for `url`, whose statements may take `seconds`."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"server_settings": SESSION_SETTINGS | StatementLimits.setting(seconds), "command_timeout": 60},
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


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """A session that is committed when the endpoint returns and rolled back when it raises.

    A handler that must keep what it wrote although it refuses the request commits by itself before raising.
    """
    database: Database = request.app.state.database
    async with database.sessions() as session:
        yield session
        await session.commit()
        database.committed(session)


async def reads(request: Request) -> Read:
    """The read side."""
    return request.app.state.database.reads  # type: ignore[no-any-return]  # app.state is untyped


# FastAPI would by default leave the dependency only after the response is sent, and a failing COMMIT would answer 200.
Tx = Annotated[AsyncSession, Depends(transaction, scope="function")]
Reads = Annotated[Read, Depends(reads)]

_violations: dict[str, Callable[[], Problem]] = {}


def on_violation(constraint: str, problem: Callable[[], Problem]) -> None:
    """Answer `problem` when the database refuses a write by `constraint`."""
    _violations[constraint] = problem


def problem_for(error: DBAPIError) -> Problem | None:
    """What to answer: the problem registered for the constraint that `error` names, or that it took too long."""
    if isinstance(getattr(error.orig, "__cause__", None), asyncpg.QueryCanceledError):
        return TooDear()
    if not isinstance(error, IntegrityError):
        return None
    make = _violations.get(constraint_of(error))
    return make() if make else None


def constraint_of(error: DBAPIError) -> str:
    """The name of the violated constraint, or an empty string."""
    cause = getattr(error.orig, "__cause__", None)
    return str(getattr(cause, "constraint_name", None) or "")


# The connection went away under us, in one of the ways asyncpg has of saying so, or PostgreSQL is not up yet or gave up
# a transaction that is fine to repeat (a deadlock, for one).
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TransactionRollbackError,
    OSError,
)


def is_outage(error: BaseException) -> bool:
    """Whether `error` says that the database is away for now, and not that the statement was wrong."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(getattr(error.orig, "__cause__", None), _PASSING)
    return isinstance(error, _PASSING)
