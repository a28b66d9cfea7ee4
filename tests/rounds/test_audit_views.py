"""Views are gathered and written: soon, all of them, and no reader runs ahead of a database that does not keep up."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from rounds.audit import AuditEvent, Views, views
from rounds.audit.writing import keep_written
from rounds.data import Database
from rounds.problems import Unavailable


def event(number: int) -> AuditEvent:
    return AuditEvent(action="view", resource="patient", actor=f"reader {number}")


class Paper:
    """Where views are written in these tests: a list, that can be slow or out of order."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.batches = 0
        self.open = asyncio.Event()
        self.open.set()
        self.broken = 0

    async def write(self, events) -> None:
        await self.open.wait()
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is full")
        self.batches += 1
        self.written += [each.actor for each in events]


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
async def kept(paper):
    """Views that are kept written, as in a server."""
    views = Views(paper.write)
    task = asyncio.create_task(views.keep_written(lambda _: None))
    await asyncio.sleep(0)
    yield views
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def test_many_are_written_at_once_and_in_order(kept, paper):
    for number in range(500):
        kept.add(event(number))
    await until(lambda: kept.waiting == 0)
    assert paper.written == [f"reader {number}" for number in range(500)]
    assert paper.batches == 1


async def test_what_comes_while_others_are_written_is_written_next(kept, paper):
    paper.open.clear()
    kept.add(event(1))
    await until(lambda: kept.in_hand == 1)
    kept.add(event(2))
    paper.open.set()
    await until(lambda: kept.waiting == 0)
    assert paper.written == ["reader 1", "reader 2"]


async def test_a_reader_waits_while_the_database_does_not_keep_up(kept, paper):
    paper.open.clear()
    kept.add(event(1))
    await until(lambda: kept.is_behind)
    reader = asyncio.create_task(kept.caught_up())
    await asyncio.sleep(0)
    assert not reader.done()
    paper.open.set()
    async with asyncio.timeout(10):
        await reader
    assert paper.written == ["reader 1"]


async def test_what_cannot_be_recorded_cannot_be_shown(kept, paper, monkeypatch):
    monkeypatch.setattr(views, "_PATIENCE_SECONDS", 0.05)
    paper.open.clear()
    kept.add(event(1))
    await until(lambda: kept.is_behind)
    with pytest.raises(Unavailable):
        await kept.caught_up()
    paper.open.set()


async def test_only_what_shows_something_waits_for_views(kept, paper, live_app, live, monkeypatch):
    """A health check that waited would have servers restarted that hold what is still to be written."""
    monkeypatch.setattr(views, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(live_app.state, "views", kept)
    paper.open.clear()
    kept.add(event(1))
    await until(lambda: kept.is_behind)
    assert (await live.get("/health")).status_code == 200
    assert (await live.get("/departments")).status_code == 200
    assert (await live.get("/patients")).status_code == 503
    paper.open.set()


async def test_what_could_not_be_written_is_written_later_and_once(kept, paper):
    paper.broken = 3
    for number in range(3):
        kept.add(event(number))
    await until(lambda: kept.waiting == 0)
    assert paper.written == ["reader 0", "reader 1", "reader 2"]


async def test_a_graceful_stop_writes_everything_to_the_database(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    async with Database.open(cloned_url, pool_size=1) as database:
        gathered = Views(lambda _: asyncio.sleep(0))
        async with keep_written(gathered, database):
            for number in range(7_000):  # more than are written at once
                gathered.add(event(number))
        assert gathered.waiting == 0
    assert await connection.fetchval("SELECT count(DISTINCT actor) FROM audit_event") == 7_000
    await connection.close()


async def test_a_connection_that_is_cut_loses_nothing(cloned_url):
    admin = await asyncpg.connect(cloned_url)
    async with Database.open(cloned_url, pool_size=1) as database:
        gathered = Views(lambda _: asyncio.sleep(0))
        async with keep_written(gathered, database):
            for number in range(3):
                gathered.add(event(number))
                await until(lambda: gathered.waiting == 0)
                await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'rounds' AND query LIKE 'COPY%'"
                )
    assert await admin.fetchval("SELECT count(*) FROM audit_event") == 3
    await admin.close()


# Shows records as a server does, and says with each answer when it looked: from then on it may be slow to answer.
SHOWING = """
import asyncio, sys
from features import audit
from rounds.audit import AuditEvent, Views
from rounds.audit.writing import keep_written
from rounds.data import Database

async def main():
    async with Database.open(sys.argv[1], pool_size=1) as database:
        views = Views(None)
        async with keep_written(views, database):
            for number in range(10_000_000):
                view = AuditEvent(action="view", resource="patient", actor=f"{number}")
                views.add(view)
                if views.is_behind:
                    await views.caught_up()
                print(view.noted, flush=True)
                await asyncio.sleep(0)

asyncio.run(main())
"""
LOST_SECONDS = 0.25


async def test_a_kill_loses_no_view_that_was_answered_a_quarter_of_a_second_before(cloned_url):
    house = Path(__file__).parents[2]
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SHOWING,
        cloned_url,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{house}{os.pathsep}{house / 'src'}"},
    )
    assert server.stdout
    answered = [float(await server.stdout.readline())]
    while answered[-1] - answered[0] < 4 * LOST_SECONDS:
        answered.append(float(await server.stdout.readline()))
    server.send_signal(signal.SIGKILL)
    answered += [float(line) for line in (await server.stdout.read()).splitlines()]
    await server.wait()
    connection = await asyncpg.connect(cloned_url)
    written = {row[0] for row in await connection.fetch("SELECT actor FROM audit_event")}
    await connection.close()
    safe = [number for number, at in enumerate(answered) if at < answered[-1] - LOST_SECONDS]
    assert safe
    assert [number for number in safe if str(number) not in written] == []
