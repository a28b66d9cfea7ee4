"""Whatever happens to the database under a command, it ends with one line that says so, and with 1."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import closing

import asyncpg
import pytest

from rounds import embedded
from tests.journeys.conftest import PATIENCE, ROOT, Gate, clean_environment, run_rounds, wait_until

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'Ada Byron' USING ERRCODE = '{code}', CONSTRAINT = '{constraint}'; END $$
"""
COMMANDS = {
    "patient": ("seed", "--patients", "3"),
    "account": ("user", "add", "grace", "--role", "nurse", "--password", "-"),
}


@pytest.fixture
def engines(data_dir, prepared):
    data_dir.mkdir()
    prepared.lay_out(data_dir, ROUNDS_SAMPLE_DATA="false")
    with embedded.start(data_dir, purpose="a journey", durable=False) as engines:
        yield engines


def sql(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def test_a_refusal_is_one_line(engines, data_dir):
    for table, code, expected in (
        ("patient", "53100", "its disk is full"),
        ("account", "23514", "it violates ck_of_somebody"),
    ):
        sql(
            engines.database_url,
            "DROP FUNCTION IF EXISTS refuse() CASCADE",
            REFUSE.format(code=code, constraint="ck_of_somebody" if code.startswith("23") else ""),
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()",
        )
        done = run_rounds(data_dir, *COMMANDS[table], stdin="many plain words\n")
        assert done.returncode == 1
        (line,) = done.stderr.strip().splitlines()
        assert line.startswith("rounds: ")
        assert expected in line
        assert "Ada" not in line


def test_a_database_that_dies_under_a_command_is_one_line(engines, data_dir):
    with closing(Gate(engines.database_url)) as gate:
        gate.run("BEGIN; LOCK TABLE patient IN SHARE MODE")  # so that it is in the middle of a statement for certain
        seed = subprocess.Popen(
            [sys.executable, "-m", "rounds", "seed", "--patients", "1000"],
            cwd=ROOT,
            env=clean_environment(data_dir),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(gate.holds_up)
        os.kill(int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
    _, said = seed.communicate(timeout=PATIENCE)
    assert seed.returncode == 1
    lines = [
        line for line in said.splitlines() if not line.startswith("Seeding patients") and "asyncpg.pool" not in line
    ]
    assert len(lines) == 1
    assert lines[0].startswith("rounds: PostgreSQL went away meanwhile")


def test_a_revision_that_is_not_there_is_a_mistake_in_the_call(data_dir):
    done = run_rounds(data_dir, "migrate", "--to", "9999")
    assert done.returncode == 2
    assert "no revision 9999" in done.stderr
    assert not data_dir.exists(), "nothing was started for it"
