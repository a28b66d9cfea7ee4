"""A replica that really replicates: what may be read there, and what is never shown or missed, whatever it lags.

Two applications share a primary and its standby, as two processes do. Replay on the standby is held up and let go, so
that it is known what it can know.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from rounds.data import migrations, new_id
from tests.conftest import running, settings_for, token_for
from tests.servers import Server, servers

ADA = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
LONG = 600.0  # an age that nothing reaches in a test


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[SimpleNamespace]:
    """A primary with the schema, and its standby."""
    with servers() as folder:
        primary = Server(folder / "primary").initialise()
        standby = Server(folder / "standby")
        try:
            primary.start()
            await migrations.upgrade(primary.url)
            standby.copy(primary, "standby").start()
            yield SimpleNamespace(primary=primary, standby=standby)
        finally:
            standby.kill()
            primary.kill()


class Process:
    """An application as one process of several runs it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://rounds.test")

    async def ask(self, account: Any, method: str, path: str, **more: Any) -> httpx.Response:
        token = token_for(self.app, account.role, account=account.id)
        return await self.client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **more)

    async def names(self, account: Any, path: str = "/patients?limit=200") -> set[str]:
        answer = await self.ask(account, "GET", path)
        assert answer.status_code == 200, answer.text
        return {patient["id"] for patient in answer.json()["data"]}

    def reads(self, outcome: str) -> float:
        return self.app.state.replica_reads.labels(outcome)._value.get()  # noqa: SLF001 - prometheus shows it nowhere


@pytest.fixture
def process(pair: SimpleNamespace, engines: Any, redis: Any) -> Callable[..., Any]:
    """`process(seconds=…)`: another process on the pair."""

    @asynccontextmanager
    async def make(seconds: float = LONG, **more: Any) -> AsyncIterator[Process]:
        given = {"database_replica_url": SecretStr(pair.standby.url), "database_replica_seconds": seconds, **more}
        redis_url = given.pop("redis_url", engines.redis_url)
        settings = settings_for(pair.primary.url, redis_url, database_pool=2)
        async with running(settings.model_copy(update=given)) as app:
            process = Process(app)
            async with process.client:
                yield process

    return make


def account(role: str = "admin") -> SimpleNamespace:
    return SimpleNamespace(id=new_id(), role=role)


