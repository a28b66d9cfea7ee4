"""The consumer inside one process; `tests/journeys/test_faults.py` kills real ones."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import text

from rounds.data import Database
from rounds.events import Event, backlog, leases, publish, subscribe, subscribe_leased
from rounds.events.consumer import Consumer
from rounds.events.worker import Outage


class Counted(Event):
    type: ClassVar[str] = "tests.counted"

    number: int


@pytest.fixture
async def own(cloned_url, own_subscribers):
    """A database of the test's own, with a table for effects."""
    async with Database.open(cloned_url, pool_size=10) as database:
        async with database.transaction() as db:
            await db.execute(text("CREATE TABLE effect (subscriber text, number int)"))
        yield database


async def note(subscriber: str, received, db) -> None:
    for each in received:
        await db.execute(text("INSERT INTO effect VALUES (:s, :n)"), {"s": subscriber, "n": each.event.number})


async def effects(database: Database, subscriber: str) -> list[int]:
    async with database.transaction() as db:
        found = await db.execute(text("SELECT number FROM effect WHERE subscriber = :s"), {"s": subscriber})
        return sorted(found.scalars())


async def deliveries(database: Database, subscriber: str) -> dict[str, int]:
    async with database.transaction() as db:
        statement = text("SELECT status, count(*) FROM delivery WHERE subscriber = :s GROUP BY 1")
        return dict((await db.execute(statement, {"s": subscriber})).all())


async def tell(database: Database, *numbers: int) -> None:
    async with database.transaction() as db:
        await publish([Counted(number=number) for number in numbers], db)


async def make_due(database: Database) -> None:
    """Skip the waits of a backoff."""
    async with database.transaction() as db:
        await db.execute(text("UPDATE delivery SET due_at = now() WHERE status = 'pending'"))


async def test_every_subscriber_gets_every_event_once(own):
    @subscribe(Counted, name="one", batch=3)
    async def one(received, db):
        await note("one", received, db)

    @subscribe(Counted, name="two")
    async def two(received, db):
        await note("two", received, db)

    await tell(own, *range(10))
    await Consumer(own).drain()
    assert await effects(own, "one") == await effects(own, "two") == list(range(10))
    assert await deliveries(own, "one") == await deliveries(own, "two") == {"delivered": 10}
    assert await Consumer(own).drain() == 0


async def test_five_consumers_share_the_work_and_repeat_nothing(own):
    @subscribe(Counted, name="shared", batch=2)
    async def shared(received, db):
        await note("shared", received, db)

    await tell(own, *range(100))
    await asyncio.gather(*(Consumer(own).drain() for _ in range(5)))
    assert await effects(own, "shared") == list(range(100))


async def test_claims_of_one_consumer_are_passed_over_by_another(own):
    holding, go_on = asyncio.Event(), asyncio.Event()

    @subscribe(Counted, name="slow")
    async def slow(received, db):
        if received[0].event.number == 1:
            holding.set()
            await go_on.wait()
        await note("slow", received, db)

    await tell(own, 1, 2)
    first = asyncio.create_task(Consumer(own).drain())
    await asyncio.wait_for(holding.wait(), 60)
    await Consumer(own).drain()
    assert await effects(own, "slow") == [2]
    go_on.set()
    await first
    assert await effects(own, "slow") == [1, 2]


async def test_a_failure_leaves_no_effect_and_is_tried_again_later(own):
    attempts = []

    @subscribe(Counted, name="shaky")
    async def shaky(received, db):
        attempts.append(received[0].attempt)
        await note("shaky", received, db)
        if len(attempts) == 1:
            raise ValueError("only once")

    await tell(own, 7)
    await Consumer(own, backoff_seconds=600).drain()
    assert await effects(own, "shaky") == []
    assert await deliveries(own, "shaky") == {"pending": 1}
    assert await Consumer(own).drain() == 0, "a backoff lies ahead"
    await make_due(own)
    await Consumer(own).drain()
    assert attempts == [1, 2]
    assert await effects(own, "shaky") == [7]


async def test_one_bad_event_in_a_batch_does_not_hold_up_the_others(own):
    @subscribe(Counted, name="picky", batch=10)
    async def picky(received, db):
        await note("picky", received, db)
        if any(each.event.number == 4 for each in received):
            raise ValueError

    await tell(own, *range(10))
    await Consumer(own, backoff_seconds=600).drain()
    assert await effects(own, "picky") == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert await deliveries(own, "picky") == {"delivered": 9, "pending": 1}


