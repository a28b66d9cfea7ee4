"""The queue before the hashing of passwords: fair, short, and never stuck."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.auth.turns_by_party import NoRoom, TurnsByParty


class Hall:
    """Callers of a queue; everybody keeps their turn until `next` is called."""

    def __init__(self, turns: TurnsByParty) -> None:
        self.turns = turns
        self.order: list[str] = []
        self._leave: asyncio.Queue[None] = asyncio.Queue()

    async def come(self, party: str, **how: object) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._take(party, **how))
        await settled()
        return task

    async def _take(self, party: str, **how: object) -> None:
        async with self.turns.taken(party, **how):
            self.order.append(party)
            await self._leave.get()

    async def next(self, how_many: int = 1) -> None:
        for _ in range(how_many):
            self._leave.put_nowait(None)
            await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_parties_take_turns_however_many_of_one_came_first():
    hall = Hall(TurnsByParty(1, waiting=50, seconds=60))
    for party in "aaaaaabbbc":
        await hall.come(party)
    await hall.come("d")
    await hall.next(11)
    assert "".join(hall.order) == "aabcdababaa"


async def test_some_go_first():
    hall = Hall(TurnsByParty(1, waiting=50, seconds=60))
    for party in "aab":
        await hall.come(party)
    await hall.come("h", first=True)
    await hall.next(4)
    assert "".join(hall.order) == "ahab"


async def test_so_many_have_their_turn_at_once():
    hall = Hall(TurnsByParty(2, waiting=50, seconds=60))
    for party in "abc":
        await hall.come(party)
    assert hall.order == ["a", "b"]
    await hall.next()
    assert hall.order == ["a", "b", "c"]


async def test_a_party_may_have_no_more_than_its_share_waiting():
    hall = Hall(TurnsByParty(1, waiting=50, seconds=60))
    for _ in range(3):
        await hall.come("a", most=2)
    with pytest.raises(NoRoom) as refused:
        await (await hall.come("a", most=2))
    assert not refused.value.everybody
    await hall.come("b", most=2)
    await hall.next(4)
    assert "".join(hall.order) == "aaba"


async def test_a_full_queue_takes_from_who_has_most_and_refuses_who_would():
    hall = Hall(TurnsByParty(1, waiting=3, seconds=60))
    await hall.come("a")
    waiting = [await hall.come("a") for _ in range(3)]
    with pytest.raises(NoRoom) as refused:
        await (await hall.come("a"))
    assert refused.value.everybody
    await hall.come("b")
    with pytest.raises(NoRoom):
        await waiting[-1]
    await hall.come("c")
    with pytest.raises(NoRoom):
        await waiting[-2]
    with pytest.raises(NoRoom):
        await (await hall.come("d"))  # everybody has one place now
    await hall.come("h", first=True)
    await hall.next(4)
    assert hall.order[:2] == ["a", "h"]
    assert len(hall.order) == 4


async def test_no_more_wait_first_than_there_is_room_for():
    hall = Hall(TurnsByParty(1, waiting=2, seconds=60))
    for _ in range(3):
        await hall.come("h", first=True)
    with pytest.raises(NoRoom):
        await (await hall.come("h", first=True))


async def test_nobody_waits_for_ever():
    hall = Hall(TurnsByParty(1, waiting=3, seconds=0.05))
    await hall.come("a")
    with pytest.raises(NoRoom) as refused:
        await (await hall.come("b"))
    assert refused.value.everybody
    await hall.next()
    await hall.come("c")
    assert hall.order == ["a", "c"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from(["come", "next", "leave"])), max_size=40)
)
def test_whoever_comes_and_goes_no_turn_is_lost_or_made(steps):
    async def story() -> None:
        turns = TurnsByParty(2, waiting=6, seconds=60)
        hall = Hall(turns)
        tasks: list[asyncio.Task[None]] = []
        for party, first, what in steps:
            if what == "come":
                tasks.append(await hall.come(party, first=first, most=3))
            elif what == "next" and len(hall.order) > 0:
                await hall.next()
            elif what == "leave" and tasks:
                tasks.pop(len(tasks) // 2).cancel()
                if len(tasks) % 2:
                    await settled()
        for task in tasks:
            task.cancel()
        await settled()
        with suppress(NoRoom, asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        assert turns.is_idle

    asyncio.run(story())
