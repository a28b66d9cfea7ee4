import asyncio

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from rounds.cache import Cache, renew
from rounds.data import Database

KEY = b"a key that only these tests know"


@pytest.fixture
async def own(cloned_url):
    async with Database.open(cloned_url, pool_size=4) as database:
        async with database.transaction() as db:
            await db.execute(text("CREATE TABLE number (value int)"))
            await db.execute(text("INSERT INTO number VALUES (1)"))
            await renew("numbers", db)
        yield database


@pytest.fixture
def cache(own, redis):
    return Cache(redis, own.reads, key=KEY)


class Loader:
    """Loads the number, counts how often, and can be held after it has loaded."""

    def __init__(self, database):
        self.database, self.calls = database, 0
        self.loaded, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def __call__(self):
        self.calls += 1
        async with self.database.transaction() as db:
            value = await db.scalar(text("SELECT value FROM number"))
        self.loaded.set()
        async with asyncio.timeout(60):
            await self.go_on.wait()
        return {"value": value}


async def write(database, value):
    async with database.transaction() as db:
        await db.execute(text("UPDATE number SET value = :value"), {"value": value})
        await renew("numbers", db)


async def ask(cache, load, *, generation="numbers", **identity):
    return await cache.through("number", identity, load, generation=generation, ttl_seconds=60)


async def test_the_second_question_is_not_loaded(cache, own):
    load = Loader(own)
    assert await ask(cache, load) == await ask(cache, load) == {"value": 1}
    assert load.calls == 1


async def test_another_process_has_the_answer_too(cache, own, redis):
    load = Loader(own)
    await ask(cache, load)
    assert await ask(Cache(redis, own.reads, key=KEY), load) == {"value": 1}
    assert load.calls == 1


async def test_a_committed_write_is_seen_by_the_next_question(cache, own):
    load = Loader(own)
    await ask(cache, load)
    await write(own, 2)
    assert await ask(cache, load) == {"value": 2}


async def test_a_reader_overtaken_by_a_writer_does_not_leave_the_old_value_behind(cache, own, redis):
    # The interleaving that breaks caches which delete on write: the reader loads, the writer commits, the reader fills.
    slow = Loader(own)
    slow.go_on.clear()
    overtaken = asyncio.create_task(ask(cache, slow))
    await asyncio.wait_for(slow.loaded.wait(), 60)
    await write(own, 2)
    slow.go_on.set()
    assert await overtaken == {"value": 1}, "it had asked before the commit"
    assert len(await redis.keys("rounds:cache:*")) == 1, "and it has filled the cache"
    for reader in (cache, Cache(redis, own.reads, key=KEY)):
        assert await ask(reader, Loader(own)) == {"value": 2}


async def test_nobody_joins_a_load_that_began_before_a_write(cache, own):
    slow = Loader(own)
    slow.go_on.clear()
    before = asyncio.create_task(ask(cache, slow))
    await asyncio.wait_for(slow.loaded.wait(), 60)
    await write(own, 2)
    assert await ask(cache, Loader(own)) == {"value": 2}
    slow.go_on.set()
    assert await before == {"value": 1}


async def test_a_write_rolled_back_changes_nothing(cache, own):
    load = Loader(own)
    await ask(cache, load)
    with pytest.raises(RuntimeError):  # noqa: PT012 - leaving the transaction is part of it
        async with own.transaction() as db:
            await renew("numbers", db)
            raise RuntimeError
    await ask(cache, load)
    assert load.calls == 1


async def test_every_part_of_the_identity_counts(cache, own):
    answers = {"a": {"n": 1}, "b": {"n": 2}}
    for patient in ("a", "b"):

        async def load(patient=patient):
            return answers[patient]

        assert await ask(cache, load, patient=patient) == answers[patient]
    for patient in ("a", "b"):
        assert await ask(cache, Loader(own), patient=patient) == answers[patient]
    assert await ask(cache, Loader(own), patient="a", audience="family") == {"value": 1}


async def test_a_kept_answer_moved_to_another_key_is_not_believed(cache, own, redis):
    await ask(cache, Loader(own), patient="a")
    (first,) = await redis.keys("rounds:cache:*")
    await ask(cache, Loader(own), patient="b")
    (second,) = [key for key in await redis.keys("rounds:cache:*") if key != first]
    await redis.copy(first, second, replace=True)
    load = Loader(own)
    assert await ask(cache, load, patient="b") == {"value": 1}
    assert load.calls == 1, "it was loaded, not taken from the other patient's answer"


@pytest.mark.parametrize("garbage", [b"", b"x", b"x" * 500])
async def test_garbage_in_redis_is_a_miss(cache, own, redis, garbage):
    load = Loader(own)
    await ask(cache, load)
    (key,) = await redis.keys("rounds:cache:*")
    await redis.set(key, garbage)
    assert await ask(cache, load) == {"value": 1}
    assert load.calls == 2


async def test_neither_keys_nor_values_show_what_they_are_about(cache, own, redis):
    async def load():
        return {"name": "Maeve Example"}

    await ask(cache, load, patient="Maeve Example")
    (key,) = await redis.keys("rounds:cache:*")
    assert b"Maeve" not in key + await redis.get(key)
    assert await redis.ttl(key) > 0


async def test_without_redis_answers_are_slower_not_wrong(own):
    async with Redis.from_url("unix:///nowhere/at/all.sock") as gone:
        cache, load = Cache(gone, own.reads, key=KEY), Loader(own)
        assert await ask(cache, load) == {"value": 1}
        await write(own, 2)
        assert await ask(cache, load) == {"value": 2}
        assert load.calls == 2


async def test_equal_questions_at_once_are_loaded_once(cache, own):
    load = Loader(own)
    load.go_on.clear()
    asking = [asyncio.create_task(ask(cache, load)) for _ in range(20)]
    await asyncio.wait_for(load.loaded.wait(), 60)
    asking[0].cancel()
    load.go_on.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [{"value": 1}] * 19, "who asked first may hang up"
    assert load.calls == 1


async def test_a_failing_load_is_told_and_not_kept(cache, own):
    async def broken():
        raise LookupError

    with pytest.raises(LookupError):
        await ask(cache, broken)
    assert await ask(cache, Loader(own)) == {"value": 1}


async def test_a_generation_that_nobody_ever_renewed_is_not_cached(cache, own, redis):
    load = Loader(own)
    await ask(cache, load, generation="unheard of")
    await ask(cache, load, generation="unheard of")
    assert load.calls == 2
    assert await redis.keys("rounds:cache:*") == []


async def test_an_identity_that_holds_versions_needs_no_generation(cache, own):
    load = Loader(own)
    await ask(cache, load, generation=None, version=1)
    await ask(cache, load, generation=None, version=1)
    await ask(cache, load, generation=None, version=2)
    assert load.calls == 2
