"""A list: its rows, filters and sort orders, and two ways of paging over the same order."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, literal_column, or_, select, tuple_

from rounds.data import Query, Read, Row
from rounds.i18n import N_
from rounds.listings.cursors import Cursors
from rounds.listings.page import Found
from rounds.listings.query import ListQuery
from rounds.problems import Refusal, invalid

_FAR = 1000  # rows that are skipped have to be read as well
_BAD_SORT = Refusal("sort", N_("Sort by {allowed}; put - before a field for descending order."))


Order = tuple[tuple[str, bool], ...]
"""Sort keys by name, each with whether it descends."""


class Listing:
    """What one list can do: its columns, its sort keys, its default order. Statements are compiled once per shape.

    Args:
        name: Tells this list's cursors from those of others.
        rows: The select without filters of the request, order and limit.
        sorts: The columns behind each name of `sort`; none may be null. Ship an index with each.
        default: The order when none is asked for.
        key: The unique column that breaks ties, an id.
        sees_restricted: Whether it may show what belongs to restricted records; see `Query`.
    """

    def __init__(
        self,
        name: str,
        rows: "Select[*tuple[Any, ...]]",
        *,
        sorts: Mapping[str, Any],
        default: str,
        key: Any,
        sees_restricted: bool = False,
    ) -> None:
        self.name = name
        self._rows = rows
        self._sorts = dict(sorts)
        self._default = default
        self._key = key
        self._sees_restricted = sees_restricted
        self._compiled = lru_cache(maxsize=1024)(self._compile)
        self._counted = lru_cache(maxsize=256)(self._count)
        self._conditions: dict[str, ColumnElement[bool]] = {}

    def order(self, sort: str | None) -> Order:
        """The order that `sort` asks for.

        Raises:
            InvalidFields: when it names what cannot be sorted by, or one field twice.
        """
        parts = [part.strip() for part in (sort or self._default).split(",")]
        order = tuple((part.removeprefix("-"), part.startswith("-")) for part in parts)
        names = [name for name, _ in order]
        allowed = sorted(name for name in self._sorts if not name.startswith("_"))
        if any(name not in allowed for name in names) or len(set(names)) != len(names):
            raise invalid("?sort", _BAD_SORT(allowed=", ".join(allowed)))
        return order

    async def fetch(
        self,
        query: ListQuery,
        db: Read,
        cursors: Cursors,
        *,
        where: Mapping[str, ColumnElement[bool]] | None = None,
        values: Mapping[str, Any] | None = None,
        order: Order | None = None,
        sorts: Mapping[str, Any] | None = None,
        unsealed: Mapping[str, Any] | None = None,
    ) -> "Found[Row]":
        """One page of rows.

        Args:
            query: What the client asked for.
            db: Where to read.
            cursors: Seals the next cursor and opens the one given.
            where: Conditions of this request by the name of their shape: the same name must always mean the same SQL.
            values: The parameters of those conditions.
            order: Instead of `query.sort`, an order the caller has worked out.
            sorts: Columns that only `order` refers to; their names start with `_` and, again, always mean the same.
            unsealed: Further parameters, which may differ from page to page, such as the moment of the request.
        """
        conditions, values = dict(where or {}), dict(values or {})
        self.learn(conditions, sorts or {})
        order = order if order is not None else self.order(query.sort)
        shape = tuple(sorted(conditions))
        context = f"{self.name}|{shape}|{order}|{sorted((name, str(value)) for name, value in values.items())}"
        after = after_of(cursors.open(query.cursor, context=context)) if query.cursor is not None else {}
        statement = self.statement(shape, order, query.limit + 1, after=bool(after), offset=bool(query.offset))
        values |= unsealed or {}
        if query.total or getattr(query, "q", None) is not None or (query.offset or 0) > _FAR:
            db = db.searches
        rows = await db.all(statement, **values, **after, offset=query.offset)
        more, rows = len(rows) > query.limit, rows[: query.limit]
        total = await self._total(query, rows, more=more, shape=shape, values=values, db=db) if query.total else None
        next_cursor = cursors.seal(keys_of(rows[-1], order), context=context) if more else None
        return Found(rows, next_cursor=next_cursor, total=total, query=query)

    def learn(self, conditions: Mapping[str, ColumnElement[bool]], sorts: Mapping[str, Any]) -> None:
        """Take in conditions and sort columns that `statement` and `count` then know by name."""
        self._conditions.update(conditions)
        self._sorts.update(sorts)

    def statement(
        self, shape: tuple[str, ...], order: Order, limit: int, *, after: bool, offset: bool, counted: bool = False
    ) -> Query:
        """The statement for one page.

        Args:
            shape: The names of its conditions.
            order: The sort columns, by name.
            limit: How many rows.
            after: Whether it begins behind a row, whose keys are its parameters (`after_of`).
            offset: Whether it skips rows, as many as the parameter `offset` says.
            counted: Whether each row says in `_total` how many there are. Then all of them are looked at.
        """
        return self._compiled(shape, order, limit, after, offset, counted)

    def count(self, shape: tuple[str, ...]) -> Query:
        """The statement that counts the rows of a shape."""
        return self._counted(shape)

    async def _total(
        self, query: ListQuery, rows: Sequence[Row], *, more: bool, shape: tuple[str, ...], values: Any, db: Read
    ) -> int:
        """How many rows there are; nothing is counted where the page ends the list."""
        offset = query.offset or 0
        if query.cursor is None and not more and (rows or not offset):
            return offset + len(rows)
        return int(await db.value(self.count(shape), **values))

    def _compile(
        self, shape: tuple[str, ...], order: Order, limit: int, after: bool, offset: bool, counted: bool
    ) -> Query:
        columns = [self._sorts[name] for name, _ in order]
        # The tie-breaker runs the way the first key does, so that one index scan serves the common single-key order.
        directions = [descending for _, descending in order] + [order[0][1]]
        columns.append(self._key)
        keys = [column.label(f"_key_{place}") for place, column in enumerate(columns)]
        # What is ordered by no column of the table is sorted whole. So its rows are chosen by keys alone, and only the
        # chosen ones are read in full.
        is_computed = any(name.startswith("_") for name, _ in order)
        statement = self._rows.with_only_columns(*keys) if is_computed else self._rows.add_columns(*keys)
        statement = statement.where(*(self._conditions[name] for name in shape))
        if counted:
            statement = statement.add_columns(func.count().over().label("_total"))
        if after:
            statement = statement.where(_behind(columns, directions))
        statement = statement.order_by(*_ordered(columns, directions))
        # The limit is written out: with a parameter there the planner would guess a tenth of the table.
        statement = statement.limit(literal_column(str(limit)))
        if offset:
            statement = statement.offset(bindparam("offset", type_=Integer))
        if is_computed:
            chosen = statement.cte("chosen").prefix_with("MATERIALIZED")
            places = [chosen.c[f"_key_{place}"] for place in range(len(columns))]
            statement = (
                self._rows.add_columns(*chosen.c)
                .join(chosen, self._key == places[-1])
                .order_by(*_ordered(places, directions))
            )
        return Query(statement, sees_restricted=self._sees_restricted)

    def _count(self, shape: tuple[str, ...]) -> Query:
        wanted = self._rows.where(*(self._conditions[name] for name in shape))
        counted = select(func.count()).select_from(wanted.with_only_columns(self._key).subquery())
        return Query(counted, sees_restricted=self._sees_restricted)


def _ordered(columns: Sequence[Any], descending: Sequence[bool]) -> list[Any]:
    return [column.desc() if descends else column for column, descends in zip(columns, descending, strict=True)]


def keys_of(row: Row, order: Order) -> list[Any]:
    """What a cursor keeps of a row: where it stands in the order."""
    return [row[f"_key_{place}"] for place in range(len(order) + 1)]


def after_of(keys: Sequence[Any]) -> dict[str, Any]:
    """The parameters of a statement that begins behind the row with these keys."""
    return {f"after_{place}": value for place, value in enumerate(keys)}


def _behind(columns: Sequence[Any], descending: Sequence[bool]) -> ColumnElement[bool]:
    """The condition for rows that come after the cursor's row in the order."""
    marks: list[Any] = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(columns)]
    if len(set(descending)) == 1:  # one direction: a row comparison, which an index scan can start from
        row, mark = tuple_(*columns), tuple_(*marks)
        return row < mark if descending[0] else row > mark
    alternatives = []
    for place, column in enumerate(columns):
        beyond = column < marks[place] if descending[place] else column > marks[place]
        alternatives.append(and_(*(columns[i] == marks[i] for i in range(place)), beyond))
    start = columns[0] <= marks[0] if descending[0] else columns[0] >= marks[0]
    return and_(start, or_(*alternatives))
