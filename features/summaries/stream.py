"""A summary as server-sent events: whom it is about, each statement once it has been checked, then the whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
from sse_starlette import EventSourceResponse

from features.patients import PatientNotFound
from features.summaries import handler, persistence
from features.summaries.schema import StatementRead
from features.summaries.shape import Options
from features.summaries.writing import Writer, heading_of
from rounds.cache import Cache
from rounds.database import Database

_HEARTBEAT_SECONDS = 10


async def answer(
    patient_id: UUID, options: Options, *, refresh: bool, database: Database, cache: Cache, writer: Writer
) -> EventSourceResponse:
    """The stream.

    Raises:
        PatientNotFound: when there is no such patient; nothing has been sent then.
    """
    standing = await persistence.find_standing(patient_id, handler.kind_of(options, writer), database.reads)
    if standing is None:
        raise PatientNotFound
    heading = {"patient_id": patient_id, **heading_of(standing).model_dump()}
    told: asyncio.Queue[tuple[str, StatementRead] | None] = asyncio.Queue()

    async def tell(title: str, statement: StatementRead) -> None:
        await told.put((title, statement))

    async def make() -> handler.Made:
        try:
            return await handler.summarise(
                patient_id, options, refresh=refresh, database=database, cache=cache, writer=writer, tell=tell
            )
        finally:
            await told.put(None)

    return EventSourceResponse(_events(heading, told, make), ping=_HEARTBEAT_SECONDS)


async def _events(heading: dict[str, Any], told: asyncio.Queue[Any], make: Any) -> AsyncIterator[dict[str, str]]:
    making = asyncio.create_task(make())
    try:
        yield _event("heading", heading)
        sent: set[str] = set()
        while (each := await told.get()) is not None:
            title, statement = each
            sent.add(statement.text)
            yield _event("statement", {"section": title, **statement.model_dump(mode="json")})
        summary = orjson.loads((await making).body)
        # What nobody told on the way: all of a summary that was kept, or that did without a model.
        for section in summary["sections"]:
            for statement in section["statements"]:
                if statement["text"] not in sent:
                    yield _event("statement", {"section": section["title"], **statement})
        yield _event("done", summary)
    finally:
        # Whoever hangs up does not end what others may be waiting for; the cache shields it.
        making.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await making


def _event(kind: str, data: Any) -> dict[str, str]:
    return {"event": kind, "data": orjson.dumps(data, default=str).decode()}
