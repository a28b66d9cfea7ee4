"""Transactions that end before the answer, reads of one round trip, and a database that goes away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import bindparam, column, func, literal_column, select, values

from rounds.auth import tokens
from rounds.data import Database, Query
from tests.conftest import connected, running, settings_for

ACCOUNT = {"username": "grace", "password": "seven quiet herons", "full_name": "Grace", "roles": ["nurse"]}

# A constraint that is only checked when the transaction is committed.
REFUSE_AT_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused for %', NEW.username USING ERRCODE = '{code}';
END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON account
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
"""


async def run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


async def accounts(url: str) -> int:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT count(*) FROM account")
    await connection.close()
    return found


async def test_a_failing_commit_is_not_answered_with_success(live, cloned_url):
    await run(cloned_url, REFUSE_AT_COMMIT.format(code="23000"))
    answer = await live.post("/security/register", json=ACCOUNT)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert "location" not in answer.headers
    assert "grace" not in answer.text
    assert await accounts(cloned_url) == 0


async def test_a_commit_that_may_be_repeated_says_so(live, cloned_url):
    await run(cloned_url, REFUSE_AT_COMMIT.format(code="40001"))
    answer = await live.post("/security/register", json=ACCOUNT)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert await accounts(cloned_url) == 0


async def test_a_constraint_checked_at_commit_answers_its_own_problem(live, cloned_url):
    await run(
        cloned_url,
        "ALTER TABLE account DROP CONSTRAINT uq_account_username_key, "
        "ADD CONSTRAINT uq_account_username_key UNIQUE (username_key) DEFERRABLE INITIALLY DEFERRED",
    )
    assert (await live.post("/security/register", json=ACCOUNT)).status_code == 201
    answer = await live.post("/security/register", json=ACCOUNT)
    assert answer.status_code == 409
    assert answer.json()["code"] == "username_taken"
    assert await accounts(cloned_url) == 1


async def test_what_is_answered_is_committed(live, cloned_url):
    assert (await live.post("/security/register", json=ACCOUNT)).status_code == 201
    assert await accounts(cloned_url) == 1


class Proxy:
    """Stands between the program and PostgreSQL, notes what the program sends, and can be away."""

    def __init__(self, upstream: Path, folder: Path) -> None:
        self.upstream = upstream
        self.socket = folder / ".s.PGSQL.5432"
        self.sent: list[str] = []
        self.sent_by: dict[asyncio.StreamReader, list[str]] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.socket)

    async def stop(self, *, leave_socket: bool) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not leave_socket:
            self.socket.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        with contextlib.suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            upstream, downstream = await asyncio.open_unix_connection(self.upstream)
            back = asyncio.create_task(self._copy(upstream, writer))
            try:
                await self._forward(reader, downstream)
            finally:
                back.cancel()
                downstream.close()
                writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Message by message: a type (the very first has none), a length, and the rest."""
        kind = b""
        while True:
            length = await reader.readexactly(4)
            writer.write(kind + length + await reader.readexactly(int.from_bytes(length) - 4))
            kind = await reader.readexactly(1)
            self.sent.append(kind.decode())
            self.sent_by.setdefault(reader, []).append(kind.decode())

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65536):
            writer.write(part)
        writer.close()


@pytest.fixture
async def proxy(cloned_url: str) -> AsyncIterator[Proxy]:
    folder = parse_qs(urlsplit(cloned_url).query)["host"][0]
    with TemporaryDirectory(prefix="rounds-") as own:  # not tmp_path: paths of sockets are short
        proxy = Proxy(Path(folder) / ".s.PGSQL.5432", Path(own))
        await proxy.start()
        yield proxy
        await proxy.stop(leave_socket=True)


@pytest.fixture
async def through(proxy: Proxy, cloned_url: str, engines, redis, monkeypatch) -> AsyncIterator:
    """An administrator on the app, whose database is behind the proxy. Revocations never grow stale."""
    monkeypatch.setattr(tokens, "time", SimpleNamespace(monotonic=lambda: 0.0))
    url = f"{cloned_url.partition('?')[0]}?host={quote(str(proxy.socket.parent), safe='')}&port=5432"
    async with running(settings_for(url, engines.redis_url, database_pool=1)) as app, connected(app, "admin") as client:
        yield client


async def test_a_read_is_one_round_trip(through, proxy):
    body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "nhs_number": "1373645350"}
    patient = (await through.post("/patients", json=body)).json()
    for path in (f"/patients/{patient['id']}", "/patients/by-nhs-number/1373645350", "/patients", "/security/users"):
        assert (await through.get(path)).status_code == 200  # prepares the statement
        proxy.sent_by.clear()
        assert (await through.get(path)).status_code == 200
        # Bind, Execute, Sync in one go: no BEGIN, no ROLLBACK, nothing to reset. What the announcer has to say about
        # the new patient goes over another connection.
        assert ["B", "E", "S"] in proxy.sent_by.values(), (path, proxy.sent_by.values())


async def test_every_way_of_reading_is_one_round_trip(proxy, cloned_url):
    url = f"{cloned_url.partition('?')[0]}?host={quote(str(proxy.socket.parent), safe='')}&port=5432"
    query = Query(select(literal_column("1").label("one")).where(bindparam("yes", type_=None)))
    async with Database.open(url, pool_size=1) as database:
        reads = database.reads
        for read, expected in ((reads.all, [(1,)]), (reads.one, (1,)), (reads.value, 1)):
            assert await read(query, yes=True) == expected
            proxy.sent.clear()
            assert await read(query, yes=True) == expected
            assert proxy.sent == ["B", "E", "S"]


@pytest.mark.parametrize("leave_socket", [True, False], ids=["refused", "gone"])
async def test_an_outage_of_the_database_is_a_503_and_passes(through, proxy, leave_socket):
    calls = [
        ("GET", "/patients", None),
        ("GET", f"/patients/{uuid4()}", None),
        ("POST", "/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01"}),
        ("POST", "/security/register", ACCOUNT),
    ]
    assert (await through.get("/patients")).status_code == 200
    assert (await through.post("/patients", json=calls[2][2])).status_code == 201
    await proxy.stop(leave_socket=leave_socket)
    for _ in range(2):  # first on connections that break, then on connections that are refused
        for method, path, body in calls:
            answer = await through.request(method, path, json=body)
            assert (method, path, answer.status_code) == (method, path, 503)
            assert answer.headers["retry-after"] == "1"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "unavailable"
            assert "x-request-id" in answer.headers
    health = await through.get("/health")
    assert health.status_code == 200, health.text
    ready = await through.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["database"] == {"status": "down"}
    await proxy.start()
    assert (await through.get("/patients")).status_code == 200
    assert (await through.post("/patients", json=calls[2][2])).status_code == 201
    assert (await through.get("/health/ready")).status_code == 200


async def test_a_refused_request_leaves_nothing_stored(live, cloned_url):
    assert (await live.post("/security/register", json=ACCOUNT)).status_code == 201
    assert (await live.post("/security/register", json={**ACCOUNT, "username": "GRACE"})).status_code == 409
    assert await accounts(cloned_url) == 1


def test_a_query_demands_its_parameters_and_knows_its_defaults():
    numbers = values(column("n"), name="numbers").data([(1,), (2,)])
    query = Query(select(func.sum(numbers.c.n)).where(numbers.c.n > bindparam("least"), numbers.c.n < 9))
    with pytest.raises(KeyError, match="least"):
        query.bind({})
    assert 5 in query.bind({"least": 5})
    assert 9 in query.bind({"least": 5})
