"""Statements that go past a session's machinery are part of its transaction all the same."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.data import Query, create_engine, send, sessionmaker

_ADD = Query(text("INSERT INTO thing VALUES (:number) RETURNING number"))
_DOUBLED = Query(select((bindparam("number", type_=Integer) * 2).label("doubled")))
_TRANSACTION = Query(select(func.pg_current_xact_id().label("transaction")))


@pytest.fixture
async def db(empty_url: str) -> AsyncIterator[AsyncSession]:
    engine = create_engine(empty_url, pool_size=1)
    async with sessionmaker(engine)() as session:
        await session.execute(text("CREATE TABLE thing (number integer PRIMARY KEY)"))
        await session.commit()
        yield session
    await engine.dispose()


async def numbers(db: AsyncSession) -> list[int]:
    return list(await db.scalars(text("SELECT number FROM thing ORDER BY number")))


async def test_rows_come_back_by_name_whether_or_not_the_transaction_has_begun(db):
    for _ in range(3):
        (row,) = await send(_DOUBLED, db, {"number": 21})
        assert row["doubled"] == 42
    assert await send(Query(text("DELETE FROM thing")), db, {}) == []


async def test_what_is_sent_first_begins_the_transaction(db):
    await send(_ADD, db, {"number": 1})
    await db.rollback()
    assert await numbers(db) == []


async def test_all_of_a_transaction_is_one(db):
    (first,) = await send(_TRANSACTION, db, {})
    await db.execute(text("INSERT INTO thing VALUES (1)"))
    (then,) = await send(_TRANSACTION, db, {})
    assert first["transaction"] == then["transaction"]
    await send(_ADD, db, {"number": 2})
    await db.rollback()
    assert await numbers(db) == []


async def test_each_transaction_of_a_session_is_its_own(db):
    for number in (1, 2, 3, 4):
        await send(_ADD, db, {"number": number})
        await send(_ADD, db, {"number": number + 10})
        await (db.commit() if number % 2 else db.rollback())
    assert await numbers(db) == [1, 3, 11, 13]


async def test_a_savepoint_takes_back_what_was_sent_in_it_only(db):
    await send(_ADD, db, {"number": 1})
    await send(_ADD, db, {"number": 2})
    savepoint = await db.begin_nested()
    await send(_ADD, db, {"number": 3})
    await savepoint.rollback()
    await send(_ADD, db, {"number": 4})
    async with db.begin_nested():
        await send(_ADD, db, {"number": 5})
    await db.commit()
    assert await numbers(db) == [1, 2, 4, 5]


async def test_a_refusal_is_told_and_spoils_the_transaction(db):
    await send(_ADD, db, {"number": 1})
    with pytest.raises(asyncpg.UniqueViolationError):
        await send(_ADD, db, {"number": 1})
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await send(_ADD, db, {"number": 2})
    await db.rollback()
    assert await numbers(db) == []
    await db.execute(text("INSERT INTO thing VALUES (1)"))
    await db.commit()
    with pytest.raises(IntegrityError):
        await send(_ADD, db, {"number": 1})


@pytest.mark.parametrize("sent_before", [1, 2])
async def test_a_connection_that_was_lost_is_not_used_again(db, sent_before):
    await send(_ADD, db, {"number": 1})
    await db.commit()
    for number in range(sent_before):
        await send(_ADD, db, {"number": 2 + number})
    driver = (await (await db.connection()).get_raw_connection()).driver_connection
    driver.terminate()
    with pytest.raises((asyncpg.InterfaceError, DBAPIError)):
        await send(_ADD, db, {"number": 9})
    await db.close()
    assert await numbers(db) == [1]
    await send(_ADD, db, {"number": 4})
    await db.commit()
    assert await numbers(db) == [1, 4]
