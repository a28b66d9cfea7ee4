"""Limits on attempts, counted on Redis and, while Redis is away, in the process itself.

An attempt is counted before it is made, against several limits at once, and given back when it turns out well: so no
number of attempts at the same time slips through. Windows move: what counts are any so many seconds, not those that
started when the counter did. While Redis does not answer, each process counts for itself, so attempts are never
unlimited and nobody is locked out by the outage.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from rounds import clock
from rounds.auth.attempt_counts import Attempt, Counts, CountsInProcess, CountsOnRedis, Limit
from rounds.data import new_id

_log = structlog.get_logger("rounds.auth.rate_limiter")
_PAUSE_SECONDS = 2.0  # how long Redis is left alone after it failed, so that an outage does not slow every sign-in
_PREFIX = "{rounds:limit}"  # the braces keep all keys on one node of a cluster, where a script can reach them

_Found = TypeVar("_Found")


class LimitReached(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The attempt was one too many and was not counted.

    Args:
        limit: The limit that takes longest to let another attempt through.
        seconds: Whole seconds until then, at least 1.
    """

    def __init__(self, limit: Limit, seconds: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.seconds = seconds


class RateLimiter:
    """Counts attempts against limits."""

    def __init__(self, redis_url: str, *, key: bytes) -> None:
        self._key = key
        self._redis = Redis.from_url(
            redis_url, socket_connect_timeout=0.25, socket_timeout=0.5, retry=Retry(NoBackoff(), 1)
        )
        self.shared = CountsOnRedis(self._redis)
        self._local = CountsInProcess()
        self._away_until = 0.0

    async def reserve(self, counted: Sequence[tuple[Limit, str]]) -> Attempt:
        """Count one attempt, against each limit for its subject.

        Raises:
            LimitReached: when one of them was full already; then it is counted against none.
        """
        limits = [limit for limit, _ in counted]
        attempt = Attempt(str(new_id()), tuple(self._name(limit, subject) for limit, subject in counted))
        now = clock.now().timestamp()
        full, seconds = await self._either(lambda counts: counts.reserve(attempt, limits, now))
        if full:
            raise LimitReached(limits[full - 1], max(1, ceil(seconds)))
        return attempt

    async def give_back(self, attempt: Attempt) -> None:
        """Uncount an attempt that was none: it turned out well, or could not be made."""
        await self._local.give_back(attempt)  # where it is counted if Redis was away just then
        await self._either(lambda counts: counts.give_back(attempt))

    async def clear(self, limit: Limit, subject: str) -> None:
        """Forget the attempts of `subject`."""
        key = self._name(limit, subject)
        await self._local.clear(key)
        await self._either(lambda counts: counts.clear(key))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()

    def _name(self, limit: Limit, subject: str) -> str:
        # Keyed and one-way: neither usernames nor addresses stand in Redis.
        named = f"{limit.name}:{subject}".encode("utf-8", "replace")
        return f"{_PREFIX}:{hashlib.blake2b(named, key=self._key[:64], digest_size=16).hexdigest()}"

    async def _either(self, count: Callable[[Counts], Awaitable[_Found]]) -> _Found:
        if time.monotonic() >= self._away_until:
            try:
                return await count(self.shared)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + _PAUSE_SECONDS
                _log.warning("ratelimit.redis_away", error=type(error).__name__)
        return await count(self._local)
