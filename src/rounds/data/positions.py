"""How far in the write-ahead log a replica must have come for an account to be shown what is there.

An account must see what it has written itself, whichever process it speaks to; and nobody may be shown what somebody
has deleted or restricted. So after such a commit, and before it is answered, the position that the log has reached is
noted in Redis, for the account or for everybody, in one sorted set whose scores only grow (`ZADD GT`): writers need not
wait for each other to keep the higher one.

A look at the positions begins after the reader has asked for it, and many readers share one: the positions cost a round
trip to Redis for each of them, and hardly any time of a processor. When Redis has forgotten, the first who notices
notes where the log stands now, for everybody: what had been noted before lies below that.
"""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from redis.asyncio import Redis

from rounds.data.read import Query, Read

_EVERYBODY = "everybody"
_SINCE = "since"  # where the log stood when Redis knew nothing

Looked = list[tuple[str, "asyncio.Future[int]"]]


class Positions:
    """The positions that accounts must be shown, in Redis.

    Args:
        redis: Where they are.
        primary: Reads on the primary.
        at: How to ask it where the log stands.
        system: Identifies the cluster: positions of another one mean nothing.
    """

    def __init__(self, redis: "Redis", primary: Read, at: Query, system: int) -> None:
        self._redis = redis
        self._primary = primary
        self._at = at
        self._key = f"rounds:positions:{system}"
        self._waiting: Looked = []
        self._looking: asyncio.Task[None] | None = None

    async def note(self, position: int, accounts: Iterable[UUID], *, for_everybody: bool) -> None:
        """Have these accounts, or everybody, shown what was written up to `position`.

        Raises:
            RedisError: when it cannot be noted.
            OSError: the same.
        """
        names = [str(account) for account in accounts] + ([_EVERYBODY] if for_everybody else [])
        if names:
            await self._redis.zadd(self._key, dict.fromkeys(names, position), gt=True)

    async def of(self, account: UUID) -> int:
        """How far a replica must have come for this account.

        Raises:
            RedisError: when nobody knows.
            OSError: the same.
        """
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((str(account), found))
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return await found

    async def _look(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                try:
                    await self._answer(asked)
                except Exception as error:  # noqa: BLE001 - it is for those who asked
                    for _, found in asked:
                        if not found.done():
                            found.set_exception(error)
        finally:
            self._looking = None

    async def _answer(self, asked: Looked) -> None:
        names = list({name for name, _ in asked})
        everybody, since, *scores = await self._redis.zmscore(self._key, [_EVERYBODY, _SINCE, *names])
        if since is None:
            since = await self._primary.value(self._at)
            await self._redis.zadd(self._key, {_SINCE: since}, gt=True)
        least = max(everybody or 0, since)
        needed = {name: max(least, score or 0) for name, score in zip(names, scores, strict=True)}
        for name, found in asked:
            if not found.done():
                found.set_result(int(needed[name]))