async def test_a_subscriber_that_always_raises_ends_dead_holds_up_nobody_and_can_be_requeued(own):
    broken = True

    @subscribe(Counted, name="poisoned", attempts=3)
    async def poisoned(received, db):
        await note("poisoned", received, db)
        if broken:
            raise RuntimeError("Mrs Example must not appear anywhere")

    @subscribe(Counted, name="healthy")
    async def healthy(received, db):
        await note("healthy", received, db)

    await tell(own, 1, 2)
    for _ in range(3):
        await Consumer(own).drain()
        await make_due(own)
    assert await effects(own, "healthy") == [1, 2]
    assert await effects(own, "poisoned") == []
    assert await deliveries(own, "poisoned") == {"dead": 2}
    assert await Consumer(own).drain() == 0, "the dead stay dead"
    found = await backlog.find(own.reads, status="dead", subscriber=None, limit=10)
    assert {(row["subscriber"], row["attempts"], row["error"]) for row in found} == {("poisoned", 3, "RuntimeError")}
    assert (await backlog.standing(own.reads))["poisoned"].dead == 2

    broken = False
    assert await backlog.requeue(own, event_id=found[0]["id"]) == 1
    await Consumer(own).drain()
    assert len(await effects(own, "poisoned")) == 1
    assert await backlog.requeue(own, subscriber="poisoned") == 1
    await Consumer(own).drain()
    assert await effects(own, "poisoned") == [1, 2]


async def test_the_wait_doubles_with_every_failure(own):
    @subscribe(Counted, name="failing", attempts=20)
    async def failing(received, db):
        raise ValueError

    await tell(own, 1)
    waits = []
    for _ in range(4):
        await Consumer(own, backoff_seconds=10).drain()
        async with own.transaction() as db:
            waits.append(float(await db.scalar(text("SELECT extract(epoch FROM due_at - now()) FROM delivery"))))
        await make_due(own)
    for attempt, wait in enumerate(waits):
        # Between half and all of the doubled wait; a slow machine makes it seem shorter by a little, never longer.
        assert 10 * 2**attempt * 0.3 < wait <= 10 * 2**attempt


async def test_an_event_that_can_no_longer_be_read_fails_alone(own):
    @subscribe(Counted, name="reader", batch=10)
    async def reader(received, db):
        await note("reader", received, db)

    await tell(own, 1, 2, 3)
    async with own.transaction() as db:
        await db.execute(text("UPDATE outbox SET data = '{\"other\": 1}' WHERE data->>'number' = '2'"))
    await Consumer(own, backoff_seconds=600).drain()
    assert await effects(own, "reader") == [1, 3]


async def test_a_subscriber_that_hangs_runs_out_of_patience(own):
    @subscribe(Counted, name="hanging", attempts=1, patience=timedelta(milliseconds=200))
    async def hanging(received, db):
        await note("hanging", received, db)
        await asyncio.Event().wait()

    await tell(own, 1)
    await Consumer(own).drain()
    assert await deliveries(own, "hanging") == {"dead": 1}
    assert await effects(own, "hanging") == []


async def test_what_a_subscriber_publishes_is_delivered_in_turn(own):
    @subscribe(Counted, name="chain")
    async def chain(received, db):
        await note("chain", received, db)
        if received[0].event.number < 5:
            await publish(Counted(number=received[0].event.number + 1), db)

    await tell(own, 1)
    await Consumer(own).drain()
    assert await effects(own, "chain") == [1, 2, 3, 4, 5]


async def test_a_leased_subscriber_has_no_transaction_open_and_is_marked_afterwards(own):
    seen = []

    @subscribe_leased(Counted, name="mailer")
    async def mailer(received, context):
        async with context.database.transaction() as db:
            idle = text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
            own_database = text(f"{idle.text} AND datname = current_database()")
            seen.append(await db.scalar(own_database))

    await tell(own, 1)
    await Consumer(own).drain()
    assert seen == [0]
    assert await deliveries(own, "mailer") == {"delivered": 1}


