"""A summary as server-sent events: whom it is about, each statement once it has been checked, then the whole."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any, Protocol

import orjson
import structlog
from sse_starlette import EventSourceResponse

from features.summaries.handler import Asked, Made
from features.summaries.schema import SummaryStatement
from features.summaries.writing import Tell, heading_of
from rounds.data.unavailability import outage_of
from rounds.observability.logging import origin_of
from rounds.problems import Crash, Problem

_HEARTBEAT_SECONDS = 10
_log = structlog.get_logger("features.summaries")


class Summarise(Protocol):
    """Makes the summary."""

    def __call__(self, *, tell: Tell) -> Awaitable[Made]:
        """Make it, and tell each statement as soon as it has been checked."""


def answer(asked: Asked, summarise: Summarise, *, language: str) -> EventSourceResponse:
    """The stream; problems that come up on the way are told in `language`."""
    return EventSourceResponse(_events(asked, summarise, language), ping=_HEARTBEAT_SECONDS)


async def _events(asked: Asked, summarise: Summarise, language: str) -> AsyncIterator[dict[str, str]]:
    told: asyncio.Queue[tuple[str, SummaryStatement] | None] = asyncio.Queue()

    async def tell(title: str, statement: SummaryStatement) -> None:
        await told.put((title, statement))

    async def make() -> Made:
        try:
            return await summarise(tell=tell)
        finally:
            await told.put(None)

    making = asyncio.create_task(make())
    try:
        yield _event("heading", {"patient_id": asked.patient_id, **heading_of(asked.standing).model_dump()})
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
    except Exception as error:  # noqa: BLE001 - the status has been sent; this is the only way left to say it
        problem = error if isinstance(error, Problem) else outage_of(error) or Crash()
        _log.error("summary.stream_failed", patient_id=str(asked.patient_id), **origin_of(error))
        yield _event("error", problem.document(language))
    finally:
        # Whoever hangs up does not end what others may be waiting for; the cache shields it.
        making.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await making


def _event(kind: str, data: Any) -> dict[str, str]:
    return {"event": kind, "data": orjson.dumps(data, default=str).decode()}
