"""Nobody waits at the child processes for all that somebody else has sent."""

import asyncio
from contextlib import suppress

import pytest

from rounds.processes.fair_queue import SHORT, Busy, FairQueue

LONG = SHORT + 1


class Desk:
    """A queue whose tasks last until they are let go, and who got a lane in which order."""

    def __init__(self, lanes: int, waiting: int = 64) -> None:
        self.queue = FairQueue(list(range(lanes)), waiting=waiting)
        self.served: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, whose: str, size: int = 1, patience: float | None = None) -> None:
        self.ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._serve(name, whose, size, patience))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _serve(self, name: str, whose: str, size: int, patience: float | None) -> None:
        async with self.queue.lane(whose, size, patience=patience):
            self.served.append(name)
            await self.ends[name].wait()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self._tasks[name]
        await asyncio.sleep(0)

    async def outcome(self, name: str) -> BaseException | None:
        async with asyncio.timeout(20):  # or whoever waits for ever would keep us waiting too
            await asyncio.wait([self._tasks[name]])
        return self._tasks[name].exception()

    async def leave(self, name: str) -> None:
        self._tasks[name].cancel()
        with suppress(asyncio.CancelledError):
            await self._tasks[name]


async def test_another_account_comes_before_the_rest_of_the_first_ones():
    desk = Desk(1)
    for number in range(5):
        await desk.come(f"a{number}", "a")
    await desk.come("b0", "b")
    await desk.end("a0")
    assert desk.served == ["a0", "b0"]


async def test_within_an_account_the_short_go_first():
    desk = Desk(1)
    for name, size in (("first", LONG), ("long", LONG), ("short", 1)):
        await desk.come(name, "a", size)
    await desk.end("first")
    assert desk.served == ["first", "short"]


async def test_the_long_never_take_the_last_lane():
    desk = Desk(2)
    for number in range(4):
        await desk.come(f"long{number}", f"account {number}", LONG)
    assert desk.served == ["long0"]
    await desk.come("short", "a")
    assert desk.served == ["long0", "short"]
    await desk.end("long0")
    assert desk.served == ["long0", "short", "long1"]


async def test_a_single_lane_takes_the_long_as_well():
    desk = Desk(1)
    await desk.come("long", "a", LONG)
    assert desk.served == ["long"]


async def test_an_account_may_fill_half_of_the_queue_only():
    desk = Desk(1, waiting=4)
    for number in range(3):
        await desk.come(f"a{number}", "a")
    await desk.come("one too many", "a")
    assert isinstance(await desk.outcome("one too many"), Busy)
    await desk.come("b", "b")
    await desk.end("a0")
    assert desk.served == ["a0", "b"]


async def test_patience_ends():
    desk = Desk(1)
    await desk.come("first", "a")
    await desk.come("second", "b", patience=0)
    assert isinstance(await desk.outcome("second"), Busy)
    await desk.come("third", "c")
    await desk.end("first")
    assert desk.served == ["first", "third"]


async def test_who_leaves_the_queue_keeps_nobody_waiting():
    desk = Desk(1)
    for name in ("first", "second", "third"):
        await desk.come(name, name)
    await desk.leave("second")
    await desk.end("first")
    assert desk.served == ["first", "third"]


@pytest.mark.parametrize("lanes", [1, 2, 3])
async def test_no_lane_is_ever_lost(lanes):
    desk = Desk(lanes)
    for number in range(20):
        await desk.come(f"{number}", f"{number % 3}", LONG if number % 2 else 1)
    for number in range(3, 20, 4):
        if f"{number}" not in desk.served:
            await desk.leave(f"{number}")
    while unfinished := [name for name in desk.served if not desk.ends[name].is_set()]:
        await desk.end(unfinished[0])
    assert desk.queue.is_idle
