"""Nobody changes the trail: not the owner of the tables, and not the role that the servers run as."""

import asyncpg
import pytest

from rounds.data import Database
from rounds.data.roles import APPLICATION_ROLE, grant
from tests.conftest import connected, running, settings_for
from tests.features.audit.conftest import seal_all, write

TABLES = ("audit_event", "audit_value", "audit_seal", "audit_sealed")


@pytest.fixture
async def trail(kept) -> list[str]:
    ids = await write(kept, 2)
    await seal_all(kept)
    return ids


@pytest.fixture
async def owner(cloned_url, trail):
    connection = await asyncpg.connect(cloned_url)
    yield connection
    await connection.close()


@pytest.fixture
async def application(cloned_url, trail):
    await grant(cloned_url, APPLICATION_ROLE)
    connection = await asyncpg.connect(cloned_url, server_settings={"role": APPLICATION_ROLE})
    assert await connection.fetchval("SELECT current_user") == APPLICATION_ROLE
    yield connection
    await connection.close()


async def _with_partitions(connection, tables=TABLES) -> list[str]:
    rows = await connection.fetch(
        """
        SELECT c.oid::regclass::text AS name FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND coalesce(i.inhparent, c.oid)::regclass::text = ANY($1)
        """,
        list(tables),
    )
    assert len(rows) > len(tables)
    return [row["name"] for row in rows]


async def _refused(connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)


async def test_the_owner_is_refused_by_the_database_itself(owner):
    for table in await _with_partitions(owner):
        await _refused(owner, f"UPDATE {table} SET {'number = number' if 'seal' in table else 'at = at'}")
        await _refused(owner, f"TRUNCATE {table}")
    for table in await _with_partitions(owner, ("audit_event", "audit_sealed")):
        await _refused(owner, f"DELETE FROM {table}")
    await _refused(owner, "DELETE FROM audit_seal")
    await _refused(owner, "DELETE FROM audit_era")


async def test_replication_does_not_switch_it_off(owner):
    await owner.execute("SET session_replication_role = replica")
    await _refused(owner, "DELETE FROM audit_event")


async def test_the_application_may_add_and_read(application, cloned_url):
    async with Database.open(cloned_url, pool_size=1, role=APPLICATION_ROLE) as database:
        await write(database, 1)
        await seal_all(database)
    assert await application.fetchval("SELECT count(*) FROM audit_event") == 3
    assert not await application.fetchval("SELECT audit_prepare_month(current_date)")
    assert await application.fetchval("SELECT audit_prepare_month(current_date + 400)")


async def test_the_application_has_no_right_to_change_anything(application, owner):
    for table in TABLES:
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # its rights alone refuse it
    for table in await _with_partitions(owner):
        await _refused(application, f"UPDATE {table} SET {'number = number' if 'seal' in table else 'at = at'}")
        await _refused(application, f"DELETE FROM {table}")
        await _refused(application, f"TRUNCATE {table}")
    await _refused(application, "DROP TABLE audit_event")
    await _refused(application, "ALTER TABLE audit_event DISABLE TRIGGER USER")
    await _refused(application, "SELECT audit_erase_values(gen_random_uuid())")
    await _refused(application, "SELECT audit_begin_era()")
    await _refused(application, "SELECT audit_drop_month(current_date)")
    await _refused(application, "UPDATE alembic_version SET version_num = '0001'")


async def test_a_server_runs_as_the_application(cloned_url, engines, redis):
    await grant(cloned_url, APPLICATION_ROLE)
    settings = settings_for(cloned_url, engines.redis_url, database_role=APPLICATION_ROLE)
    async with running(settings) as app, connected(app, "admin") as client:
        created = await client.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": "1950-03-09"})
        patient_id = created.json()["id"]
        await client.get(f"/patients/{patient_id}")
        seen = (await client.get("/audit", params={"patient_id": patient_id})).json()["data"]
        assert [event["action"] for event in seen] == ["view", "create"]
        async with app.state.database.transaction() as db:
            role = await (await db.connection()).exec_driver_sql("SELECT current_user")
            assert role.scalar() == APPLICATION_ROLE
        assert (await client.delete(f"/patients/{patient_id}")).status_code == 204
