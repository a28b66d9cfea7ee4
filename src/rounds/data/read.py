"""Reads: one prepared statement on the asyncpg pool, one round trip, no transaction and no entities."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Insert, SelectBase, Table, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect as AsyncpgDialect  # noqa: N812 - it is a class
from sqlalchemy.sql import visitors

from rounds.data.held_connections import HeldConnections
from rounds.data.turns import Turns
from rounds.viewer import VIEWER

# A row of the read side: an asyncpg Record, which is a mapping in all but name.
Row = Mapping[str, Any]


class Query:
    """A Core statement, compiled for asyncpg the first time it runs, with its parameters by name.

    Make one per shape of statement and keep it: at module level, or from a cached function of the shape.
    """

    __slots__ = ("_defaults", "_late", "_processors", "_sees_restricted", "_statement", "names", "sql")

    _dialect: Any = AsyncpgDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped

    def __init__(self, statement: SelectBase | TextClause | Insert, *, sees_restricted: bool = False) -> None:
        """Keep `statement`, which may be about patients; `sees_restricted`: also about those not everybody may see."""
        self._statement: SelectBase | TextClause | Insert | None = statement
        self._sees_restricted = sees_restricted
        self.sql = ""
        self.names: Sequence[str] = ()
        self._defaults: Mapping[str, Any] = {}
        self._processors: Mapping[str, Callable[[Any], Any]] = {}
        self._late: Sequence[tuple[str, Callable[[], Any]]] = ()

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The positional arguments of the compiled statement.

        Raises:
            KeyError: for a parameter that has neither a value here nor a default in the statement.
        """
        if self._statement is not None:
            self.compile()
        if self._late:
            values = {**{name: ask() for name, ask in self._late}, **values}
        defaults, processors = self._defaults, self._processors
        if not processors:
            return [values[name] if name in values else defaults[name] for name in self.names]
        bound = []
        for name in self.names:
            value = values[name] if name in values else defaults[name]
            process = processors.get(name)
            bound.append(process(value) if process else value)
        return bound

    def compile(self) -> None:
        """Compile the statement, unless that has been done; it is done anyway when the statement first runs.

        Raises:
            TypeError: when it is about patients, and says neither who may see what nor that nobody is shown anything.
        """
        if self._statement is None:
            return
        compiled: Any = self._statement.compile(dialect=self._dialect)
        if not self._sees_restricted and VIEWER.key not in compiled.binds and (found := _of_patients(self._statement)):
            raise TypeError(
                f"a statement about {', '.join(found)} shows records whoever looks: compose it with "
                "`features.patients.visible`, or say `sees_restricted=True` where nobody is shown anything"
            )
        self.sql = compiled.string
        self.names = tuple(compiled.positiontup or ())
        # A named `bindparam` without a value is required; only literals within the statement have a default.
        self._defaults = {name: compiled.params[name] for name in self.names if not compiled.binds[name].required}
        # What is only known when the statement runs, such as who looks.
        self._late = [(name, ask) for name in self._defaults if (ask := compiled.binds[name].callable) is not None]
        self._processors = dict(compiled._bind_processors)  # noqa: SLF001 - the only place the dialect keeps them
        self._statement = None


def _of_patients(statement: Any) -> list[str]:
    """The tables within `statement` whose rows belong to patients."""
    tables = (each for each in visitors.iterate(statement) if isinstance(each, Table))
    return sorted({each.name for each in tables if each.name == "patient" or "patient_id" in each.c})


class Source(Protocol):
    """Where statements go."""

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """Every row."""

    async def fetchrow(self, statement: str, *arguments: Any) -> Any:
        """The first row, or None."""

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""


class Read:
    """Reads, one round trip each. What may look at every row goes by way of `searches`.

    Attributes:
        source: Where statements go: connections, one connection, or what stands in for them.
        searches: The reads that take turns.
    """

    __slots__ = ("searches", "source")

    def __init__(self, source: "Source | asyncpg.Connection[Any]", *, searches: "Read | None" = None) -> None:
        self.source = source
        self.searches: Read = searches or self

    @property
    def ahead(self) -> "Read":
        """The same for what others wait for: its turn comes first."""
        return Read(self.source.ahead) if isinstance(self.source, HeldConnections) else self

    async def all(self, query: Query, /, **values: Any) -> list[Row]:
        """Every row."""
        arguments = query.bind(values)
        return await self.source.fetch(query.sql, *arguments)

    async def one(self, query: Query, /, **values: Any) -> Row | None:
        """The first row, or None."""
        arguments = query.bind(values)
        return await self.source.fetchrow(query.sql, *arguments)

    async def value(self, query: Query, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        arguments = query.bind(values)
        return await self.source.fetchval(query.sql, *arguments)

    async def renew(self) -> None:
        """Read over new connections from now on: the old ones may lead to a server that another has replaced."""
        if isinstance(self.source, HeldConnections):
            await self.source.renew()
        if self.searches is not self:
            await self.searches.renew()


class Searches(Read):
    """Reads that take turns."""

    __slots__ = ("turns",)

    def __init__(self, source: Source, turns: Turns) -> None:
        super().__init__(source)
        self.turns = turns

    async def all(self, query: Query, /, **values: Any) -> list[Row]:
        """Every row."""
        async with self.turns.turn():
            return await super().all(query, **values)

    async def one(self, query: Query, /, **values: Any) -> Row | None:
        """The first row, or None."""
        async with self.turns.turn():
            return await super().one(query, **values)

    async def value(self, query: Query, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        async with self.turns.turn():
            return await super().value(query, **values)


class ReadConnection(asyncpg.Connection):
    """Reads never change the session, so there is nothing to reset when a connection goes back to the pool."""

    def get_reset_query(self) -> str:
        """Nothing."""
        return ""
