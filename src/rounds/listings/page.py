"""One page of a list, and its links."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from rounds.data import Row
from rounds.http.answers import json_bytes
from rounds.listings.query import LARGEST_OFFSET, ListQuery

Item = TypeVar("Item")


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


class Found:
    """The rows of one page, to be turned into models and answered."""

    def __init__(self, *, rows: list[Row], next_cursor: str | None, total: int | None, query: ListQuery) -> None:
        self.rows = rows
        self.next_cursor = next_cursor
        self.total = total
        self.query = query

    def page(self, data: list[Item], request: Request, response: Response) -> Page[Item]:
        """The page as a model, with its links also in the `Link` header (RFC 8288)."""
        links, response.headers["Link"] = self._links(request)
        # Every part was made here from checked parts; validating two hundred rows again would only cost.
        return Page.model_construct(
            data=data, pagination=Pagination.model_construct(**self._pagination(len(data))), links=Links(**links)
        )

    def answer(self, data: Sequence[Mapping[str, Any] | BaseModel], request: Request) -> Response:
        """The page as an answer, with its links also in the `Link` header (RFC 8288)."""
        links, header = self._links(request)
        document = {"data": data, "pagination": self._pagination(len(data)), "links": links}
        return Response(json_bytes(document), media_type="application/json", headers={"Link": header})

    def _pagination(self, count: int) -> dict[str, Any]:
        return {
            "limit": self.query.limit,
            "count": count,
            "offset": None if self.query.cursor is not None else self.query.offset or 0,
            "next_cursor": self.next_cursor,
            "total": self.total,
        }

    def _links(self, request: Request) -> tuple[dict[str, str | None], str]:
        """The links as the page shows them, and as the header has them."""
        path, asked = request.url.path, request.query_params.multi_items()
        here = f"{path}?{urlencode(asked)}" if asked else path
        if self.next_cursor is None:
            return {"self": here, "next": None}, f'<{here}>; rel="self"'
        offset = self.query.offset
        step = (
            ("cursor", self.next_cursor)
            if offset is None or offset + self.query.limit > LARGEST_OFFSET
            else ("offset", str(offset + self.query.limit))
        )
        kept = [(name, value) for name, value in asked if name not in {"cursor", "offset"}]
        beyond = f"{path}?{urlencode([*kept, step])}"
        return {"self": here, "next": beyond}, f'<{here}>; rel="self", <{beyond}>; rel="next"'
