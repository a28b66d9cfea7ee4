"""Lists as iterators that fetch the next page when it is needed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar

from rounds_client import models

Row = TypeVar("Row")
Filters = ParamSpec("Filters")


class Page(TypedDict, Generic[Row]):
    """One page of any list."""

    data: list[Row]
    pagination: models.Pagination


async def every(
    call: Callable[Filters, Awaitable[Page[Row]]], *given: Filters.args, **filters: Filters.kwargs
) -> AsyncIterator[Row]:
    """Every row of a list, page after page; none is skipped or repeated while others insert and delete.

        async for patient in every(rounds.list_patients, sex="female"):
            ...

    Args:
        call: A method that answers pages.
        given: What it takes by place.
        filters: What it takes by name; `limit` is how many rows come with each request.
    """
    further: dict[str, Any] = dict(filters)
    while True:
        page = await call(*given, **further)
        for row in page["data"]:
            yield row
        if (cursor := page["pagination"]["next_cursor"]) is None:
            return
        further["cursor"] = cursor
        further.pop("offset", None)
