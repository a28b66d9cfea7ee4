"""A database of the test's own with a trail in it, and a superuser who can do to it whatever one likes."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from features.audit import sealing, verifying
from features.audit.anchor import Anchor
from features.audit.problems import BrokenChain
from features.audit.verifying import Verified
from rounds.audit import acting_as, record
from rounds.data import Database, new_id


@pytest.fixture
async def kept(cloned_url) -> AsyncIterator[Database]:
    """The database, with pools of its own."""
    async with Database.open(cloned_url, pool_size=3) as database:
        yield database


@pytest.fixture
async def superuser(cloned_url):
    """Somebody whom no trigger keeps from anything."""
    connection = await asyncpg.connect(cloned_url)
    await connection.execute("SET session_replication_role = replica")
    for table in ("audit_event", "audit_value", "audit_sealed"):
        for name in await connection.fetch(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = $1::regclass", table
        ):
            await connection.execute(f"ALTER TABLE {name[0]} DISABLE TRIGGER USER")
    for table in ("audit_event", "audit_value", "audit_sealed", "audit_seal"):
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield connection
    await connection.close()


async def write(database: Database, count: int) -> list[str]:
    """Record so many changes, each in a transaction; answers their ids."""
    ids = []
    for number in range(count):
        async with database.transaction() as db:
            with acting_as("tester"):
                changes = {"name": (f"before {number}", f"after {number}")}
                ids.append(await record("update", "patient", db, patient_id=new_id(), changes=changes))
    return [str(each) for each in ids]


async def seal_all(database: Database) -> None:
    more = True
    while more:
        async with database.transaction() as db:
            more = await sealing.seal(db)


async def verified(database: Database, anchor: Anchor | None = None) -> Verified:
    done = Verified()
    async for step in verifying.verify(database.reads, anchor=anchor):
        done = step
    return done


async def broken(database: Database, anchor: Anchor | None = None) -> BrokenChain:
    with pytest.raises(BrokenChain) as found:
        await verified(database, anchor)
    return found.value


Refused = Callable[[str], object]
