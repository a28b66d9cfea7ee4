"""A list whose best rows come first, found in stages: what is sure first, what only resembles it last.

To rank by likeness, every row that matches has to be looked at, a hundred thousand for two letters. But nearly all who
search find whom they mean among the sure matches, which an index serves in their order. So each stage is a statement of
its own, and the next one is sent only when the page is not full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from rounds.data import Read, Row
from rounds.listings.cursors import Cursors
from rounds.listings.listing import Listing, Order, after_of, keys_of
from rounds.listings.page import Found
from rounds.listings.query import ListQuery


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows that stand before those of all later stages.

    Attributes:
        name: The same name must always mean the same condition and order.
        condition: Which rows; none that an earlier stage has.
        order: Sort columns, by name.
        looks_at_all: Whether every row has to be looked at anyway, so that they are counted on the way.
    """

    name: str
    condition: ColumnElement[bool]
    order: Order
    looks_at_all: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """What is searched for.

    Attributes:
        name: The same name must always mean the same condition and stages.
        condition: What the rows of all stages together fulfil.
        stages: The stages, best first.
        sorts: The columns that only their orders refer to; the names start with `_`.
    """

    name: str
    condition: ColumnElement[bool]
    stages: Sequence[Stage]
    sorts: Mapping[str, Any]


async def fetch_in_stages(
    listing: Listing,
    query: ListQuery,
    db: Read,
    cursors: Cursors,
    *,
    staged: Staged,
    where: Mapping[str, ColumnElement[bool]],
    values: Mapping[str, Any],
) -> Found[Row]:
    """One page of rows, stage by stage.

    Args:
        listing: The list.
        query: What the client asked for.
        db: Where to read.
        cursors: Seals the next cursor and opens the one given.
        staged: What is searched for.
        where: Further conditions of this request, as for `Listing.fetch`.
        values: The parameters of all conditions.
    """
    conditions = {**where, staged.name: staged.condition}
    listing.learn(conditions, staged.sorts)
    listing.learn({stage.name: stage.condition for stage in staged.stages}, {})
    context = f"{listing.name}|{sorted(conditions)}|{sorted((name, str(value)) for name, value in values.items())}"
    start, after = 0, []
    if query.cursor is not None:
        start, *after = cursors.open(query.cursor, context=context)
    walk = _Walk(listing, query, db.searches, tuple(sorted(where)), values)
    await walk.through(staged.stages, start, after)
    total = None
    if query.total:
        total = walk.known_total
        if total is None:
            total = int(await db.searches.value(listing.count(tuple(sorted(conditions))), **values))
    rows, next_cursor = walk.found[: query.limit], None
    if len(walk.found) > query.limit:
        place, last = rows[-1]
        next_cursor = cursors.seal([place, *keys_of(last, staged.stages[place].order)], context=context)
    return Found([row for _, row in rows], next_cursor=next_cursor, total=total, query=query)


class _Walk:
    """The way through the stages, until there are enough rows."""

    def __init__(
        self, listing: Listing, query: ListQuery, db: Read, shape: tuple[str, ...], values: Mapping[str, Any]
    ) -> None:
        self._listing = listing
        self._limit = query.limit + 1
        self._query = query
        self._db = db
        self._shape = shape
        self._values = values
        self._to_skip = query.offset or 0
        self.found: list[tuple[int, Row]] = []  # each with the place of its stage
        self.known_total: int | None = None  # where it came to light on the way

    async def through(self, stages: Sequence[Stage], start: int, after: Sequence[Any]) -> None:
        """Collect the rows of these stages, from a place on and behind the row with these keys."""
        from_the_start = self._query.cursor is None and not self._to_skip
        for place in range(start, len(stages)):
            is_last = place == len(stages) - 1
            counts = from_the_start and is_last and self._query.total and stages[place].looks_at_all
            rows = await self._rows(stages[place], after, counted=counts)
            before = len(self.found)
            self.found += [(place, row) for row in rows[: self._limit - before]]
            if counts:
                self.known_total = before + (rows[0]["_total"] if rows else 0)
            if len(self.found) == self._limit:
                return
            after = []
        if from_the_start:
            self.known_total = len(self.found)

    async def _rows(self, stage: Stage, after: Sequence[Any], *, counted: bool) -> Sequence[Row]:
        shape = (*self._shape, stage.name)
        statement = self._listing.statement(
            shape, stage.order, self._limit, after=bool(after), offset=bool(self._to_skip), counted=counted
        )
        rows = await self._db.all(statement, **self._values, **after_of(after), offset=self._to_skip)
        if rows:
            self._to_skip = 0
        elif self._to_skip:
            self._to_skip -= await self._db.value(self._listing.count(shape), **self._values)
        return rows
