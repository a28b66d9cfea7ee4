"""Lists: filters, sorting, and two ways of paging over the same order.

A cursor holds the sort values and the id of the last row seen, sealed with an AEAD, so that it is opaque, cannot be
altered, belongs to one list with one set of filters, and shows nobody the values (a name, say) that it carries through
a URL. The next page starts right behind those values (keyset paging), so it costs the same on any page and neither
skips nor repeats a row while others insert or delete.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, literal_column, or_, select, tuple_
from starlette.requests import Request
from starlette.responses import Response

from rounds.database import Query, Read, Row
from rounds.i18n import N_
from rounds.problems import Refusal, invalid

LARGEST_OFFSET = 10_000

_BAD_CURSOR = Refusal(
    "cursor",
    N_("This cursor is not valid for this list. Take next_cursor from a page with the same filters and sort."),
)
_TOO_DEEP = Refusal(
    "offset_too_large", N_("Offsets end at {maximum}. Page further with cursor: start with next_cursor of any page.")
)
_TWO_WAYS = Refusal("cursor_with_offset", N_("Send either cursor or offset, not both."))
_BAD_SORT = Refusal("sort", N_("Sort by {allowed}; put - before a field for descending order."))

Item = TypeVar("Item")


class ListQuery(BaseModel):
    """The parameters every list has. A slice adds its filters as further fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=200, description="Rows per page.")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before.")
    offset: int | None = Field(
        None, ge=0, json_schema_extra={"maximum": LARGEST_OFFSET}, description="Rows to skip, for numbered pages."
    )
    total: bool = Field(False, description="Also count all rows that match.")
    sort: str | None = Field(None, max_length=200, description="Fields, separated by commas; `-` before one descends.")

    @field_validator("offset")
    @classmethod
    def _shallow_and_alone(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value > LARGEST_OFFSET:
            raise _TOO_DEEP(maximum=LARGEST_OFFSET)
        if value is not None and info.data.get("cursor") is not None:
            raise _TWO_WAYS()
        return value


class Pagination(BaseModel):
    """Where this page stands."""

    limit: int = Field(examples=[50])
    count: int = Field(description="Rows on this page.", examples=[1])
    offset: int | None = Field(description="As asked for; null when paging by cursor.", examples=[0])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last.", examples=[None]
    )
    total: int | None = Field(description="All rows that match, when `total=true` asked for it.", examples=[None])


class Links(BaseModel):
    """Addresses of this page and the next."""

    self: str = Field(examples=["/patients?limit=50"])
    next: str | None = Field(examples=[None])


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    pagination: Pagination
    links: Links


class Cursors:
    """Seals and opens cursors with a key derived from the signing key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(hashlib.blake2b(key, digest_size=32, person=b"rounds.cursors").digest())

    def seal(self, values: Sequence[Any], *, context: str) -> str:
        """An opaque cursor for `values` that opens under the same `context` only."""
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, orjson.dumps([_plain(value) for value in values]), context.encode())
        return _text_of(nonce + sealed)

    def open(self, cursor: str, *, context: str) -> list[Any]:
        """The values in `cursor`.

        Raises:
            InvalidFields: when it was not sealed here, or for another list, other filters or another order.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            opened = orjson.loads(self._cipher.decrypt(raw[:12], raw[12:], context.encode()))
        except (ValueError, InvalidTag):
            raise invalid("?cursor", _BAD_CURSOR()) from None
        if _text_of(raw) != cursor:  # base64 leaves bits unused at its end, but one cursor has one spelling
            raise invalid("?cursor", _BAD_CURSOR())
        return [_revived(value) for value in opened]


def _text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date() | UUID():  # a datetime is a date too; the type's own name tells them apart again
            return {type(value).__name__ if isinstance(value, datetime | date) else "UUID": str(value)}
        case _:
            return value


_REVIVE: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "UUID": UUID,
}


