"""Limits on attempts, counted on Redis and, while Redis is away, in the process itself.

Built on `limits` with a moving window: of any 15 minutes, not of those that started when the counter did. While Redis
does not answer, each process counts for itself, so attempts are never unlimited and nobody is locked out by the outage.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any, TypeVar

import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

_log = structlog.get_logger("rounds.auth.rate_limits")
_PAUSE_SECONDS = 2.0  # how long Redis is left alone after it failed, so that an outage does not slow every sign-in

Result = TypeVar("Result")


class RateLimiter:
    """Counts attempts against limits."""

    def __init__(self, redis_url: str, *, key: bytes) -> None:
        self._key = key
        scheme = "async+redis+unix" if redis_url.startswith("unix://") else "async+redis"
        storage = RedisStorage(
            f"{scheme}://{redis_url.partition('://')[2]}",
            implementation="redispy",
            key_prefix="rounds:limit",
            socket_connect_timeout=0.25,
            socket_timeout=0.5,
        )
        self._storage = storage
        self._shared = MovingWindowRateLimiter(storage)
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    async def hit(self, limit: RateLimitItem, subject: str) -> bool:
        """Count one attempt; False when the limit was already reached (then it is not counted)."""
        name = self._name(subject)
        return await self._either(lambda limiter: limiter.hit(limit, name))

    async def allows(self, limit: RateLimitItem, subject: str) -> bool:
        """Whether another attempt would be let through."""
        name = self._name(subject)
        return await self._either(lambda limiter: limiter.test(limit, name))

    async def clear(self, limit: RateLimitItem, subject: str) -> None:
        """Forget the attempts of `subject`."""
        name = self._name(subject)
        await self._local.clear(limit, name)
        await self._either(lambda limiter: limiter.clear(limit, name))

    async def wait(self, limit: RateLimitItem, subject: str) -> int:
        """Whole seconds until the next attempt is let through, at least 1."""
        name = self._name(subject)
        stats = await self._either(lambda limiter: limiter.get_window_stats(limit, name))
        return max(1, ceil(stats.reset_time - time.time()))

    async def close(self) -> None:
        """Let go of the connections."""
        bridge: Any = self._storage.bridge
        await bridge.get_connection().aclose()

    def _name(self, subject: str) -> str:
        # Keyed and one-way: neither usernames nor addresses stand in Redis.
        return hashlib.blake2b(subject.encode("utf-8", "replace"), key=self._key[:64], digest_size=16).hexdigest()

    async def _either(self, attempt: Callable[[MovingWindowRateLimiter], Awaitable[Result]]) -> Result:
        if time.monotonic() >= self._away_until:
            try:
                return await attempt(self._shared)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + _PAUSE_SECONDS
                _log.warning("ratelimit.redis_away", error=type(error).__name__)
        return await attempt(self._local)
