"""A transaction without a session keeps what a session's keeps, and hands no connection on that is no good."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.data import PlainTransaction, Query, create_engine, send

_ADD = Query(text("INSERT INTO thing VALUES (:number) RETURNING number"))
_ALL = Query(text("SELECT number FROM thing ORDER BY number"))
_SLEEP = Query(text("SELECT pg_sleep(60)"))


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    """With one connection, so that whoever keeps it, or spoils it, is found out."""
    engine = create_engine(empty_url, pool_size=1)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE thing (number integer PRIMARY KEY)"))
    yield engine
    await engine.dispose()


async def numbers(engine: AsyncEngine) -> list[int]:
    db = PlainTransaction(engine)
    found = [row["number"] for row in await send(_ALL, db, {})]
    await db.close()
    return found


async def driver_of(engine: AsyncEngine) -> "asyncpg.Connection":
    async with engine.connect() as connection:
        return (await connection.get_raw_connection()).driver_connection


async def test_it_begins_with_the_first_statement_and_ends_with_the_commit(engine):
    db = PlainTransaction(engine)
    assert not db.in_transaction()
    for number in (1, 2):
        assert [dict(row) for row in await send(_ADD, db, {"number": number})] == [{"number": number}]
    assert db.in_transaction()
    await db.commit()
    assert not db.in_transaction()
    assert await numbers(engine) == [1, 2]


async def test_what_is_not_committed_is_undone_and_the_next_one_is_its_own(engine):
    db = PlainTransaction(engine)
    await send(_ADD, db, {"number": 1})
    await db.rollback()
    await send(_ADD, db, {"number": 2})
    await db.commit()
    await send(_ADD, db, {"number": 3})
    await db.close()
    assert await numbers(engine) == [2]


async def test_a_refusal_is_told_and_spoils_the_transaction_but_not_the_connection(engine):
    before = await driver_of(engine)
    db = PlainTransaction(engine)
    await send(_ADD, db, {"number": 1})
    with pytest.raises(asyncpg.UniqueViolationError):
        await send(_ADD, db, {"number": 1})
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await send(_ADD, db, {"number": 2})
    await db.close()
    assert await numbers(engine) == []
    assert await driver_of(engine) is before


async def test_a_connection_that_was_lost_is_not_used_again(engine):
    driver = await driver_of(engine)
    db = PlainTransaction(engine)
    await send(_ADD, db, {"number": 1})
    driver.terminate()
    with pytest.raises(asyncpg.InterfaceError):
        await send(_ADD, db, {"number": 2})
    await db.close()
    assert await numbers(engine) == []
    assert await driver_of(engine) is not driver


async def test_a_commit_that_fails_keeps_nothing(engine):
    db = PlainTransaction(engine)
    await send(Query(text("ALTER TABLE thing ADD UNIQUE (number) DEFERRABLE INITIALLY DEFERRED")), db, {})
    await send(Query(text("ALTER TABLE thing DROP CONSTRAINT thing_pkey")), db, {})
    await db.commit()
    for _ in range(2):
        await send(_ADD, db, {"number": 1})
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.commit()
    await db.close()
    assert await numbers(engine) == []


async def test_who_is_cancelled_leaves_no_connection_in_the_middle_of_a_statement(engine):
    db = PlainTransaction(engine)
    await send(_ADD, db, {"number": 1})
    waiting = asyncio.create_task(send(_SLEEP, db, {}))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await db.close()
    assert await numbers(engine) == []


async def test_a_server_that_takes_no_writes_any_more_is_left(engine):
    before = await driver_of(engine)
    await before.execute("SET SESSION default_transaction_read_only = on")
    db = PlainTransaction(engine)
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await send(_ADD, db, {"number": 1})
    await db.close()
    db = PlainTransaction(engine)
    await send(_ADD, db, {"number": 2})
    await db.commit()
    assert await numbers(engine) == [2]


async def test_within_the_transaction_of_a_connection_it_is_a_savepoint(engine):
    async with engine.connect() as connection:
        await connection.begin()
        kept, undone = PlainTransaction(connection), PlainTransaction(connection)
        await send(_ADD, kept, {"number": 1})
        await kept.commit()
        await send(_ADD, undone, {"number": 2})
        await undone.rollback()
        assert (await connection.scalars(text("SELECT number FROM thing"))).all() == [1]
    assert await numbers(engine) == []


async def test_by_way_of_a_pooler_it_begins_with_the_settings(empty_url):
    engine = create_engine(empty_url, pool_size=1, seconds=7, is_pooled=True)
    db = PlainTransaction(engine)
    (row,) = await send(Query(text("SELECT current_setting('statement_timeout') AS timeout")), db, {})
    assert row["timeout"] == "7s"
    await db.close()
    await engine.dispose()