def _revived(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _REVIVE[kind](text)
    return value


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
    """

    def __init__(
        self, name: str, rows: "Select[*tuple[Any, ...]]", *, sorts: Mapping[str, Any], default: str, key: Any
    ) -> None:
        self.name = name
        self._rows = rows
        self._sorts = dict(sorts)
        self._default = default
        self._key = key
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
    ) -> "Found":
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
        self._conditions.update(conditions)
        self._sorts.update(sorts or {})
        order = order if order is not None else self.order(query.sort)
        shape = tuple(sorted(conditions))
        context = f"{self.name}|{shape}|{order}|{sorted((name, str(value)) for name, value in values.items())}"
        after: dict[str, Any] = {}
        if query.cursor is not None:
            opened = cursors.open(query.cursor, context=context)
            after = {f"after_{place}": value for place, value in enumerate(opened)}
        statement = self._compiled(shape, order, query.limit + 1, bool(after), bool(query.offset))
        values |= unsealed or {}
        arguments = {**values, **after, "offset": query.offset}
        rows = await db.all(statement, **arguments)
        more, rows = len(rows) > query.limit, rows[: query.limit]
        total = await db.value(self._counted(shape), **values) if query.total else None
        next_cursor = None
        if more:
            last = rows[-1]
            next_cursor = cursors.seal([last[f"_key_{place}"] for place in range(len(order) + 1)], context=context)
        return Found(rows=rows, next_cursor=next_cursor, total=total, query=query)

    def _compile(self, shape: tuple[str, ...], order: Order, limit: int, after: bool, offset: bool) -> Query:
        columns = [self._sorts[name] for name, _ in order]
        # The tie-breaker runs the way the first key does, so that one index scan serves the common single-key order.
        directions = [descending for _, descending in order] + [order[0][1]]
        columns.append(self._key)
        keys = [column.label(f"_key_{place}") for place, column in enumerate(columns)]
        statement = self._rows.add_columns(*keys).where(*(self._conditions[name] for name in shape))
        if after:
            statement = statement.where(_behind(columns, directions))
        statement = statement.order_by(
            *(column.desc() if descends else column for column, descends in zip(columns, directions, strict=True))
        )
        # The limit is written out: with a parameter there the planner would guess a tenth of the table.
        statement = statement.limit(literal_column(str(limit)))
        if offset:
            statement = statement.offset(bindparam("offset", type_=Integer))
        return Query(statement)

    def _count(self, shape: tuple[str, ...]) -> Query:
        wanted = self._rows.where(*(self._conditions[name] for name in shape))
        return Query(select(func.count()).select_from(wanted.with_only_columns(self._key).subquery()))


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


class Found:
    """The rows of one page, to be turned into models and answered."""

    def __init__(self, *, rows: list[Row], next_cursor: str | None, total: int | None, query: ListQuery) -> None:
        self.rows = rows
        self.next_cursor = next_cursor
        self.total = total
        self.query = query

    def page(self, data: list[Item], request: Request, response: Response) -> Page[Item]:
        """The answer, with its links also in the `Link` header (RFC 8288)."""
        path = request.url.path
        asked = [
            (name, value) for name, value in request.query_params.multi_items() if name not in {"cursor", "offset"}
        ]
        here = urlencode(request.query_params.multi_items())
        links = Links(self=f"{path}?{here}" if here else path, next=None)
        header = [f'<{links.self}>; rel="self"']
        offset = self.query.offset
        if self.next_cursor is not None:
            step = (
                ("cursor", self.next_cursor)
                if offset is None or offset + self.query.limit > LARGEST_OFFSET
                else ("offset", str(offset + self.query.limit))
            )
            links.next = f"{path}?{urlencode([*asked, step])}"
            header.append(f'<{links.next}>; rel="next"')
        response.headers["Link"] = ", ".join(header)
        shown_offset = None if self.query.cursor is not None else offset or 0
        pagination = Pagination(
            limit=self.query.limit,
            count=len(data),
            offset=shown_offset,
            next_cursor=self.next_cursor,
            total=self.total,
        )
        # Every part was made here from checked parts; validating two hundred rows again would only cost.
        return Page.model_construct(data=data, pagination=pagination, links=links)
