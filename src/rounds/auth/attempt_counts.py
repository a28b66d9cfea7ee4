"""Attempts, and where they are counted: on Redis for all processes, or in one process for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, per subject; `name` tells it from other limits of the same subject."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was counted; keep it to give it back."""

    id: str
    keys: tuple[str, ...]


class Counts(Protocol):
    """Where attempts are counted."""

    async def reserve(self, attempt: Attempt, limits: Sequence[Limit], now: float) -> tuple[int, float]:
        """Count the attempt under each of its keys, or under none: then which limit is full (from 1), and how long."""

    async def give_back(self, attempt: Attempt) -> None:
        """Take the attempt out again."""

    async def clear(self, key: str) -> None:
        """Forget all attempts under the key."""


_SWEEP_AT = 10_000  # keys; by then most of them are of attempts long past

# A sorted set per key holds the attempts by their time. All limits are looked at before any attempt is counted.
_RESERVE = """
local now, attempt = tonumber(ARGV[1]), ARGV[2]
local full, wait = 0, 0
for i, key in ipairs(KEYS) do
  local most, seconds = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds)
  if redis.call('ZCARD', key) >= most then
    local first = redis.call('ZRANGE', key, -most, -most, 'WITHSCORES')
    local left = tonumber(first[2]) + seconds - now
    if left >= wait then full, wait = i, left end
  end
end
if full == 0 then
  for i, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, attempt)
    redis.call('EXPIRE', key, ARGV[2 * i + 2])
  end
end
return {full, tostring(wait)}
"""


class CountsOnRedis:
    """Counts for all processes."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._script = redis.register_script(_RESERVE)

    async def reserve(self, attempt: Attempt, limits: Sequence[Limit], now: float) -> tuple[int, float]:
        """See `Counts`."""
        bounds = [number for limit in limits for number in (limit.most, limit.seconds)]
        full, seconds = await self._script(keys=attempt.keys, args=[f"{now:.6f}", attempt.id, *bounds])
        return int(full), float(seconds)

    async def give_back(self, attempt: Attempt) -> None:
        """See `Counts`."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for key in attempt.keys:
                pipeline.zrem(key, attempt.id)
            await pipeline.execute()

    async def clear(self, key: str) -> None:
        """See `Counts`."""
        await self._redis.delete(key)


class CountsInProcess:
    """Counts for this process alone, in the same manner."""

    def __init__(self) -> None:
        self._sweep_at = _SWEEP_AT
        self._attempts: dict[str, dict[str, float]] = {}
        self._expiries: dict[str, float] = {}

    async def reserve(self, attempt: Attempt, limits: Sequence[Limit], now: float) -> tuple[int, float]:
        """See `Counts`."""
        full, wait = 0, 0.0
        for index, (key, limit) in enumerate(zip(attempt.keys, limits, strict=True), start=1):
            held = {id_: at for id_, at in self._attempts.get(key, {}).items() if at > now - limit.seconds}
            self._attempts[key] = held
            if len(held) >= limit.most:
                left = sorted(held.values())[-limit.most] + limit.seconds - now
                full, wait = (index, left) if left >= wait else (full, wait)
        if not full:
            for key, limit in zip(attempt.keys, limits, strict=True):
                self._attempts[key][attempt.id] = now
                self._expiries[key] = now + limit.seconds
        if len(self._attempts) > self._sweep_at:
            self._sweep(now)
        return full, wait

    async def give_back(self, attempt: Attempt) -> None:
        """See `Counts`."""
        for key in attempt.keys:
            self._attempts.get(key, {}).pop(attempt.id, None)

    async def clear(self, key: str) -> None:
        """See `Counts`."""
        self._attempts.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._expiries = {key: at for key, at in self._expiries.items() if at > now}
        self._attempts = {key: held for key, held in self._attempts.items() if held and key in self._expiries}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._attempts))
