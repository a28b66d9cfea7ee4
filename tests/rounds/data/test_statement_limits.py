"""Searches take turns, plain reads do not wait for them, and the database gives up what takes too long."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rounds.data import Database, problem_for
from rounds.data.statement_limits import StatementLimits, TooDear
from rounds.data.turns import Turns


async def test_so_many_at_once_and_the_others_wait():
    turns, inside, most = Turns(2), 0, 0

    async def search() -> None:
        nonlocal inside, most
        async with turns.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(search() for _ in range(12)))
    assert most == 2


@pytest.mark.parametrize("turns", [Turns(1, waiting=0), Turns(1, seconds=0)])
async def test_who_would_wait_too_long_is_sent_away(turns):
    async with turns.turn():
        with pytest.raises(TooDear):
            async with turns.turn():
                pass
    async with turns.turn():
        pass


@pytest.fixture
async def hurried(cloned_url):
    limits = StatementLimits(reads=0.05, searches=0.05, writes=0.05, searches_at_once=1)
    async with Database.open(cloned_url, pool_size=1, limits=limits) as database:
        yield database


async def test_reads_searches_and_writes_are_given_up(hurried):
    for reads in (hurried.reads, hurried.reads.searches):
        with pytest.raises(asyncpg.QueryCanceledError):
            await reads.source.fetchval("SELECT pg_sleep(30)")
    with pytest.raises(DBAPIError) as raised:
        async with hurried.transaction() as db:
            await db.execute(text("SELECT pg_sleep(30)"))
    assert isinstance(problem_for(raised.value), TooDear)


async def running(url: str, statement: str) -> None:
    """Wait until the database is at it."""
    connection = await asyncpg.connect(url)
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = $1"
    async with asyncio.timeout(20):
        while not await connection.fetchval(asked, statement):  # noqa: ASYNC110 - there is nothing else to ask
            await asyncio.sleep(0.02)
    await connection.close()


async def test_a_plain_read_does_not_stand_in_the_line_of_the_searches(cloned_url):
    async with Database.open(cloned_url, pool_size=1, limits=StatementLimits(searches_at_once=1)) as database:
        searching = asyncio.create_task(database.reads.searches.source.fetchval("SELECT pg_sleep(30)"))
        try:
            await running(cloned_url, "SELECT pg_sleep(30)")
            assert await database.reads.source.fetchval("SELECT 1") == 1
            assert not searching.done()
        finally:
            searching.cancel()
            await asyncio.gather(searching, return_exceptions=True)


async def test_commands_take_the_time_they_need(cloned_url):
    async with Database.open(cloned_url, pool_size=1) as database:
        assert await database.reads.source.fetchval("SHOW statement_timeout") == "0"


@pytest.mark.parametrize("path", ["/patients?q=a", "/patients?total=true", "/notes?q=cough", "/patients?offset=5000"])
async def test_searches_totals_and_far_pages_take_turns(live_app, live, path):
    turns = live_app.state.database.reads.searches.turns
    taken = []
    turn = turns.turn
    turns.turn = lambda: taken.append(path) or turn()
    assert (await live.get(path)).status_code == 200
    assert taken
    taken.clear()
    assert (await live.get("/patients?limit=5")).status_code == 200
    assert not taken


async def test_a_search_that_takes_too_long_says_so(client, app, monkeypatch):
    async def give_up(*_: object, **__: object) -> None:
        raise asyncpg.QueryCanceledError

    monkeypatch.setattr("rounds.data.Read.all", give_up)
    answer = await client.get("/patients?q=a")
    assert (answer.status_code, answer.json()["code"]) == (503, "query_too_dear")
    assert answer.headers["Retry-After"]


async def test_searches_are_planned_for_what_they_look_for_each_time(cloned_url):
    setting = "SELECT current_setting('plan_cache_mode')"
    async with Database.open(cloned_url, pool_size=1) as database:
        assert await database.reads.searches.source.fetchval(setting) == "force_custom_plan"
        assert await database.reads.source.fetchval(setting) == "auto"