async def test_a_lease_that_its_holder_did_not_survive_is_taken_over(own):
    attempts = []

    @subscribe_leased(Counted, name="mortal", patience=timedelta(hours=1))
    async def mortal(received, context):
        attempts.append(received.attempt)
        if len(attempts) == 1:
            raise asyncio.CancelledError  # as if the process were gone: nothing is written down

    await tell(own, 1)
    with pytest.raises(asyncio.CancelledError):
        await Consumer(own).drain()
    assert await Consumer(own).drain() == 0, "the lease still holds"
    await make_due(own)
    await Consumer(own).drain()
    assert attempts == [1, 2]
    assert await deliveries(own, "mortal") == {"delivered": 1}


async def test_what_a_dead_consumer_held_is_free_long_before_its_lease_ends(own, monkeypatch):
    monkeypatch.setattr(leases, "_LOOK_SECONDS", 0.05)
    done = asyncio.Event()

    @subscribe_leased(Counted, name="orphaned", patience=timedelta(hours=1))
    async def orphaned(received, context):
        if received.attempt == 2:
            done.set()

    await tell(own, 1)
    async with own.transaction() as db:  # leased to a number that no living connection holds
        await db.execute(
            text("UPDATE delivery SET attempts = 1, holder = 6148914691236517205, due_at = now() + interval '1 hour'")
        )
    consumer = Consumer(own, poll_seconds=60)
    running = asyncio.create_task(consumer.run())
    await asyncio.wait_for(done.wait(), 60)
    consumer.stop()
    await running
    assert await deliveries(own, "orphaned") == {"delivered": 1}


async def test_what_a_living_consumer_holds_is_left_to_it(own, monkeypatch):
    begun, go_on, calls = asyncio.Event(), asyncio.Event(), []

    @subscribe_leased(Counted, name="held", patience=timedelta(hours=1), parallel=1)
    async def held(received, context):
        calls.append(received.attempt)
        begun.set()
        await asyncio.wait_for(go_on.wait(), 60)

    monkeypatch.setattr(leases, "_LOOK_SECONDS", 0.05)
    slow = Consumer(own, poll_seconds=0.05)
    running = asyncio.create_task(slow.run())
    await asyncio.wait_for(slow.lease_holder.shown.wait(), 60)
    await tell(own, 1)
    await asyncio.wait_for(begun.wait(), 60)
    # A lease of a dead consumer, to see that the other one has looked, and has told the two apart.
    async with own.transaction() as db:
        await db.execute(
            text(
                "INSERT INTO delivery (event_id, subscriber, due_at, holder) "
                "SELECT id, 'ghost', now() + interval '1 hour', 6148914691236517205 FROM outbox"
            )
        )
    freed = asyncio.Event()
    looking = asyncio.create_task(leases.LeaseHolder(own).show(freed.set))
    await asyncio.wait_for(freed.wait(), 60)
    async with own.transaction() as db:
        held_now = text("SELECT subscriber FROM delivery WHERE holder IS NOT NULL")
        assert list((await db.execute(held_now)).scalars()) == ["held"]
    go_on.set()
    slow.stop()
    await running
    looking.cancel()
    assert calls == [1]


async def test_an_event_over_which_its_holders_keep_dying_is_given_up(own):
    @subscribe_leased(Counted, name="deadly", attempts=2)
    async def deadly(received, context):
        raise asyncio.CancelledError

    await tell(own, 1)
    for _ in range(2):
        with pytest.raises(asyncio.CancelledError):
            await Consumer(own).drain()
        await make_due(own)
    await Consumer(own).drain()
    assert await deliveries(own, "deadly") == {"dead": 1}


async def test_a_leased_failure_is_counted_and_backed_off(own):
    @subscribe_leased(Counted, name="refused", attempts=2)
    async def refused(received, context):
        raise ConnectionRefusedError

    await tell(own, 1)
    await Consumer(own, backoff_seconds=600).drain()
    assert await deliveries(own, "refused") == {"pending": 1}
    await make_due(own)
    await Consumer(own).drain()
    assert await deliveries(own, "refused") == {"dead": 1}


