"""What is dumped while everybody writes comes back elsewhere, row for row, by the commands that are documented.

The tools are those that come with Rounds. The servers are the embedded one and one that is reached by its URL: over
TCP, with a password, as a role that owns its database and nothing else.
"""

import asyncio
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx
import pytest

from rounds import embedded
from rounds.data import migrations, new_id
from rounds.embedded import commands
from tests.journeys.conftest import (
    PATIENCE,
    ROOT,
    Program,
    clean_environment,
    run_rounds,
    unused_port,
    wait_until,
)

OPERATIONS = ROOT / "docs" / "operations.md"
SERVER, EMBEDDED, OLD = "A server of your own", "Embedded engines", "A dump from a schema before 0010"


def recipes(heading: str) -> list[str]:
    """The commands that the documentation gives under a heading."""
    part = OPERATIONS.read_text("utf-8").split(f"### {heading}\n")[1]
    return re.findall(r"```sh\n(.*?)```", re.split(r"\n##", part)[0], re.DOTALL)


@pytest.fixture
def desk(data_dir: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """`desk(commands, NAME=value)`: a terminal in a folder with `.venv` and `.rounds`."""
    with TemporaryDirectory(prefix="rounds-") as folder:
        Path(folder, ".venv").symlink_to(sys.prefix)
        Path(folder, ".rounds").symlink_to(data_dir)
        path = os.pathsep.join([str(embedded.postgres_tools()), f"{sys.prefix}/bin", os.environ["PATH"]])

        def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
            known = clean_environment(data_dir, PATH=path, **environment)
            return subprocess.run(
                ["sh", "-eu", "-c", script], cwd=folder, env=known, capture_output=True, text=True, check=False
            )

        yield run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """`server()`: the URL of an empty database on a PostgreSQL that is reached over TCP with a password."""
    with TemporaryDirectory(prefix="rounds-") as folder:
        Path(folder).chmod(0o755)
        rules = Path(folder) / "hba"
        rules.write_text("local all rounds trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        port = unused_port()
        own = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(rules)}
        with ExitStack() as stack:
            with monkeypatch.context() as only_this_one:
                for name, value in own.items():
                    only_this_one.setitem(commands.POSTGRES_SETTINGS, name, value)
                engines = stack.enter_context(embedded.start(Path(folder) / "data", purpose="a server", valkey=False))
            inside = engines.database_url.replace("5432", str(port))

            def make() -> str:
                name = f"clinic_{new_id().hex}"
                sql(inside, f"CREATE ROLE {name} LOGIN PASSWORD 'for the clinic'")
                sql(inside, f"CREATE DATABASE {name} OWNER {name}")
                return f"postgresql://{name}:for%20the%20clinic@127.0.0.1:{port}/{name}"

            yield make


def sql(url: str, statement: str, *values: object) -> list[Any]:
    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    return asyncio.run(ask())


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


async def contents(connection: asyncpg.Connection) -> dict[str, tuple[int, str]]:
    """Each table's count and digest of its rows, generated columns and all."""
    await connection.execute("SET timezone = 'UTC'")
    found = {}
    for (table,) in await connection.fetch(TABLES):
        row = await connection.fetchrow(f"""
            SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text) COLLATE "C"), ''))
            FROM {table} t
        """)
        found[table] = tuple(row)
    return found


def contents_of(url: str) -> dict[str, tuple[int, str]]:
    async def look() -> dict[str, tuple[int, str]]:
        connection = await asyncpg.connect(url)
        try:
            return await contents(connection)
        finally:
            await connection.close()

    return asyncio.run(look())


def at_one_moment(url: str, dump: Callable[[str], None]) -> dict[str, tuple[int, str]]:
    """Call `dump` with a moment's name, as `pg_dump --snapshot` takes it, and answer what there was at that moment."""

    async def hold() -> dict[str, tuple[int, str]]:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                moment = await connection.fetchval("SELECT pg_export_snapshot()")
                await asyncio.to_thread(dump, moment)
                return await contents(connection)
        finally:
            await connection.close()

    return asyncio.run(hold())


class Clerk(threading.Thread):
    """Somebody who writes all the time: patients, addresses, notes, files, procedures, evaluations, corrections."""

    def __init__(self, program: Program) -> None:
        super().__init__(daemon=True)
        self.client, self.enough, self.written, self.trouble = program.client(), threading.Event(), 0, []

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.write()
                self.written += 1
                self.enough.wait(0.2)  # so that what they write beside gets on, too
        except Exception as error:  # noqa: BLE001 - the test shows it
            self.trouble.append(error)

    def write(self) -> None:
        body = {"name": "Zoë Ångström", "date_of_birth": "1940-01-01", "height_cm": 170, "weight_kg": 110}
        own = f"/patients/{self.ask('POST', '/patients', json=body)['id']}"
        self.ask("POST", f"{own}/address", json={"postcode": "YO8 8QN"})
        note = {"taken_at": "2024-03-15T00:00:00Z", "content": "S: Well.\nO: BP 128/78, weight 110 kg. Crème brûlée."}
        self.ask("POST", f"{own}/notes", json=note)
        file = {"file": ("a.txt", "P: Start ramipril 5 mg daily.".encode("utf-16"))}
        self.ask("POST", f"{own}/notes", files=file, data={"taken_at": "2024-03-16T00:00:00Z"})
        self.ask("POST", own.replace("/patients", "/evaluate"))
        self.ask("GET", f"{own}/summary")
        self.ask("PATCH", own, json={"weight_kg": 100})

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.client.request(method, path, **body)
        assert answer.is_success, answer.text
        return answer.json()


@contextmanager
def clerks(program: Program) -> Iterator[None]:
    """Two of them, from when each has written something until the end, by which each must have written more."""
    staff = [Clerk(program) for _ in range(2)]
    for clerk in staff:
        clerk.start()
    try:
        wait_until(lambda: all(clerk.written or clerk.trouble for clerk in staff))
        before = [clerk.written for clerk in staff]
        yield
        wait_until(lambda: all(c.written > was or c.trouble for c, was in zip(staff, before, strict=True)))
    finally:
        for clerk in staff:
            clerk.enough.set()
            clerk.join()
    assert [clerk.trouble for clerk in staff] == [[], []], program.said_since()


def answers_about(client: httpx.Client) -> dict[str, Any]:
    """What clients see of the sample ward, which no clerk touches: found by name, by words, read and summed up."""
    (patient,) = client.get("/patients", params={"mrn": "105"}).json()["data"]
    own = f"/patients/{patient['id']}"
    words = {
        query: [
            each["id"] for each in client.get("/notes", params={"q": query, "patient_id": patient["id"]}).json()["data"]
        ]
        for query in ("pain", "codeine", "weight")
    }
    assert any(words.values())
    return {
        "patient": patient,
        "by name": client.get("/patients", params={"q": patient["name"][:-1]}).json()["data"][0]["id"],
        "by words": words,
        "notes": client.get(f"{own}/notes", params={"limit": 200}).json()["data"],
        "summary": client.get(f"{own}/summary").json()["summary"],
    }


def goes_on(program: Program, expected: dict[str, Any]) -> None:
    """The program answers as before, by the same password, and what is new is written, found and told of."""
    client = program.client()
    assert answers_about(client) == expected
    Clerk(program).write()
    found = client.get("/notes", params={"q": "creme brulee"}).json()["data"]
    assert found
    wait_until(lambda: client.get("/health/ready").json()["consumer"]["backlog"] == 0)


def test_what_embedded_engines_held_comes_back_on_another_server(start, data_dir, desk, server):
    program = start()
    expected = answers_about(program.client())
    with embedded.start_or_attach(data_dir, purpose="a journey", valkey=False) as engines, clerks(program):

        def dump(moment: str) -> None:
            script = recipes(EMBEDDED)[0].replace("--format", f"--snapshot={moment} --format")
            done = desk(script)
            assert done.returncode == 0, done.stderr

        held = at_one_moment(engines.database_url, dump)
    assert len(held) > 15
    elsewhere = server()
    restored = desk(recipes(SERVER)[1], RESTORED_DATABASE_URL=elsewhere)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert contents_of(elsewhere) == held
    assert held["note"][0] > 50, "the ward's notes and the clerks'"
    with TemporaryDirectory(prefix="rounds-") as other:
        goes_on(start(folder=Path(other), ROUNDS_DATABASE_URL=elsewhere), expected)
        program.stop()


def test_what_another_server_held_comes_back_in_place_and_on_embedded_engines(start, prepared, desk, server):
    url = server()
    prepared.fill(url)
    program = start(ROUNDS_DATABASE_URL=url)
    expected = answers_about(program.client())
    with clerks(program):

        def dump(moment: str) -> None:
            script = recipes(SERVER)[0].replace("--format", f"--snapshot={moment} --format")
            done = desk(script, ROUNDS_DATABASE_URL=url)
            assert done.returncode == 0, done.stderr

        held = at_one_moment(url, dump)
    program.stop()
    assert contents_of(url) != held, "the clerks went on after the dump"

    replaced = desk(recipes(SERVER)[2], ROUNDS_DATABASE_URL=url)
    assert replaced.returncode == 0, replaced.stderr
    assert contents_of(url) == held
    program = start(ROUNDS_DATABASE_URL=url)
    goes_on(program, expected)
    program.stop()

    assert start(ready=False, command="engines", ROUNDS_DATABASE_URL=url).process.wait(PATIENCE) == 1
    engines = start(ready=False, command="engines")
    address = engines.wait_for("Database").split()[-1]
    engines.wait_for("Ctrl-C")
    beside = desk(recipes(EMBEDDED)[1])
    assert beside.returncode == 0, beside.stderr
    assert contents_of(address) == held
    engines.interrupt()
    assert engines.process.wait(PATIENCE) == 0
    goes_on(start(), expected)


def test_the_commands_dump_under_load_and_put_back_what_verifies(start, data_dir, server):
    program = start()
    expected = answers_about(program.client())
    with TemporaryDirectory(prefix="rounds-") as folder:
        dump = Path(folder, "rounds.dump")
        with clerks(program):
            done = program.rounds("backup", str(dump))
            assert done.returncode == 0, done.stderr
        assert stat.S_IMODE(dump.stat().st_mode) == 0o600
        assert [each.name for each in dump.parent.iterdir()] == [dump.name]
        onto = program.rounds("restore", str(dump))
        assert (onto.returncode, onto.stderr.count("\n")) == (1, 1)
        assert "not empty" in onto.stderr

        other, elsewhere = Path(folder, "other"), {"ROUNDS_DATABASE_URL": server()}
        for command in (("restore", str(dump)), ("audit", "verify")):
            done = run_rounds(other, *command, **elsewhere)
            assert done.returncode == 0, done.stderr + done.stdout
        goes_on(start(folder=other, **elsewhere), expected)
        program.stop()


def test_a_dump_made_before_functions_found_their_names_is_rescued(desk, server):
    old, words = server(), "Crème brûlée, and no penicillin."
    asyncio.run(migrations.upgrade(old, "0008"))
    patient = new_id()
    sql(
        old,
        "INSERT INTO patient (id, name, date_of_birth, sex, conditions, version, created_at, updated_at) "
        "VALUES ($1, 'Élodie', '1990-01-01', 'female', '{}', 1, now(), now())",
        patient,
    )
    sql(
        old,
        """
        INSERT INTO note (id, patient_id, taken_at, taken_at_source, type, type_source, content, characters, facts,
                          extraction_status, extraction_method, understanding_version, version, created_at, updated_at)
        SELECT gen_random_uuid(), $1, now(), 'given', 'progress', 'given', $2, length($2), '{}',
               'done', 'text', 1, 1, now(), now()
        FROM generate_series(1, 30)
        """,
        patient,
        words,
    )
    before = contents_of(old)
    assert desk(recipes(SERVER)[0], ROUNDS_DATABASE_URL=old).returncode == 0
    lost = desk(recipes(SERVER)[1], RESTORED_DATABASE_URL=server())
    assert 'configuration "rounds_notes" does not exist' in lost.stderr, "or there is nothing to rescue"

    rescued = server()
    done = desk(recipes(OLD)[0], RESTORED_DATABASE_URL=rescued)
    assert done.returncode == 0, done.stderr
    assert contents_of(rescued) == before
    asyncio.run(migrations.upgrade(rescued))
    search = "SELECT count(*) FROM note WHERE vector @@ to_tsquery('rounds_notes', 'creme & brulee')"
    assert sql(rescued, search)[0][0] == 30
    again = server()
    assert desk(recipes(SERVER)[0], ROUNDS_DATABASE_URL=rescued).returncode == 0
    assert desk(recipes(SERVER)[1], RESTORED_DATABASE_URL=again).returncode == 0
    assert contents_of(again) == contents_of(rescued)
