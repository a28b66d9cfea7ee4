"""One page of a list, and its links."""

from typing import Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from rounds.data import Row
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