async def test_a_running_consumer_finishes_what_is_in_hand_when_told_to_stop(own):
    begun, go_on = asyncio.Event(), asyncio.Event()

    @subscribe(Counted, name="careful")
    async def careful(received, db):
        begun.set()
        await go_on.wait()
        await note("careful", received, db)

    await tell(own, 1, 2)
    consumer = Consumer(own, poll_seconds=0.05)
    running = asyncio.create_task(consumer.run())
    await asyncio.wait_for(begun.wait(), 60)
    consumer.stop()
    go_on.set()
    await running
    assert len(await effects(own, "careful")) == 1, "the second was not begun"


async def test_without_redis_it_polls(own):
    done = asyncio.Event()

    @subscribe(Counted, name="polled")
    async def polled(received, db):
        done.set()

    consumer = Consumer(own, redis_url="unix:///nowhere/at/all.sock", poll_seconds=0.05)
    running = asyncio.create_task(consumer.run())
    await tell(own, 1)
    async with asyncio.timeout(60):
        await done.wait()
    consumer.stop()
    await running


async def test_a_database_that_goes_away_is_not_held_against_the_event(own):
    @subscribe(Counted, name="cut", attempts=1)
    async def cut(received, db):
        await note("cut", received, db)
        if len(cuts) == 0:
            cuts.append(1)
            pid = await db.scalar(text("SELECT pg_backend_pid()"))
            async with own.transaction() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await db.execute(text("SELECT 1"))

    cuts: list[int] = []
    await tell(own, 1)
    with pytest.raises(Outage):
        await Consumer(own).drain()
    assert await deliveries(own, "cut") == {"pending": 1}
    await Consumer(own).drain()
    assert await effects(own, "cut") == [1]


@pytest.mark.parametrize("sqlstate", ["53100", "53300", "25006", "58030"])
@pytest.mark.parametrize("leased", [False, True])
async def test_a_database_that_takes_no_writes_is_not_held_against_the_event(own, sqlstate, leased):
    """More often than a subscriber may fail, PostgreSQL itself says that it has no room; then it has."""
    refusals = [sqlstate] * 3

    async def write(received, db):
        if refusals:
            code = refusals.pop()
            await db.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"))
        await note("full", received, db)

    if leased:

        @subscribe_leased(Counted, name="full", attempts=1)
        async def outside(received, reach):
            async with reach.database.transaction() as db:
                await write([received], db)

    else:
        subscribe(Counted, name="full", attempts=1)(write)
    await tell(own, 1)
    while refusals:
        with pytest.raises(Outage):
            await Consumer(own).drain()
        assert await deliveries(own, "full") == {"pending": 1}
        await make_due(own)
    await Consumer(own).drain()
    assert await effects(own, "full") == [1]
    assert await deliveries(own, "full") == {"delivered": 1}


async def test_sweeping_removes_what_everybody_has_had_and_nothing_else(own):
    @subscribe(Counted, name="sweeper", attempts=1)
    async def sweeper(received, db):
        if received[0].event.number == 2:
            raise ValueError

    await tell(own, 1, 2)
    await Consumer(own).drain()
    await tell(own, 3)  # pending
    assert await backlog.sweep(own, older_than=timedelta(seconds=-60)) == 0, "none of them is announced yet"
    async with own.transaction() as db:
        await db.execute(text("UPDATE outbox SET announced_at = now()"))
    assert await backlog.sweep(own, older_than=timedelta(hours=1)) == 0, "none of them is old"
    assert await backlog.sweep(own, older_than=timedelta(seconds=-60)) == 1
    async with own.transaction() as db:
        left = await db.execute(text("SELECT data->>'number' FROM outbox ORDER BY 1"))
        assert list(left.scalars()) == ["2", "3"]


async def test_purging_forgets_the_dead_only(own):
    @subscribe(Counted, name="purged", attempts=1)
    async def purged(received, db):
        raise ValueError

    await tell(own, 1)
    await Consumer(own).drain()
    await tell(own, 2)
    assert await backlog.purge(own, subscriber="somebody else") == 0
    assert await backlog.purge(own, subscriber="purged") == 1
    assert await deliveries(own, "purged") == {"pending": 1}


async def test_transaction_numbers_of_another_server_are_adopted(own):
    await tell(own, 1)
    async with own.transaction() as db:
        await db.execute(text("UPDATE outbox SET transaction = '999999999999'"))
    await backlog.sweep(own, older_than=timedelta(hours=1))
    async with own.transaction() as db:
        assert await db.scalar(text("SELECT transaction::text FROM outbox")) == "0"
