"""What the database refuses for now is a 503 that says why, readiness says the same, and both recover by themselves."""

import asyncio

import asyncpg
import pytest

from rounds.data import is_outage, unavailability
from rounds.problems import Unavailable
from tests.conftest import connected, running, settings_for

ADA = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
ACCOUNT = {"username": "grace", "password": "many plain words", "full_name": "Grace", "roles": ["nurse"]}
CALLS = [
    ("POST", "/patients", ADA),
    ("POST", "/departments", {"name": "Cardiology"}),
    ("POST", "/security/register", ACCOUNT),
]


@pytest.fixture
async def database(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    yield connection
    await connection.close()


async def refuse(database, sqlstate: str) -> None:
    """From now on PostgreSQL itself refuses every new row with this code."""
    await database.execute(f"""
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'Ada Byron' USING ERRCODE = '{sqlstate}'; END $$
    """)
    for table in ("patient", "department", "account"):
        await database.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")


async def allow(database) -> None:
    await database.execute("DROP FUNCTION refuse() CASCADE")


async def is_ready(client) -> None:
    """Wait until it is."""
    async with asyncio.timeout(20):
        while (await client.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - there is nothing else to ask
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("sqlstate", "code", "seconds"),
    [
        ("53100", "storage_full", "10"),
        ("53000", "database_overloaded", "2"),
        ("53200", "database_overloaded", "2"),
        ("53300", "database_overloaded", "2"),
        ("53400", "database_overloaded", "2"),
        ("25006", "database_read_only", "2"),
        ("58030", "unavailable", "1"),
        ("57P02", "unavailable", "1"),
    ],
)
async def test_a_write_that_is_refused_for_now_says_why(live, database, sqlstate, code, seconds):
    await refuse(database, sqlstate)
    for method, path, body in CALLS:
        answer = await live.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, code), path
        assert answer.headers["retry-after"] == seconds
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Ada" not in answer.text
    told = await live.get(f"/problems/{code}")
    assert told.json()["status"] == 503
    await allow(database)
    for method, path, body in CALLS:
        assert (await live.request(method, path, json=body)).status_code == 201, path


@pytest.mark.parametrize(("sqlstate", "code"), [("53100", "storage_full"), ("25006", "database_read_only")])
async def test_readiness_tells_what_was_refused_and_recovers(live, database, sqlstate, code, monkeypatch):
    monkeypatch.setattr(unavailability, "_REMEMBERED_SECONDS", 0.3)
    monkeypatch.setattr(unavailability, "_FRESH_SECONDS", 0.0)
    assert (await live.get("/health/ready")).status_code == 200
    await refuse(database, sqlstate)
    assert (await live.post("/patients", json=ADA)).status_code == 503
    ready = await live.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["reason"]) == (503, "down", code)
    assert int(ready.headers["retry-after"]) >= 1
    assert (await live.get("/health")).status_code == 200
    await allow(database)
    await is_ready(live)
    assert (await live.get("/health/ready")).json()["reason"] is None


async def test_a_server_that_only_reads_is_not_ready_until_it_writes_again(cloned_url, engines, database, monkeypatch):
    monkeypatch.setattr(unavailability, "_REMEMBERED_SECONDS", 0.0)
    monkeypatch.setattr(unavailability, "_FRESH_SECONDS", 0.0)
    name = await database.fetchval("SELECT current_database()")
    await database.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    async with running(settings_for(cloned_url, engines.redis_url)) as app, connected(app, "admin") as client:
        for _ in range(3):
            answer = await client.post("/patients", json=ADA)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_read_only")
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["reason"]) == (503, "database_read_only")
        assert (await client.get("/patients")).status_code == 200, "it still reads"
        await database.execute("SET default_transaction_read_only = off")
        await database.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await is_ready(client)
        assert (await client.post("/patients", json=ADA)).status_code == 201


async def test_a_killed_connection_of_another_is_no_crash(live, database):
    """When one process of PostgreSQL dies, it ends all others with a code of its own."""
    assert (await live.get("/patients")).status_code == 200
    assert is_outage(asyncpg.CrashShutdownError())
    await database.execute("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """)
    assert (await live.get("/patients")).status_code == 200  # asked once more, over a connection that is new


@pytest.mark.parametrize("error", [asyncpg.InvalidPasswordError(), asyncpg.InvalidAuthorizationSpecificationError()])
def test_a_server_that_is_not_let_in_any_more_is_away(error):
    assert isinstance(unavailability.outage_of(error), Unavailable)


@pytest.mark.parametrize("error", [asyncpg.UniqueViolationError(), asyncpg.UndefinedTableError(), ValueError()])
def test_a_mistake_is_no_outage(error):
    assert unavailability.outage_of(error) is None
