"""Periodic work: done by one consumer at a time, when it is due, and again by another if that one died."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from rounds import clock
from rounds.data import Database
from rounds.events import periodic
from rounds.events.periodic import periodically

BEGIN = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
async def own(cloned_url, monkeypatch):
    monkeypatch.setattr(periodic, "_registered", {})
    async with Database.open(cloned_url, pool_size=6) as database:
        async with database.transaction() as db:
            await db.execute(text("CREATE TABLE effect (what text)"))
        with clock.frozen(BEGIN):
            yield database


async def effects(database: Database) -> list[str]:
    async with database.transaction() as db:
        return list(await db.scalars(text("SELECT what FROM effect ORDER BY what")))


async def note(db, what: str) -> None:
    await db.execute(text("INSERT INTO effect VALUES (:what)"), {"what": what})


async def test_it_is_done_when_it_is_due_and_not_before(own):
    @periodically(name="hourly", every=timedelta(hours=1))
    async def hourly(db):
        await note(db, f"{clock.now():%H:%M}")
        return False

    await periodic.make_known(own)
    for minutes in (0, 30, 59, 60, 61, 300):
        with clock.frozen(BEGIN + timedelta(minutes=minutes)):
            await periodic.run_due(own)
    assert await effects(own) == ["08:00", "09:00", "13:00"]


async def test_it_goes_on_while_there_is_more(own):
    left = [3]

    @periodically(name="batches", every=timedelta(hours=1))
    async def batches(db):
        left[0] -= 1
        await note(db, str(left[0]))
        return left[0] > 0

    await periodic.make_known(own)
    assert await periodic.run_due(own) == 3
    assert await effects(own) == ["0", "1", "2"]


async def test_of_many_consumers_one_does_it(own):
    holding, go_on = asyncio.Event(), asyncio.Event()

    @periodically(name="slow", every=timedelta(hours=1))
    async def slow(db):
        holding.set()
        await go_on.wait()
        await note(db, "done")
        return False

    await periodic.make_known(own)
    first = asyncio.create_task(periodic.run_due(own))
    await asyncio.wait_for(holding.wait(), 60)
    assert await asyncio.gather(*(periodic.run_due(own) for _ in range(3))) == [0, 0, 0]
    go_on.set()
    assert await first == 1
    assert await effects(own) == ["done"]


async def test_a_failure_leaves_nothing_is_put_off_and_holds_up_no_other_work(own):
    attempts = []

    @periodically(name="a-broken", every=timedelta(minutes=1))
    async def broken(db):
        attempts.append(clock.now())
        await note(db, "broken")
        raise ValueError

    @periodically(name="b-sound", every=timedelta(minutes=1))
    async def sound(db):
        await note(db, "sound")
        return False

    await periodic.make_known(own)
    with pytest.raises(ValueError):
        await periodic.run_due(own)
    await periodic.run_due(own)
    assert await effects(own) == ["sound"]
    with clock.frozen(BEGIN + timedelta(minutes=1)), pytest.raises(ValueError):
        await periodic.run_due(own)
    assert len(attempts) == 2


async def test_a_running_consumer_does_it_until_it_is_stopped(own):
    done = asyncio.Event()

    @periodically(name="running", every=timedelta(hours=1))
    async def running(db):
        await note(db, "done")
        done.set()
        return False

    task = asyncio.create_task(periodic.keep_running(own, poll_seconds=0.01))
    await asyncio.wait_for(done.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await effects(own) in (["done"], [])


def test_two_kinds_of_work_do_not_share_a_name(monkeypatch):
    monkeypatch.setattr(periodic, "_registered", {})

    async def one(db):
        return False

    async def other(db):
        return False

    periodically(name="same", every=timedelta(hours=1))(one)
    with pytest.raises(TypeError, match="same"):
        periodically(name="same", every=timedelta(hours=1))(other)
