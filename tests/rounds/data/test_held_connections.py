"""Reads take turns in the order in which they came, and get over cancelled callers and broken connections."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from rounds.data.held_connections import HeldConnections

PID = "SELECT pg_backend_pid()"


@pytest.fixture
async def held(migrated_url: str) -> AsyncIterator[HeldConnections]:
    async with asyncpg.create_pool(migrated_url, min_size=1, max_size=2) as pool:
        connections = HeldConnections(pool, 2)
        yield connections
        await connections.close()


@pytest.fixture
async def one_held(migrated_url: str) -> AsyncIterator[HeldConnections]:
    """One connection, so that answers come in the order of the turns."""
    async with asyncpg.create_pool(migrated_url, min_size=1, max_size=1) as pool:
        connections = HeldConnections(pool, 1)
        yield connections
        await connections.close()


async def test_a_connection_is_kept_from_one_statement_to_the_next(held):
    assert await held.fetchval(PID) == await held.fetchval(PID)


async def test_no_more_connections_are_open_than_may_be(held):
    pids = await asyncio.gather(*(held.fetchval(PID) for _ in range(40)))
    assert len(set(pids)) <= 2


async def test_whoever_waits_longest_is_next(one_held):
    done: list[int] = []

    async def ask(number: int) -> None:
        await one_held.fetchval("SELECT $1::int", number)
        done.append(number)

    async def newcomers() -> None:
        for number in range(100, 140):
            await ask(number)

    late = asyncio.create_task(newcomers())  # comes again and again, and must not overtake
    early = [asyncio.create_task(ask(number)) for number in range(30)]
    await asyncio.gather(*early)
    assert [number for number in done if number < 100] == list(range(30))
    assert sum(number >= 100 for number in done) <= 30
    await late


async def test_what_others_wait_for_comes_first(one_held):
    done: list[int] = []

    async def ask(source: Any, number: int) -> None:
        await source.fetchval("SELECT $1::int", number)
        done.append(number)

    await one_held.fetchval(PID)  # the connection is open now
    waiting = [asyncio.create_task(ask(one_held, number)) for number in range(5)]
    await asyncio.sleep(0)  # the first waits for its answer, the others for the first
    assert one_held.lent == 1
    await ask(one_held.ahead, 100)
    assert done in ([0, 100], [100]), "at most the one that was under way came before it"
    await asyncio.gather(*waiting)


async def test_a_cancelled_caller_leaves_a_connection_that_works(held):
    for _ in range(6):
        slow = asyncio.create_task(held.fetchval("SELECT pg_sleep(60)"))
        waiting = [asyncio.create_task(held.fetchval(PID)) for _ in range(3)]
        await asyncio.sleep(0)
        slow.cancel()
        waiting[1].cancel()
        await asyncio.gather(slow, *waiting, return_exceptions=True)
    assert await asyncio.wait_for(asyncio.gather(*(held.fetchval("SELECT 1") for _ in range(4))), 30) == [1] * 4


async def test_a_mistake_in_a_statement_costs_no_connection(held):
    before = await held.fetchval(PID)
    with pytest.raises(asyncpg.PostgresError):
        await held.fetch("SELECT 1/0")
    assert await held.fetchval(PID) == before


@pytest.mark.parametrize(
    "ending",
    [
        asyncpg.ConnectionDoesNotExistError,
        asyncpg.AdminShutdownError,
        asyncpg.InternalClientError,
        asyncpg.InterfaceError("connection is closed"),
        ConnectionResetError,
    ],
)
async def test_a_connection_that_ends_in_a_statement_is_not_lent_again(ending):
    """Its socket may learn of it a moment after the statement, and until then it looks open."""
    connections = HeldConnections(pool := PoolOfEnding(ending), 1)
    assert await connections.fetchval(PID) == "well"
    assert pool.released == [pool.opened[0]]
    assert pool.opened[0].is_closed()


async def test_a_connection_that_the_pool_has_taken_back_leaves_its_place():
    """It ended and knew it, so nothing may be asked of it any more."""
    connections = HeldConnections(PoolOfEnding(asyncpg.InterfaceError("released"), is_detached=True), 1)
    async with asyncio.timeout(20):
        assert await connections.fetchval(PID) == "well"


async def test_a_mistake_is_not_made_twice():
    connections = HeldConnections(pool := PoolOfEnding(asyncpg.DataError), 1)
    with pytest.raises(asyncpg.DataError):
        await connections.fetchval(PID)
    assert len(pool.opened) == 1


class PoolOfEnding:
    """Its first connection ends in its first statement, and does not know it."""

    def __init__(self, ending: Exception | type[Exception], *, is_detached: bool = False) -> None:
        self.ending, self.opened, self.released = ending, [], []
        self.is_detached = is_detached

    async def acquire(self) -> Any:
        opened = self.opened
        ending = None if opened else self.ending
        is_detached = self.is_detached

        class Ending:
            terminated = False

            def is_closed(self) -> bool:
                return self.terminated

            def terminate(self) -> None:
                self.terminated = True
                if is_detached:
                    raise asyncpg.InterfaceError("connection has been released back to the pool")

            async def fetchrow(self, *_: Any) -> tuple[str]:
                if ending:
                    raise ending
                return ("well",)

        opened.append(Ending())
        return opened[-1]

    async def expire_connections(self) -> None:
        pass

    async def release(self, connection: Any, **_: Any) -> None:
        self.released.append(connection)


async def test_a_broken_connection_is_replaced(held, migrated_url):
    pid = await held.fetchval(PID)
    killer = await asyncpg.connect(migrated_url)
    await killer.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    await killer.close()

    async def other() -> int | None:
        try:
            return await held.fetchval(PID)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None  # whoever is the first to notice

    found = [await other() for _ in range(3)]
    assert found[-1] is not None
    assert found[-1] != pid


async def test_what_is_lent_when_it_closes_does_not_keep_the_pool_open(migrated_url):
    async with asyncpg.create_pool(migrated_url, min_size=1, max_size=1) as pool:
        connections = HeldConnections(pool, 1)
        late = asyncio.create_task(connections.fetchval("SELECT pg_sleep(0.2)"))
        while not connections.lent:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
        await connections.close()
        await late
        await asyncio.wait_for(pool.close(), 30)
