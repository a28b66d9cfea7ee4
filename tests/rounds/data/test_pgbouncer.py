"""Rounds by way of a real PgBouncer in transaction pooling, with fewer servers than connections, so that they mix."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import literal_column, select, text

from rounds.data import Query
from rounds.data.roles import APPLICATION_ROLE, grant
from tests.conftest import connected, running, settings_for
from tests.servers import PATIENCE, Tools, engine_account, servers

PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="needs PgBouncer: apt install pgbouncer")
SERVERS = 2


@contextmanager
def pgbouncer(database: str, home: str) -> Iterator[str]:
    """The address of a PgBouncer before this database, which tolerates no setting that it would ignore."""
    with servers() as folder:
        account = engine_account(folder)
        if account:
            shutil.chown(folder, *account)
        configuration, log = folder / "pgbouncer.ini", folder / "log"
        configuration.write_text(
            f"[databases]\n{database} = host={home} port=5432 user=rounds\n"
            f"[pgbouncer]\npool_mode = transaction\ndefault_pool_size = {SERVERS}\nmax_client_conn = 200\n"
            f"auth_type = any\nunix_socket_dir = {folder}\nlisten_port = 6432\nignore_startup_parameters =\n",
            "utf-8",
        )
        process = Tools(account).spawn([str(PGBOUNCER), str(configuration)], log)
        try:
            deadline = time.monotonic() + PATIENCE
            while not (folder / ".s.PGSQL.6432").exists():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield f"postgresql://rounds@/{database}?host={folder}&port=6432"
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
async def bouncer(module_url: str) -> AsyncIterator[SimpleNamespace]:
    parts = urlsplit(module_url)
    with pgbouncer(parts.path[1:], parse_qs(parts.query)["host"][0]) as url:
        await grant(module_url, APPLICATION_ROLE)
        yield SimpleNamespace(url=url, direct=module_url)


@pytest.fixture
async def app(bouncer: SimpleNamespace, engines: Any, redis: Any, child_processes: Any) -> AsyncIterator[Any]:
    given = {"database_pooler_url": SecretStr(bouncer.url), "database_role": APPLICATION_ROLE, "read_seconds": 0.5}
    settings = settings_for(bouncer.direct, engines.redis_url, **given)
    async with running(settings, child_processes=child_processes) as app:
        yield app


async def test_everything_goes_on_beside_everything_else_over_two_servers(app, bouncer):
    async def life(client: Any, number: int) -> None:
        body = {"name": f"Jonathan Okonkwo {number}", "date_of_birth": "1950-01-01", "height_cm": 170, "weight_kg": 110}
        made = await client.post("/patients", json=body)
        assert made.status_code == 201, made.text
        own = f"/patients/{made.json()['id']}"
        note = {"taken_at": "2024-03-15T00:00:00Z", "content": "S: Well.\nO: BP 128/78."}
        calls = [
            ("POST", f"{own}/notes", {"json": note}, 201),
            ("POST", own.replace("/patients", "/evaluate"), {}, 201),
            ("PATCH", own, {"json": {"weight_kg": 100}}, 200),
            ("GET", own, {}, 200),
            ("GET", f"{own}/notes", {}, 200),
            ("GET", f"{own}/chart", {}, 200),
            ("GET", "/patients", {"params": {"sort": "name", "total": "true"}}, 200),
            ("GET", f"/patients/{made.json()['id']}/observations", {"params": {"name": "heart_rate"}}, 200),
            ("DELETE", own, {"headers": {"If-Match": '"1"'}}, 412),
        ]
        for method, path, more, expected in calls:
            answer = await client.request(method, path, **more)
            assert answer.status_code in {expected, 200}, (method, path, answer.text)

    async with connected(app, "admin") as client:
        await asyncio.gather(*(life(client, number) for number in range(24)))
        found = (await client.get("/patients", params={"q": "jonathon okonkwa"})).json()["data"]
        assert len(found) > 10, "the threshold of the fuzzy search applies"
    direct = await asyncpg.connect(bouncer.direct)
    assert await direct.fetchval("SELECT count(*) FROM patient") == 24
    used = await direct.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
        "AND datname = current_database() AND application_name <> ''"
    )
    await direct.close()
    assert used <= SERVERS + 4, "PgBouncer's, and the few that need a session of their own"


async def test_each_transaction_has_the_rights_and_limits_of_the_server_and_leaves_nothing(app, bouncer):
    database = app.state.database
    who = Query(select(literal_column("current_user::text").label("who")))
    for reads in (database.reads, database.reads.searches, database.reads.ahead):
        assert await reads.value(who) == APPLICATION_ROLE
    async with database.transaction() as db:
        assert (await db.execute(text("SELECT current_user::text"))).scalar() == APPLICATION_ROLE
        assert (await db.execute(text("SHOW statement_timeout"))).scalar() == "30s"
    with pytest.raises(Exception, match="permission denied"):
        async with database.transaction() as db:
            await db.execute(text("DELETE FROM audit_event"))
    with pytest.raises(asyncpg.QueryCanceledError):
        await database.reads.value(Query(select(literal_column("pg_sleep(20)::text"))))
    for _ in range(SERVERS * 3):
        other = await asyncpg.connect(bouncer.url, statement_cache_size=0)
        rows = await other.fetch("SELECT current_user::text, current_setting('statement_timeout')")
        assert [tuple(row) for row in rows] == [("rounds", "0")]
        await other.close()


async def test_a_read_that_is_given_up_leaves_its_server_to_others(app):
    reads = app.state.database.reads
    slow, quick = Query(select(literal_column("pg_sleep(0.3)::text"))), Query(select(literal_column("1").label("one")))
    for _ in range(SERVERS * 2):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reads.value(slow), 0.05)
    assert await asyncio.gather(*(reads.value(quick) for _ in range(20))) == [1] * 20