@asynccontextmanager
async def held_up(pair: SimpleNamespace) -> AsyncIterator[None]:
    """Within the block the standby knows what the primary had at its beginning, and learns nothing."""
    await caught_up(pair)
    pair.standby.ask("SELECT pg_wal_replay_pause()")
    try:
        await until(lambda: pair.standby.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
        yield
    finally:
        pair.standby.ask("SELECT pg_wal_replay_resume()")


async def caught_up(pair: SimpleNamespace) -> None:
    at = pair.primary.ask("SELECT pg_current_wal_flush_lsn()::text")
    await until(lambda: pair.standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{at}'"))


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)


async def test_everybody_sees_his_own_writes_from_any_process_and_others_a_little_later(pair, process):
    writer, other = account(), account()
    async with process() as here, process() as there:
        before = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
        await caught_up(pair)
        assert before in await there.names(other)
        async with held_up(pair):
            assert before in await there.names(other), "the first look tells where the primary was"
            made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
            went_there = there.reads("replica")
            assert made not in await there.names(other), "or this read did not go to the standby"
            assert (await there.ask(other, "GET", f"/patients/{made}")).status_code == 404
            assert there.reads("replica") == went_there + 2
            assert made in await there.names(writer)
            assert made in await here.names(writer)
            assert (await there.ask(writer, "GET", f"/patients/{made}")).status_code == 200
            assert (await there.ask(writer, "HEAD", f"/patients/{made}")).status_code == 200
            assert there.reads("behind") == 3
            # Who changes something decides by what is true, whatever the replica knows.
            changed = await there.ask(other, "PATCH", f"/patients/{made}", json={"weight_kg": 60})
            assert (changed.status_code, changed.json()["weight_kg"]) == (200, 60)
            assert made in await here.names(other), "he has written now, and sees what came before that"
        await caught_up(pair)
        went_there = there.reads("replica")
        assert made in await there.names(writer)
        assert there.reads("replica") == went_there + 1


async def test_what_is_deleted_or_restricted_leaves_all_reads_at_once(pair, process):
    writer, nurse = account(), account("nurse")
    async with process() as here, process() as there:
        made = [(await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"] for _ in range(3)]
        note = {"taken_at": "2024-03-15T00:00:00Z", "content": "S: Well."}
        noted = (await here.ask(writer, "POST", f"/patients/{made[2]}/notes", json=note)).json()["id"]
        await caught_up(pair)
        assert set(made) <= await there.names(nurse)
        async with held_up(pair):
            assert noted in await there.names(nurse, "/notes?limit=200")
            assert there.reads("replica") >= 2
            assert (await here.ask(writer, "DELETE", f"/patients/{made[0]}")).status_code == 204
            assert set(made) & await there.names(nurse) == {made[1], made[2]}
            restricted = await here.ask(writer, "PATCH", f"/patients/{made[1]}", json={"restricted": True})
            assert restricted.status_code == 200
            assert set(made) & await there.names(nurse) == {made[2]}
            assert (await there.ask(nurse, "GET", f"/patients/{made[1]}")).json()["code"] == "restricted_record"
            assert (await here.ask(writer, "DELETE", f"/patients/{made[2]}/notes/{noted}")).status_code == 204
            assert noted not in await there.names(nurse, "/notes?limit=200")


async def test_accounts_and_the_audit_trail_are_read_on_the_primary(pair, process):
    async with process() as here, process() as there:
        admin = account()
        assert (await there.ask(admin, "GET", "/security/users")).status_code == 200
        assert (await there.ask(admin, "GET", "/audit")).status_code == 200
        assert (await there.ask(admin, "GET", "/audit/break-glass")).status_code == 200
        assert {there.reads(outcome) for outcome in ("replica", "behind", "away", "positions")} == {0}
        assert (await here.ask(admin, "GET", "/departments")).status_code == 200
        assert here.reads("replica") == 1


async def test_a_replica_that_lags_is_left_out_for_everybody_after_the_time_that_is_allowed(pair, process):
    writer, other = account(), account()
    async with process() as here, process(seconds=0.2) as there:
        async with held_up(pair):
            made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]

            async def seen() -> bool:
                return made in await there.names(other)

            await until(seen)
            assert there.reads("behind") >= 1
        await caught_up(pair)
        went_there = there.reads("replica")

        async def used_again() -> bool:
            await there.names(other)
            return there.reads("replica") > went_there

        await until(used_again)


async def test_positions_only_grow_and_outlive_a_redis_that_forgets(pair, process, redis):
    writer = account()
    async with process() as here, process() as there:
        (positions,) = await _positions(here, redis, writer)
        async with held_up(pair):
            made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
            (later,) = await _positions(here, redis, writer)
            assert later > positions
            await here.app.state.database.replica._positions.note(  # noqa: SLF001 - a slower writer's
                int(positions), [writer.id], for_everybody=False
            )
            assert await _positions(here, redis, writer) == [later]
            await redis.flushall()
            assert made in await there.names(writer), "what Redis has forgotten counts for everybody"
            assert made in await there.names(account())


async def _positions(process: Process, redis: Any, account: Any) -> list[float]:
    if not await redis.keys("rounds:positions:*"):
        await process.ask(account, "POST", "/patients", json=ADA)
    (key,) = await redis.keys("rounds:positions:*")
    return await redis.zmscore(key, [str(account.id)])


async def test_without_redis_the_primary_answers_and_writers_wait_for_the_replica(pair, process):
    writer = account()
    async with process(redis_url="unix:///nowhere/valkey.sock", seconds=5) as here, process() as there:
        await there.names(writer)
        made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
        assert made in await there.names(writer), "although nobody noted it, for the replica has it by now"
        assert there.reads("replica") == 2
        assert made in await here.names(writer)
        assert (here.reads("positions"), here.reads("replica")) == (1, 0)


async def test_a_replica_that_dies_or_is_none_costs_nobody_an_answer(pair, process, cloned_url):
    writer = account()
    async with process() as here, process(database_replica_url=SecretStr(cloned_url)) as misled:
        made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
        await caught_up(pair)
        assert made in await here.names(writer)
        assert here.reads("replica") == 1
        assert made in await misled.names(writer), "a server that is no standby of this primary is not read"
        assert (misled.reads("away"), misled.reads("replica")) == (1, 0)
        pair.standby.kill()
        answers = await asyncio.gather(*(here.names(writer) for _ in range(20)))
        assert all(made in answer for answer in answers)
        assert here.reads("away") == 20
        pair.standby.start()
        await caught_up(pair)

        async def used_again() -> bool:
            await here.names(writer)
            return here.reads("replica") > 1

        await until(used_again)


async def test_a_standby_that_has_been_promoted_is_not_read(pair, process):
    """It comes last: there is no standby after it."""
    writer = account()
    async with process() as here:
        await here.names(writer)
        assert here.reads("replica") == 1
        pair.standby.promote()
        made = (await here.ask(writer, "POST", "/patients", json=ADA)).json()["id"]
        assert made in await here.names(writer)
        assert (here.reads("away"), here.reads("replica")) == (1, 1)
        assert isinstance(pair.standby.ask("SELECT count(*) FROM patient"), int)
