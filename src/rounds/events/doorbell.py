"""Hears on Redis that there are new events. It only wakes; what happened stands in the outbox."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from rounds.backoff import Backoff
from rounds.events import CHANNEL, WORK_CHANNEL

_log = structlog.get_logger("rounds.events.doorbell")
Rung = Callable[[Sequence[str] | None], None]


class Doorbell:
    """Listens on the channels of events."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url

    async def listen(self, rung: Rung) -> None:
        """Call `rung` with the types of each message until cancelled, and with None whenever some may be missed."""
        backoff = Backoff()

        def heard(types: Sequence[str] | None) -> None:
            backoff.reset()
            rung(types)

        while True:
            try:
                await self._listen_once(heard)
            except (RedisError, OSError) as error:
                if not backoff.failing:
                    _log.warning("doorbell.silent", error=type(error).__name__)
                await asyncio.sleep(backoff.next_wait())

    async def _listen_once(self, rung: Rung) -> None:
        async with (
            Redis.from_url(self._url, socket_connect_timeout=1, socket_timeout=None, health_check_interval=10) as redis,
            redis.pubsub(ignore_subscribe_messages=True) as channel,
        ):
            await channel.subscribe(CHANNEL, WORK_CHANNEL)
            rung(None)
            while True:
                message = await channel.get_message(timeout=5.0)
                if message is not None:
                    rung(_types(message["data"]))


def _types(data: Any) -> list[str] | None:
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None  # anybody may publish there; looking costs little
    if isinstance(told, list):
        return [str(name) for name in told]
    return [str(told.get("type"))] if isinstance(told, dict) else None
