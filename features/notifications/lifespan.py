"""Keeps what messages leave by and what streams of events are fed from, one of each for a process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from features.notifications.adapters import Adapters
from features.notifications.hub import Hub
from rounds.lifespan import Platform


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[list[object]]:
    """The adapters, and a hub that rests until somebody listens."""
    settings = platform.settings
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
    hub = Hub(platform.database, redis_url=redis_url, poll_seconds=settings.poll_seconds)
    try:
        yield [Adapters.of(settings), hub]
    finally:
        hub.close()
