"""A read-through cache on Redis that cannot answer with what is no longer true.

Nothing is ever invalidated. An answer is kept under its whole identity, and that includes the *generation* of what it
was made from: a stamp in PostgreSQL that a writer replaces in its own transaction (`renew`). A reader asks for the
stamp first. So a slow reader that fills in what it loaded before a writer's commit fills it in under the old stamp,
where nobody looks any more; a writer that dies right after its commit leaves nothing stale behind; and a Redis that
forgets, restarts or is away makes answers slower, never wrong. It costs one read by primary key, which is why only
answers that are much dearer than that go through here.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

import orjson
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from rounds.data import Query, Read
from rounds.events.outbox import Generation
from rounds.viewer import context_of_nobody

_PREFIX = b"rounds:cache:"
_NONCE_BYTES = 12
_REST_SECONDS = 1.0  # after Redis failed, how long nobody asks it; else every answer would wait for its timeout
_log = structlog.get_logger("rounds.cache")

_STAMP = Query(select(col(Generation.stamp)).where(col(Generation.name) == bindparam("name")))
_RENEW = text("""
INSERT INTO generation (name, stamp) VALUES (:name, :stamp)
ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp
""")


async def renew(name: str, db: AsyncSession) -> None:
    """Make every answer of this generation a thing of the past, at the moment the transaction commits.

    Writers of one generation wait for each other from here until they commit, so call it late.
    """
    await db.execute(_RENEW, {"name": name, "stamp": uuid4()})


async def forget_everything(redis: "Redis") -> int:
    """Delete every kept answer, whatever it is about: they are sealed, and none tells whom. Answers how many."""
    forgotten = 0
    async for key in redis.scan_iter(match=_PREFIX + b"*", count=1_000):
        forgotten += await redis.unlink(key)
    return forgotten


def counter(registry: CollectorRegistry) -> Counter:
    """What a cache counts its answers in."""
    return Counter(
        "rounds_cache_total",
        "Answers asked of the cache, by outcome: hit, miss, or bypassed because Redis is away.",
        ("kind", "outcome"),
        registry=registry,
    )


class Cache:
    """Answers kept in Redis, sealed: what is in there is clinical, and Redis may be shared."""

    def __init__(self, redis: "Redis", reads: Read, *, key: bytes, outcomes: Counter | None = None) -> None:
        self._redis = redis
        self._reads = reads
        self._key = hashlib.blake2b(key, digest_size=32, person=b"rounds.cache").digest()
        self._cipher = ChaCha20Poly1305(self._key)
        self._flights: dict[bytes, asyncio.Task[Any]] = {}
        self._resting_until = 0.0
        self._outcomes = outcomes or counter(CollectorRegistry())

    async def through(
        self,
        kind: str,
        identity: Mapping[str, Any],
        load: Callable[[], Awaitable[Any]],
        *,
        generation: str | None,
        ttl_seconds: int | Callable[[Any], int],
    ) -> Any:
        """The answer from the cache, or else from `load`, which is then kept.

        Equal questions at the same time in one process are loaded once.

        Args:
            kind: What is asked; a short fixed name.
            identity: Everything the answer depends on, as JSON values.
            load: Makes the answer, as JSON values.
            generation: What the answer is made from, as its writers `renew` it; None when `identity` holds versions.
            ttl_seconds: When Redis may forget it, or a function of the answer that says so; 0: at once. It bounds
                memory, not staleness.
        """
        stamp = None
        if generation is not None:
            stamp = await self._reads.value(_STAMP, name=generation)
            if stamp is None:  # nobody has ever renewed it, so nothing tells this database from another one
                return _plain(await load())
        asked = orjson.dumps([kind, identity, generation, str(stamp)], option=orjson.OPT_SORT_KEYS)
        key = _PREFIX + hashlib.blake2b(asked, key=self._key, digest_size=24).hexdigest().encode()
        flight = self._flights.get(key)
        if flight is None:
            # What one is answered here others are too, so it is made for nobody in particular.
            flight = asyncio.create_task(
                self._look_or_load(kind, key, asked, load, ttl_seconds), context=context_of_nobody()
            )
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        # Shielded: whoever asked first may hang up, the others still want their answer.
        return await asyncio.shield(flight)

    async def _look_or_load(
        self, kind: str, key: bytes, asked: bytes, load: Callable[[], Awaitable[Any]], ttl: int | Callable[[Any], int]
    ) -> Any:
        away = time.monotonic() < self._resting_until
        kept = None if away else await self._ask(self._redis.get(key))
        found = self._opened(kept, asked)
        if found is not None:
            self._outcomes.labels(kind, "hit").inc()
            return orjson.loads(found)
        self._outcomes.labels(kind, "bypassed" if away else "miss").inc()
        loaded = await load()
        answer = orjson.dumps(loaded)
        seconds = ttl if isinstance(ttl, int) else ttl(loaded)
        if not away and seconds > 0:
            nonce = os.urandom(_NONCE_BYTES)
            sealed = nonce + self._cipher.encrypt(nonce, answer, asked)
            await self._ask(self._redis.set(key, sealed, ex=seconds))
        return orjson.loads(answer)

    async def _ask(self, question: Any) -> Any:
        """Redis's answer, or None and a rest when it has none."""
        try:
            return await question
        except (RedisError, OSError) as error:
            if time.monotonic() >= self._resting_until:
                _log.warning("cache.away", error=type(error).__name__)
            self._resting_until = time.monotonic() + _REST_SECONDS
            return None

    def _opened(self, kept: bytes | None, asked: bytes) -> bytes | None:
        """What was kept, if it is the answer to exactly this question and nobody changed it."""
        if not kept:
            return None
        try:
            return self._cipher.decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], asked)
        except (InvalidTag, ValueError):
            return None


def _plain(answer: Any) -> Any:
    """The answer as a hit would give it: tuples are lists, dates are text."""
    return orjson.loads(orjson.dumps(answer))
