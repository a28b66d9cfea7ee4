import asyncio
from typing import ClassVar

import orjson
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from rounds.data import Database
from rounds.events import CHANNEL, WORK_CHANNEL, Event, publish
from rounds.events.announcer import Announcer
from rounds.events.doorbell import Doorbell


class Shouted(Event):
    type: ClassVar[str] = "tests.shouted"

    number: int


class Muttered(Event):
    type: ClassVar[str] = "tests.muttered"
    public: ClassVar[bool] = False

    secret: str


@pytest.fixture
async def own(cloned_url, own_subscribers):
    async with Database.open(cloned_url, pool_size=4) as database:
        yield database


@pytest.fixture
async def heard(redis):
    """What an outside listener hears from now on."""
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(CHANNEL, WORK_CHANNEL)
        await redis.ping()

        async def listen(count: int) -> list[tuple[str, object]]:
            found = []
            async with asyncio.timeout(60):
                while len(found) < count:
                    message = await channel.get_message(timeout=1.0)
                    if message is not None:
                        found.append((message["channel"].decode(), orjson.loads(message["data"])))
            return found

        yield listen


async def tell(database, *events):
    async with database.transaction() as db:
        await publish(list(events), db)


async def test_public_events_are_announced_once_in_order_and_private_ones_by_type_only(own, redis, heard):
    await tell(own, Shouted(number=1), Muttered(secret="nobody's business"), Shouted(number=2))
    announcer = Announcer(own, redis, poll_seconds=1)
    assert await announcer.announce() == 3
    assert await announcer.announce() == 0
    found = await heard(3)
    assert [event["data"]["number"] for channel, event in found if channel == CHANNEL] == [1, 2]
    assert [event for channel, event in found if channel == WORK_CHANNEL] == [["tests.muttered"]]


async def test_what_redis_does_not_take_is_announced_later(own, redis, heard):
    await tell(own, Shouted(number=1))
    async with Redis.from_url("unix:///nowhere/at/all.sock") as gone:
        with pytest.raises(RedisError):
            await Announcer(own, gone, poll_seconds=1).announce()
    assert await Announcer(own, redis, poll_seconds=1).announce() == 1
    assert len(await heard(1)) == 1


async def test_two_announcers_share_what_there_is(own, redis, heard):
    await tell(own, *(Shouted(number=number) for number in range(1200)))
    both = Announcer(own, redis, poll_seconds=1), Announcer(own, redis, poll_seconds=1)

    async def all_of_it(announcer):
        total = 0
        while done := await announcer.announce():
            total += done
        return total

    assert sum(await asyncio.gather(*map(all_of_it, both))) == 1200
    numbers = [event["data"]["number"] for _, event in await heard(1200)]
    assert sorted(numbers) == list(range(1200))


async def test_running_it_announces_at_the_bell(own, redis, heard):
    running = asyncio.create_task(Announcer(own, redis, poll_seconds=3600).run())
    await tell(own, Shouted(number=5))
    assert (await heard(1))[0][1]["data"] == {"number": 5}
    running.cancel()


async def test_running_it_finds_what_another_process_did_not_live_to_announce(own, redis, heard):
    await tell(own, Shouted(number=6))
    own.bell.clear()
    running = asyncio.create_task(Announcer(own, redis, poll_seconds=0.05).run())
    assert (await heard(1))[0][1]["data"] == {"number": 6}
    running.cancel()


async def test_a_commit_that_fails_announces_nothing(own, redis):
    async with own.transaction() as db:
        await db.execute(
            text("CREATE TABLE pair (id int PRIMARY KEY, other int REFERENCES pair DEFERRABLE INITIALLY DEFERRED)")
        )
    with pytest.raises(Exception, match="pair"):  # noqa: PT012 - the COMMIT is part of it
        async with own.transaction() as db:
            await publish(Shouted(number=1), db)
            await db.execute(text("INSERT INTO pair VALUES (1, 2)"))  # refused by the COMMIT only
    assert not own.bell.is_set()
    assert await Announcer(own, redis, poll_seconds=1).announce() == 0


async def test_the_doorbell_tells_the_types_and_survives_strange_messages(redis, engines):
    rung: asyncio.Queue = asyncio.Queue()
    listening = asyncio.create_task(Doorbell(engines.redis_url).listen(rung.put_nowait))
    async with asyncio.timeout(60):
        assert await rung.get() is None, "something may have been missed before it listened"
        await redis.publish(CHANNEL, '{"type": "tests.shouted"}')
        assert await rung.get() == ["tests.shouted"]
        await redis.publish(WORK_CHANNEL, '["a", "b"]')
        assert await rung.get() == ["a", "b"]
        await redis.publish(CHANNEL, "{not json")
        assert await rung.get() is None
        await redis.publish(CHANNEL, "42")
        assert await rung.get() is None
        await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert await rung.get() is None, "it listens again"
        await redis.publish(CHANNEL, '{"type": "tests.again"}')
        assert await rung.get() == ["tests.again"]
    listening.cancel()
