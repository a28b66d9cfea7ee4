"""One page of a list, and its links."""

import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from rounds.http.answers import json_bytes
from rounds.listings.query import LARGEST_OFFSET, ListQuery

Item = TypeVar("Item")
Shown = TypeVar("Shown")
Model = TypeVar("Model", bound=BaseModel)
# How a model's name ends that says how something is shown, not what it is.
_OF_READING = re.compile(r"(Read|Found|With[A-Z][a-z]+)$")


class Pagination(BaseModel):
    """Where this page stands."""

    limit: int = Field(examples=[50])
    count: int = Field(description="Rows on this page.", examples=[1])
    offset: int | None = Field(description="As asked for; null when paging by cursor.", examples=[0])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last.", examples=[None]
    )
    total: int | None = Field(description="All rows that match, when `total=true` asked for it.", examples=[None])


class PageLinks(BaseModel):
    """Addresses of this page and the next."""

    self: str = Field(examples=["/patients?limit=50"])
    next: str | None = Field(examples=[None])


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    pagination: Pagination
    links: PageLinks

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """What clients call a page: `PatientPage`, whichever of the models of patients is on it."""
        return _OF_READING.sub("", params[0].__name__) + "Page"


class Found(Generic[Item]):
    """One page of a list: what it shows, and where it stands in the list.

    A list fetches rows; its handler puts in their place what clients see of them (`showing`).
    """

    def __init__(self, data: Sequence[Item], *, next_cursor: str | None, total: int | None, query: ListQuery) -> None:
        self.data = data
        self.next_cursor = next_cursor
        self.total = total
        self.query = query

    def showing(self, data: Sequence[Shown]) -> "Found[Shown]":
        """The same page with `data` in the place of its rows, one for each."""
        return Found(data, next_cursor=self.next_cursor, total=self.total, query=self.query)

    def as_models(self, model: type[Model]) -> "Found[Model]":
        """The same page with each of its rows as a model."""
        rows: Sequence[Any] = self.data
        return self.showing([model(**row) for row in rows])

    def answer(self, request: Request, *, exclude_unset: bool = False) -> Response:
        """The page as an answer, with its links also in the `Link` header (RFC 8288).

        Args:
            request: What asked for it.
            exclude_unset: See `json_bytes`.
        """
        links, header = self._links(request)
        document = {"data": self.data, "pagination": self._pagination(len(self.data)), "links": links}
        content = json_bytes(document, exclude_unset=exclude_unset)
        return Response(content, media_type="application/json", headers={"Link": header})

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
