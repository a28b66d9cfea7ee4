"""Whose turn it is at the child processes: none waits for all that others have sent, nor the short for the long.

A few lanes work beside each other. What is long may fill all of them but one, so that a short task soon finds a lane.
Of those that wait, the next is of the account that has least under way, has lately been worked for least, and was last
served longest ago; within an account the short go before the long, and otherwise who came first.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

# Up to so many characters or bytes a task is short: a note has some thousands.
SHORT = 20_000
_HALVED_AFTER_SECONDS = 30.0  # how quickly it is forgotten what an account has used
_ACCOUNTS = 10_000  # whose use is remembered; then those of whom little is left are forgotten

Lane = TypeVar("Lane")


class Busy(Exception):  # noqa: N818 - a state of the world, not a mistake
    """As many callers are waiting as may, or it took too long until one was served; come back later."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Lane]):
    whose: Hashable
    long: bool
    number: int
    turn: "asyncio.Future[Lane]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class FairQueue(Generic[Lane]):
    """Hands out lanes, one to each caller.

    Args:
        lanes: What is handed out.
        waiting: How many callers may wait; of one account half as many.
    """

    def __init__(self, lanes: Sequence[Lane], *, waiting: int) -> None:
        self._free = list(lanes)
        self._lanes = len(lanes)
        self._most_long = max(1, len(lanes) - 1)
        self._most_waiting = waiting
        self._waiting: list[_Waiting[Lane]] = []
        self._count = 0
        self._long = 0
        self._under_way: Counter[Hashable] = Counter()
        self._last: dict[Hashable, int] = {}
        self._used: defaultdict[Hashable, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))

    @property
    def is_idle(self) -> bool:
        """Whether every lane is free and nobody waits for one."""
        return len(self._free) == self._lanes and not self._waiting

    @asynccontextmanager
    async def lane(self, whose: Hashable, size: int, *, patience: float | None) -> AsyncIterator[Lane]:
        """A lane for the length of the block.

        Args:
            whose: The account that it is done for; None stands for the program's own work.
            size: How long what is worked on is, in characters or bytes.
            patience: How many seconds to wait for a lane at most.

        Raises:
            Busy: when too many wait already, or patience ends.
        """
        long = size > SHORT
        lane = await self._turn(whose, long, patience)
        begun = time.monotonic()
        try:
            yield lane
        finally:
            self._note_use(whose, time.monotonic() - begun)
            self._give_back(lane, whose, long=long)

    async def _turn(self, whose: Hashable, long: bool, patience: float | None) -> Lane:
        if self._free and not (long and self._long >= self._most_long):
            return self._take(whose, long=long)
        of_theirs = sum(each.whose == whose for each in self._waiting)
        if len(self._waiting) >= self._most_waiting or of_theirs >= max(1, self._most_waiting // 2):
            raise Busy
        self._count += 1
        waiting: _Waiting[Lane] = _Waiting(whose, long, self._count)
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(patience):
                return await waiting.turn
        except BaseException as error:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif waiting.turn.done() and not waiting.turn.cancelled():  # its turn came as it was giving up
                self._give_back(waiting.turn.result(), whose, long=long)
            if isinstance(error, TimeoutError):
                raise Busy from None
            raise

    def _take(self, whose: Hashable, *, long: bool) -> Lane:
        # The one used last is warm, so it goes first.
        lane = self._free.pop()
        self._under_way[whose] += 1
        self._count += 1
        self._last[whose] = self._count
        self._long += long
        return lane

    def _give_back(self, lane: Lane, whose: Hashable, *, long: bool) -> None:
        self._free.append(lane)
        self._long -= long
        self._under_way[whose] -= 1
        if not self._under_way[whose]:
            del self._under_way[whose]
        while self._free and (following := self._next()) is not None:
            self._waiting.remove(following)
            following.turn.set_result(self._take(following.whose, long=following.long))

    def _next(self) -> _Waiting[Lane] | None:
        # A future that is done has been cancelled, and its caller is about to find out.
        able = [
            each for each in self._waiting if not each.turn.done() and not (each.long and self._long >= self._most_long)
        ]
        return min(able, key=self._rank, default=None)

    def _rank(self, waiting: _Waiting[Lane]) -> tuple[int, float, int, bool, int]:
        whose = waiting.whose
        # Tenths of a second, so that those who have used next to nothing simply take turns.
        used = round(self._use_of(whose), 1)
        return self._under_way[whose], used, self._last.get(whose, 0), waiting.long, waiting.number

    def _use_of(self, whose: Hashable) -> float:
        if whose not in self._used:
            return 0.0
        seconds, at = self._used[whose]
        used: float = seconds * 0.5 ** ((time.monotonic() - at) / _HALVED_AFTER_SECONDS)
        return used

    def _note_use(self, whose: Hashable, seconds: float) -> None:
        if len(self._used) >= _ACCOUNTS:
            for other in [other for other in self._used if self._use_of(other) < 1]:
                del self._used[other]
                self._last.pop(other, None)
        self._used[whose] = self._use_of(whose) + seconds, time.monotonic()
