"""Turns at something of which there is little: a short queue in which no party stands in another one's way."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_Queue = deque[asyncio.Future[None]]


class NoRoom(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The queue is full.

    Args:
        everybody: Whether it is full for everybody, or only this party has too many in it.
    """

    def __init__(self, *, everybody: bool) -> None:
        super().__init__()
        self.everybody = everybody


class TurnsByParty:
    """Lets a few in at once; the others wait in line, party by party in rotation.

    A party that comes with a crowd makes itself wait and nobody else: each party in turn sends one. When the queue is
    full, the party with the longest line loses its last place to whoever comes with a shorter one.

    Args:
        at_once: How many have their turn at the same time.
        waiting: How many may wait in all.
        seconds: How long anybody waits at most.
    """

    def __init__(self, at_once: int, *, waiting: int, seconds: float) -> None:
        self._at_once = self._free = at_once
        self._room = waiting
        self._patience = seconds
        self._waiting = 0
        # Those who go first, and the others.
        self._lanes: tuple[OrderedDict[str, _Queue], OrderedDict[str, _Queue]] = (OrderedDict(), OrderedDict())

    @property
    def is_idle(self) -> bool:
        """Whether nobody has a turn or waits for one."""
        return self._free == self._at_once and self._waiting == 0 and not any(self._lanes)

    @asynccontextmanager
    async def taken(self, party: str, *, most: int | None = None, first: bool = False) -> AsyncIterator[None]:
        """Wait for a turn and have it for the length of the block.

        Args:
            party: On whose behalf.
            most: How many of this party may wait at most.
            first: Go before all who do not.

        Raises:
            NoRoom: when too many wait already; also while waiting, when the place goes to a party with fewer, or when
                the turn does not come in time.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._enter(party, most, first=first)
        except TimeoutError:
            raise NoRoom(everybody=True) from None
        try:
            yield
        finally:
            self._pass_on()

    async def _enter(self, party: str, most: int | None, *, first: bool) -> None:
        if self._free:  # then nobody waits
            self._free -= 1
            return
        lane = self._lanes[not first]
        mine = len(lane.get(party, ()))
        if most is not None and mine >= most:
            raise NoRoom(everybody=False)
        if self._waiting >= self._room:
            self._displace(mine, first=first)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane.setdefault(party, deque()).append(place)
        self._waiting += 1
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._remove(lane, party, place)
            elif place.exception() is None:  # it was our turn just now
                self._pass_on()
            raise

    def _displace(self, mine: int, *, first: bool) -> None:
        lane = self._lanes[1]
        longest = max(lane, key=lambda party: len(lane[party]), default=None)
        if longest is None or (not first and len(lane[longest]) <= mine + 1):
            raise NoRoom(everybody=True)
        place = lane[longest][-1]
        self._remove(lane, longest, place)
        place.set_exception(NoRoom(everybody=True))

    def _remove(self, lane: OrderedDict[str, _Queue], party: str, place: asyncio.Future[None]) -> None:
        queue = lane.get(party)
        if queue is not None and place in queue:
            queue.remove(place)
            self._waiting -= 1
            if not queue:
                del lane[party]

    def _pass_on(self) -> None:
        """Give the turn to the next in line, or keep it for whoever comes."""
        for lane in self._lanes:
            while lane:
                party, queue = next(iter(lane.items()))
                place = queue[0]
                lane.move_to_end(party)
                self._remove(lane, party, place)
                if not place.done():  # who was cancelled just now has not left the line yet
                    place.set_result(None)
                    return
        self._free += 1
