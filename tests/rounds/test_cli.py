"""The command line itself: it answers at once, speaks in its own words, and lists for people and for programs."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import asyncpg
import pytest
import typer
from pydantic import BaseModel
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from features.accounts.command import ROLES
from features.accounts.schema import Role
from rounds import __version__
from rounds.cli import cli
from rounds.command_line import shared as commands
from rounds.command_line.failures import explain
from rounds.data import Database, new_id
from rounds.events import backlog
from rounds.problems import Conflict, InvalidFields

HOUSE = Path(__file__).parents[2]
# What a command may need, and its help never does; `features.…` is a slice behind its `command` module. Pydantic itself
# is imported by Typer, which reads options with it.
HEAVY = re.compile(
    r"(alembic|asyncpg|fastapi|pydantic_settings|redis|sqlalchemy|sqlmodel|structlog|uvicorn"
    r"|features\.\w+(\.(?!command).*)?|rounds\.(app|database|problems|runtime|serving|settings))$"
)


def imported_by(*words: str) -> tuple[str, list[str]]:
    """What `rounds …` prints, and the modules that it imported for that."""
    program = (
        "import sys; sys.argv = ['rounds', *sys.argv[1:]]\n"
        "from rounds.cli import main\n"
        "try: main()\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=HOUSE, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, ran.stderr.split()


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["serve", "--help"], ["user", "--help"], ["user", "add", "--help"],
     ["events", "list", "--help"], ["import", "panda", "--help"], ["mock", "--help"],
     ["notes", "reprocess", "--help"], ["seed", "--help"]],
    ids=" ".join,
)  # fmt: skip
def test_help_and_version_import_nothing_that_takes_long(words):
    printed, modules = imported_by(*words)
    assert printed
    assert [module for module in modules if HEAVY.match(module)] == []


def test_the_measure_of_what_is_heavy_can_fail():
    _, modules = imported_by("env-example")
    assert [module for module in modules if HEAVY.match(module)]


def test_the_version_is_told():
    printed, modules = imported_by("--version")
    assert printed == f"rounds {__version__}\n"
    assert "pydantic" not in modules


def test_help_lists_the_commands_of_every_slice():
    printed, modules = imported_by("--help")
    assert "pydantic" not in modules
    for name in ("serve", "consume", "migrate", "seed", "import", "user", "events", "notes", "openapi", "asyncapi"):
        assert re.search(rf"^\W*{name} ", printed, re.MULTILINE), name
    assert "Usage: rounds " in printed


def test_the_roles_that_help_names_are_the_roles_there_are():
    assert get_args(Role) == ROLES


# --- failures


class _Taken(Conflict):
    """A problem for these tests."""

    code = "taken_in_these_tests"
    detail = "It is taken. Choose another."


def _refused(cause: Exception) -> IntegrityError:
    original = Exception("driver")
    original.__cause__ = cause
    return IntegrityError("INSERT secret", {"name": "Grace Okafor"}, original)


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (_Taken(), "It is taken. Choose another.", 1),
        (InvalidFields([{"pointer": "/name", "type": "missing", "ctx": {}}]), "name: This field is required.", 2),
        (FileNotFoundError(2, "No such file or directory", "there.json"), "there.json: No such file or directory.", 1),
        (PermissionError(13, "Permission denied", ".rounds"), ".rounds: Permission denied.", 1),
        (ConnectionResetError(), "PostgreSQL went away meanwhile", 1),
        (asyncpg.AdminShutdownError(), "PostgreSQL went away meanwhile", 1),
        (RedisAway("Grace Okafor"), "Redis does not answer (ConnectionError).", 1),
        (asyncpg.InsufficientPrivilegeError("Grace Okafor"), "PostgreSQL refused it: its role may not do that.", 1),
        (asyncpg.DiskFullError("Grace Okafor"), "PostgreSQL refused it: its disk is full.", 1),
        (_refused(asyncpg.UniqueViolationError("Grace Okafor")), "PostgreSQL refused it: UniqueViolationError.", 1),
        (KeyError("Grace Okafor"), "this should not happen: KeyError at ", 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_failure_is_one_line_without_what_the_database_said(error, line, code, capsys):
    assert explain(error) == code
    said = capsys.readouterr().err
    assert said.startswith(f"rounds: {line}")
    assert len(said.splitlines()) == 1
    assert "Grace" not in said
    assert "Traceback" not in said


def rounds(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rounds", *words],
        cwd=HOUSE,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{HOUSE}/src:{HOUSE}", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_database_that_is_away_is_said_soon_and_plainly():
    away = {"ROUNDS_DATABASE_URL": "postgresql://rounds:secret@127.0.0.1:1/rounds", "ROUNDS_REDIS_URL": "redis://x"}
    ran = rounds("user", "list", "--json", **away)  # within the patience of the call above
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1] == (
        "rounds: ROUNDS_DATABASE_URL: PostgreSQL does not answer (ConnectionRefusedError)."
    )
    assert "secret" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_revision_is_said_plainly(empty_url, engines):
    where = {"ROUNDS_DATABASE_URL": empty_url, "ROUNDS_REDIS_URL": engines.redis_url}
    ran = rounds("migrate", "--to", "9999", **where)
    assert ran.returncode == 2
    assert "no revision 9999" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["user"],
        ["user", "add"],
        ["events", "requeue"],
        ["events", "requeue", "--all", "--subscriber", "notify"],
        ["events", "purge"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_two(words):
    assert CliRunner().invoke(cli, words).exit_code == 2


# --- lists

ROWS = [
    {"id": "01a21ace-f71f-7538-b04e-31fc8ecf1f8d", "name": "[red]Zoë[/red] :smile:", "roles": ["a", "b"], "error": None}
]
HEADINGS = {"id": "event", "name": "name", "roles": "roles", "error": "error"}


def test_lists_are_whole_in_a_pipe_and_take_names_as_they_are(capsys):
    commands.show([{**ROWS[0], "error": "x" * 300}], as_json=False, headings=HEADINGS)
    printed = capsys.readouterr().out
    assert ROWS[0]["id"] in printed
    assert "x" * 300 in printed
    assert "[red]Zoë[/red] :smile:" in printed
    assert "a, b" in printed


def test_ids_are_whole_on_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes this for a terminal
    monkeypatch.setenv("COLUMNS", "60")
    commands.show([{**ROWS[0], "error": "x" * 300}], as_json=False, headings=HEADINGS)
    assert ROWS[0]["id"] in re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)


def test_lists_are_json_for_programs(capsysbinary):
    commands.show(ROWS, as_json=True, headings=HEADINGS)
    printed = capsysbinary.readouterr().out.decode()
    assert json.loads(printed) == ROWS
    assert "Zoë" in printed, "people read it as well"
    commands.show([], as_json=True)
    assert json.loads(capsysbinary.readouterr().out) == []


class _Typed(BaseModel):
    number: int


def test_what_was_typed_is_checked(capsys):
    assert commands.checked(_Typed, {"number": "7"}).number == 7
    with pytest.raises(typer.Exit) as ended:
        commands.checked(_Typed, {"number": "seven"})
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith("number: ")


@pytest.fixture
def events(cloned_url, engines, monkeypatch, tmp_path):
    """`await events("list")`: the command, as if typed."""
    monkeypatch.chdir(tmp_path)  # away from whatever .env the repository's owner keeps
    monkeypatch.setenv("ROUNDS_DATABASE_URL", cloned_url)
    monkeypatch.setenv("ROUNDS_REDIS_URL", engines.redis_url)
    monkeypatch.setattr(
        "rounds.observability.logging.configure", lambda _: None
    )  # this process's logs stay where they are

    async def events(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, cli, ["events", *words], catch_exceptions=False)

    return events


async def test_events_are_listed_whole_and_as_json(events, cloned_url):
    event = new_id()
    connection = await asyncpg.connect(cloned_url)
    await connection.execute(
        "INSERT INTO outbox (id, type, subject, data, public, occurred_at) "
        "VALUES ($1, 'tests.told', $1, '{}', true, now())",
        event,
    )
    await connection.execute(
        "INSERT INTO delivery (event_id, subscriber, status, attempts, due_at, error) "
        "VALUES ($1, 'nobody', 'dead', 8, now(), 'KeyError')",
        event,
    )
    await connection.close()
    table = await events("list", "--status", "dead")
    assert table.exit_code == 0, table.output
    assert str(event) in table.stdout
    assert "nobody: 0 pending, the oldest for 0 s; 1 dead" in table.stdout
    (row,) = json.loads((await events("list", "--json")).stdout)
    assert (row["id"], row["type"], row["status"], row["attempts"]) == (str(event), "tests.told", "dead", 8)
    assert row["occurred_at"].endswith("Z")
    assert (await events("requeue", "--event", str(event))).stdout == "1 deliveries are pending again.\n"
    async with Database.open(cloned_url, pool_size=1) as database:
        assert (await backlog.standing(database.reads))["nobody"].backlog == 1


def test_a_server_imports_nothing_that_belongs_to_a_terminal_or_is_done_in_children():
    told = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL], cwd=HOUSE, env=_WITH_SOURCES, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["cel"], told.stderr


def test_what_a_start_leaves_out_is_there_for_whoever_wants_it():
    start = "from rounds import unwanted_extras; unwanted_extras.leave_out(); import rounds.serving; "
    script = f"{start}import rich, email_validator; print(rich.get_console().width > 0)"
    for first in ("", "import rich, email_validator; "):
        told = subprocess.run(
            [sys.executable, "-c", first + script],
            cwd=HOUSE,
            env=_WITH_SOURCES,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout == "True\n"


_WITH_SOURCES = {**os.environ, "PYTHONPATH": f"src{os.pathsep}."}
_IMPORT_ALL = """
import sys
from rounds import slices, unwanted_extras
unwanted_extras.leave_out()
import rounds.app
list(slices.modules("endpoint"))
terminal = ["prompt_toolkit", "cel.cli", "rich", "pygments", "email_validator"]
children = ["clinical.note", "clinical.weighing", "pypdfium2"]
children += ["features.summaries.benchwork", "features.notes.reading.pdf"]
print(*(name for name in ["cel", *terminal, *children] if name in sys.modules))
"""
