"""How many dear statements may run beside each other.

A search that looks at every row keeps a processor of the database busy. A dozen at once would leave none for those who
only want to read a record, so searches take turns on a few connections of their own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rounds.data.statement_limits import TooDear


class Turns:
    """So many at once; the others wait, up to a number and for a while.

    Args:
        at_once: How many there may be.
        waiting: How many may wait.
        seconds: For how long.
    """

    def __init__(self, at_once: int, *, waiting: int = 50, seconds: float = 10.0) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._most_waiting = waiting
        self._seconds = seconds

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it for the length of the block.

        Raises:
            TooDear: when too many wait already, or it takes too long.
        """
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise TooDear
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise TooDear from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
