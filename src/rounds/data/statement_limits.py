"""How long statements may take, by what they are for, and how many dear ones may run beside each other.

A search that looks at every row keeps a processor of the database busy. A dozen at once would leave none for those who
only want to read a record, so searches take turns on a few connections of their own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rounds.i18n import N_
from rounds.problems import Unavailable


class TooDear(Unavailable):
    """The database takes too long to answer this, or too many such questions wait. Ask for less, or try later."""

    code = "query_too_dear"
    title = N_("It would take too long")
    detail = N_("This takes the database too long. Ask for less: more letters, a narrower filter, or no total.")

    def __init__(self) -> None:
        super().__init__(seconds=5)


@dataclass(frozen=True, slots=True)
class StatementLimits:
    """Seconds that a statement may take, and how many searches may run at once.

    None leaves it to the database: commands that load or migrate take what they need.
    """

    reads: float | None = None
    searches: float | None = None
    writes: float | None = None
    searches_at_once: int = 2

    @staticmethod
    def setting(seconds: float | None) -> dict[str, str]:
        """The session setting that makes the database give up."""
        return {} if seconds is None else {"statement_timeout": f"{int(seconds * 1000)}"}


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
