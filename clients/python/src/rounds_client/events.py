"""What happens in the ward, as it happens; interruptions are bridged."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import EventSource

from rounds_client.problems import RoundsProblem

_FIRST_SECONDS = 1.0
_MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream."""

    id: str
    type: str
    """E.g. `rounds.note.added`; `rounds.gap` means that some are no longer kept: read again what you show."""
    document: dict[str, Any]
    """The CloudEvent; what happened is in its `data`."""


async def listen(
    stream: Callable[[str | None], AbstractAsyncContextManager[httpx.Response]], last_event_id: str | None
) -> AsyncIterator[Event]:
    """Events for as long as the caller wants them.

    Args:
        stream: Opens a stream after an event.
        last_event_id: Begin after this one; None: with what happens from now on.

    Raises:
        RoundsProblem: when listening is refused.
    """
    wait = _FIRST_SECONDS
    while True:
        try:
            async with stream(last_event_id) as response:
                if response.is_error:
                    await response.aread()
                    raise RoundsProblem.of(response)
                async for message in EventSource(response).aiter_sse():
                    last_event_id, wait = message.id or last_event_id, _FIRST_SECONDS
                    if message.data:
                        yield Event(message.id, message.event, json.loads(message.data))
        except httpx.TransportError:
            await asyncio.sleep(wait)
            wait = min(2 * wait, _MOST_SECONDS)
        except RoundsProblem as problem:
            if problem.status != httpx.codes.SERVICE_UNAVAILABLE:
                raise
            await asyncio.sleep(wait)
            wait = min(2 * wait, _MOST_SECONDS)
