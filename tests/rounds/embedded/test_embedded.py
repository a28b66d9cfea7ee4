"""The embedded engines, with real servers and real processes that are really killed."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import psutil
import pytest
import redis
from sqlalchemy import make_url

from rounds import embedded
from rounds.embedded import account, data_directory, locks, ownership

SOURCES = Path(embedded.__file__).parents[2]
AS_ROOT = os.geteuid() == 0

# A command of Rounds, reduced to its engines. It answers each line on its input with one line of JSON.
PROGRAM = """
import asyncio, json, os, signal, subprocess, sys
from pathlib import Path
import asyncpg
from rounds import embedded

async def ask(url, query):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()

def say(**facts):
    print(json.dumps(facts), flush=True)

how, data_dir = sys.argv[1], Path(sys.argv[2])
signal.signal(signal.SIGINT, lambda *_: os.write(1, b'{"interrupted": true}\\n'))
try:
    with getattr(embedded, how)(data_dir, purpose="rounds " + how) as engines:
        say(url=engines.database_url, started=engines.started)
        while True:
            word = sys.stdin.readline().strip()
            if word == "fork":
                if (child := os.fork()) == 0:
                    break  # the child leaves the owner's context, and must not take the engines with it
                say(child=child, status=os.waitpid(child, 0)[1])
            elif word == "children":
                spawned = subprocess.Popen(["sleep", "60"], close_fds=False)
                if (forked := os.fork()) == 0:
                    signal.pause()
                say(children=[spawned.pid, forked])
            elif word:
                say(answer=asyncio.run(ask(engines.database_url, word)))
            else:
                break
except embedded.DataDirectoryBusy as busy:
    say(busy=str(busy))
"""


class Program:
    def __init__(self, how: str, data_dir: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, how, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCES), *sys.path]), **environment},
            process_group=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def reads(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.stdout.readline())
        return answer

    def asks(self, word: str) -> dict[str, Any]:
        self.stdin.write(word + "\n")
        self.stdin.flush()
        return self.reads()

    def finish(self) -> None:
        self.stdin.close()
        assert self.process.wait(15) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)


@contextlib.contextmanager
def program(how: str, data_dir: Path, **environment: str) -> Iterator[Program]:
    each = Program(how, data_dir, **environment)
    try:
        yield each
    finally:
        each.kill()
        each.stdin.close()
        each.stdout.close()


def until(condition: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)
    return found


def sql(url: str | None, query: str) -> Any:
    async def ask() -> Any:
        assert url is not None
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(ask())


@contextlib.contextmanager
def valkey(url: str | None) -> Iterator[Any]:
    assert url is not None
    with contextlib.closing(redis.from_url(url, decode_responses=True)) as client:
        yield client


def engine_processes(data_dir: Path) -> dict[int, psutil.Process]:
    homes = {str(data_dir.resolve() / "postgres"), str(data_dir.resolve() / "valkey")}
    found = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() in {"postgres", "valkey-server"} and process.cwd() in homes:
                found[process.pid] = process
    return found


def are_free(data_dir: Path) -> bool:
    if lock := locks.try_lock(data_dir):
        lock.close()
    return lock is not None


def keeper_of(data_dir: Path) -> int:
    keeper: int = json.loads((data_dir / "engines.json").read_text())["keeper"]
    return keeper


@contextlib.contextmanager
def restoring(moved: Path, original: Path) -> Iterator[None]:
    try:
        yield
    finally:
        moved.rename(original)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def empty() -> Iterator[Path]:
    # Not tmp_path: pytest keeps those of three runs, and a database is large.
    directory = Path(tempfile.mkdtemp(prefix="rounds-test-")).resolve()
    yield directory / "data"
    shutil.rmtree(directory)


class Running(NamedTuple):
    data_dir: Path
    engines: embedded.Engines
    seconds: float  # that the first start took


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    directory = Path(tempfile.mkdtemp(prefix="rounds-test-")).resolve()
    began = time.monotonic()
    with embedded.start(directory / "data", purpose="rounds test") as engines:
        yield Running(directory / "data", engines, time.monotonic() - began)
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def initialised() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="rounds-test-")).resolve()
    with embedded.start(directory / "data", purpose="rounds test", durable=False):
        pass
    yield directory / "data"
    shutil.rmtree(directory)


@pytest.fixture
def data_dir(initialised: Path) -> Path:
    """A data directory that other tests have used before and left at rest."""
    until(lambda: are_free(initialised))
    assert not engine_processes(initialised)
    return initialised


class TestWhatIsStarted:
    def test_only_private_sockets_are_listened_on(self, running: Running) -> None:
        data_dir = running.data_dir
        processes = engine_processes(data_dir).values()
        assert {process.name() for process in processes} == {"postgres", "valkey-server"}
        assert [process.net_connections("inet") for process in processes if process.net_connections("inet")] == []
        assert mode_of(data_dir) == (0o711 if AS_ROOT else 0o700)
        assert {mode_of(data_dir / name) for name in ("run", "log", "postgres", "valkey")} == {0o700}
        assert {mode_of(path) for path in (data_dir / "run").iterdir() if path.is_socket()} == {0o700}

    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            ("listen_addresses", ""),
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("data_checksums", "on"),
            ("server_encoding", "UTF8"),
            ("shared_buffers", "256MB"),
            ("max_connections", "200"),
            ("work_mem", "16MB"),
            ("maintenance_work_mem", "256MB"),
            ("max_wal_size", "4GB"),
            ("random_page_cost", "1.1"),
            ("jit", "off"),
            ("timezone", "UTC"),
        ],
    )
    def test_database_settings(self, running: Running, setting: str, value: str) -> None:
        assert sql(running.engines.database_url, f"show {setting}") == value

    def test_cache_settings(self, running: Running) -> None:
        with valkey(running.engines.redis_url) as client:
            settings = client.config_get("port", "save", "maxmemory", "maxmemory-policy", "protected-mode")
        assert settings == {
            "port": "0",
            "save": "300 1",
            "maxmemory": str(256 * 1024 * 1024),
            "maxmemory-policy": "volatile-lru",
            "protected-mode": "yes",
        }

    def test_names_in_every_script_can_be_searched(self, running: Running) -> None:
        url = running.engines.database_url
        sql(url, "create extension if not exists pg_trgm")
        assert sql(url, "select similarity('王小明', '王小明')") == 1
        assert sql(url, "select show_trgm('आरव')") != []
        assert sql(url, "select lower('É')") == "é"
        assert sql(url, "select similarity('MÜLLER', 'müller')") == 1

    def test_sqlalchemy_understands_the_url(self, running: Running) -> None:
        assert running.engines.database_url is not None
        url = make_url(running.engines.database_url).set(drivername="postgresql+asyncpg")
        _, arguments = url.get_dialect()().create_connect_args(url)

        async def ask() -> Any:
            connection = await asyncpg.connect(**arguments)
            try:
                return await connection.fetchval("select current_database()")
            finally:
                await connection.close()

        assert asyncio.run(ask()) == "rounds"

    def test_versions_come_from_the_engines(self, running: Running) -> None:
        engines = running.engines
        assert sql(engines.database_url, "show server_version") == engines.postgres_version
        with valkey(engines.redis_url) as client:
            assert client.info("server")["valkey_version"] == engines.valkey_version

    def test_a_log_quotes_no_patient(self, running: Running) -> None:
        data_dir, engines, _ = running
        sql(engines.database_url, "create table patient (name text primary key)")
        sql(engines.database_url, "insert into patient values ('Aarav Sharma')")
        with pytest.raises(asyncpg.UniqueViolationError):
            sql(engines.database_url, "insert into patient values ('Aarav Sharma')")
        log = (data_dir / "log" / "postgres.log").read_text()
        assert "duplicate key value" in log
        assert "Aarav" not in log

    def test_throw_away_engines_do_not_wait_for_the_disk(self, data_dir: Path) -> None:
        with embedded.start(data_dir, purpose="rounds test", durable=False) as engines:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert sql(engines.database_url, f"show {setting}") == "off"
            with valkey(engines.redis_url) as client:
                assert client.config_get("save") == {"save": ""}

    def test_one_engine_can_be_left_out(self, empty: Path) -> None:
        with embedded.start(empty, purpose="rounds serve", postgres=False) as engines:
            assert (engines.database_url, engines.postgres_version) == (None, None)
            with valkey(engines.redis_url) as client:
                assert client.ping()
            assert not (empty / "postgres").exists()
            with (
                pytest.raises(embedded.DataDirectoryBusy, match="without PostgreSQL"),
                embedded.start_or_attach(empty, purpose="rounds user list"),
            ):
                pass
            with embedded.start_or_attach(empty, purpose="rounds user list", postgres=False) as attached:
                assert attached.redis_url == engines.redis_url

    def test_the_callers_environment_does_not_matter(self, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        hostile = {
            "PGDATA": "/nonexistent",
            "PGHOST": "nowhere.invalid",
            "PGPORT": "1",
            "PGUSER": "nobody",
            "PGDATABASE": "nothing",
            "PGOPTIONS": "-c work_mem=64kB",
            "LC_ALL": "xx_XX",
            "TZ": "Asia/Kathmandu",
        }
        with program("start", empty, **hostile) as owner:
            url = owner.reads()["url"]
            assert owner.asks("show work_mem") == {"answer": "16MB"}
            postmaster = engine_processes(empty)[int((empty / "postgres" / "postmaster.pid").read_text().split()[0])]
            assert postmaster.environ()["LC_ALL"] == "C"
            assert not hostile.keys() & postmaster.environ().keys() - {"LC_ALL"}
            for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS"):
                monkeypatch.setenv(name, hostile[name])
            assert sql(url, "select current_user || ' ' || current_setting('timezone')") == "rounds UTC"
            owner.finish()


class TestPaths:
    @pytest.mark.parametrize(
        "name",
        [
            "two words and 'quotes' \"both\" kinds",
            "über आरव 王 100% a+b #?&=",
            "one, two",  # database drivers split a host at commas
            "x" * 120,  # too long for a socket's address
        ],
    )
    def test_any_path_will_do(self, data_dir: Path, name: str) -> None:
        odd = data_dir.parent / name
        data_dir.rename(odd)
        with restoring(odd, data_dir), embedded.start(odd, purpose="rounds test", durable=False) as engines:
            assert sql(engines.database_url, "select current_setting('data_directory')") == str(odd / "postgres")
            with valkey(engines.redis_url) as client:
                assert client.set("key", "value")
            elsewhere = data_directory.run_directory(odd)
            assert (elsewhere.parent != odd) == (name.startswith(("one,", "xxx")))
            assert mode_of(elsewhere) == 0o700
        assert elsewhere == odd / "run" or not elsewhere.exists()

    def test_a_planted_socket_directory_is_refused(self, empty: Path) -> None:
        odd = empty.parent / "one, two"
        planted = data_directory.run_directory(odd)
        target = empty.parent / "listening"
        target.mkdir()
        planted.symlink_to(target)
        try:
            with (
                pytest.raises(embedded.EngineFailed, match="belongs to someone else"),
                embedded.start(odd, purpose="rounds test"),
            ):
                pass
        finally:
            planted.unlink()
        if AS_ROOT:
            planted.mkdir()
            os.chown(planted, 12345, 12345)
            try:
                with (
                    pytest.raises(embedded.EngineFailed, match="belongs to someone else"),
                    embedded.start(odd, purpose="rounds test"),
                ):
                    pass
            finally:
                planted.rmdir()
        assert not engine_processes(odd)


class TestEndings:
    def test_a_restart_is_quick_and_keeps_everything(self, data_dir: Path) -> None:
        starts, stops = [], []
        for count in range(1, 4):
            began = time.monotonic()
            with embedded.start(data_dir, purpose="rounds test") as engines:
                starts.append(time.monotonic() - began)
                sql(engines.database_url, "create table if not exists visit (at timestamptz)")
                sql(engines.database_url, "insert into visit values (now())")
                assert sql(engines.database_url, "select count(*) from visit") == count
                with valkey(engines.redis_url) as client:
                    assert client.incr("visits") == count
                ended = time.monotonic()
            stops.append(time.monotonic() - ended)
            assert not engine_processes(data_dir)
            assert not (data_dir / "engines.json").exists()
        assert min(starts) < 10  # a third of a second when nothing else runs; engines that are forced take longer
        assert min(stops) < 5

    def test_the_first_start_is_quick(self, running: Running) -> None:
        assert running.seconds < 20  # a second when nothing else runs; tests share two cores

    def test_an_exception_stops_the_engines_and_is_passed_on(self, data_dir: Path) -> None:
        with pytest.raises(ZeroDivisionError), embedded.start(data_dir, purpose="rounds test"):
            raise ZeroDivisionError
        assert not engine_processes(data_dir)
        assert are_free(data_dir)

    def test_a_killed_owner_takes_the_engines_along_and_loses_no_row(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            owner.asks("create table killed as select 7 as number")
            before = engine_processes(data_dir)
            owner.process.kill()
            # Nobody has reaped it yet, as happens in containers, and the keeper is still busy stopping the engines.
            until(lambda: psutil.Process(owner.process.pid).status() == psutil.STATUS_ZOMBIE)
            with embedded.start(data_dir, purpose="rounds test") as engines:
                assert not set(before) & set(engine_processes(data_dir))
                assert sql(engines.database_url, "select number from killed") == 7

    def test_a_killed_owner_is_followed_by_its_engines(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            pid_file = data_dir / "postgres" / "postmaster.pid"
            assert pid_file.exists()
            os.killpg(owner.process.pid, signal.SIGKILL)  # a supervisor may kill the group
            until(lambda: are_free(data_dir), 5)
            assert not engine_processes(data_dir)
            assert not (data_dir / "engines.json").exists()
            assert not pid_file.exists()  # it was an orderly shutdown

    def test_engines_without_owner_and_keeper_are_found_and_stopped(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            owner.asks("create table orphaned as select 7 as number")
            before = engine_processes(data_dir)
            os.kill(keeper_of(data_dir), signal.SIGKILL)
            owner.kill()
            assert {process.name() for process in engine_processes(data_dir).values()} == {"postgres", "valkey-server"}
            with embedded.start(data_dir, purpose="rounds test") as engines:
                assert not set(before) & set(engine_processes(data_dir))
                assert sql(engines.database_url, "select number from orphaned") == 7

    def test_an_owner_whose_keeper_was_killed_stops_the_engines_itself(self, data_dir: Path) -> None:
        with embedded.start(data_dir, purpose="rounds test"):
            os.kill(keeper_of(data_dir), signal.SIGKILL)
            assert engine_processes(data_dir)
        assert not engine_processes(data_dir)

    def test_a_stale_pid_file_does_not_hurt_whoever_has_the_number_now(self, data_dir: Path) -> None:
        # Of the engines' own account, because PostgreSQL knows that another account's process cannot be its rival.
        who = account.engine_account(data_dir)
        bystander = subprocess.Popen(["sleep", "60"], user=who.uid if who else None)
        try:
            for name in ("postgres/postmaster.pid", "valkey/valkey.pid", "run/.s.PGSQL.5432.lock"):
                (data_dir / name).parent.mkdir(exist_ok=True)
                (data_dir / name).write_text(f"{bystander.pid}\n{data_dir}/postgres\n0\n5432\n{data_dir}/run\n\n")
            with embedded.start(data_dir, purpose="rounds test") as engines:
                assert sql(engines.database_url, "select 1") == 1
            assert bystander.poll() is None
        finally:
            bystander.kill()
            bystander.wait()

    def test_a_kill_during_initialisation_leaves_nothing_half(self, empty: Path) -> None:
        with program("start", empty) as owner:
            until(lambda: list(empty.glob("postgres.new-*/PG_VERSION")))
            owner.kill()
            until(lambda: are_free(empty))
            assert [path.name for path in empty.glob("postgres*")] == []

    def test_remains_of_a_killed_initialisation_are_removed(self, empty: Path) -> None:
        with program("start", empty) as owner:
            until(lambda: list(empty.glob("postgres.new-*/PG_VERSION")))
            (keeper,) = psutil.Process(owner.process.pid).children()
            keeper.kill()
            owner.kill()
            assert list(empty.glob("postgres.new-*"))
            assert not (empty / "postgres").exists()
        with embedded.start(empty, purpose="rounds test", valkey=False, durable=False) as engines:
            assert sql(engines.database_url, "select 1") == 1
        assert [path.name for path in empty.glob("postgres*")] == ["postgres"]
        assert not engine_processes(empty)  # nor the other engine, which had only been starting

    def test_ctrl_c_in_a_terminal_is_for_the_owner_alone(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            os.killpg(owner.process.pid, signal.SIGINT)
            assert owner.reads() == {"interrupted": True}
            assert owner.asks("select 'still here'") == {"answer": "still here"}
            owner.finish()
            assert not engine_processes(data_dir)

    def test_no_child_of_the_owner_keeps_the_engines_alive(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            children = [psutil.Process(pid) for pid in owner.asks("children")["children"]]
            owner.kill()
            try:
                until(lambda: are_free(data_dir), 5)
                assert all(child.is_running() for child in children)
            finally:
                for child in children:
                    child.kill()

    def test_a_forked_child_that_leaves_stops_nothing(self, data_dir: Path) -> None:
        with program("start", data_dir) as owner:
            owner.reads()
            assert owner.asks("fork")["status"] == 0
            assert owner.asks("select 'still here'") == {"answer": "still here"}
            owner.finish()

    def test_an_engine_that_does_not_stop_is_forced(self, data_dir: Path) -> None:
        with embedded.start(data_dir, purpose="rounds test"):
            pid = int((data_dir / "postgres" / "postmaster.pid").read_text().partition("\n")[0])
            os.kill(pid, signal.SIGSTOP)
            ended = time.monotonic()
        assert time.monotonic() - ended < 15
        until(lambda: not engine_processes(data_dir))


class TestFailures:
    def test_a_broken_engine_says_why_and_where_to_read_on(self, data_dir: Path) -> None:
        broken = data_dir / "postgres" / "postgresql.auto.conf"  # which the tests use for nothing else
        broken.write_text("shared_bufers = 1\n")
        with (
            pytest.raises(
                embedded.EngineFailed,
                match=r"PostgreSQL did not start: unrecognized configuration parameter .shared_bufers",
            ) as caught,
            embedded.start(data_dir, purpose="rounds test"),
        ):
            pass
        broken.write_text("")
        assert caught.value.log == data_dir / "log" / "postgres.log"
        assert str(caught.value).endswith(f"; see {caught.value.log}")
        assert "\n" not in str(caught.value)
        assert not engine_processes(data_dir)
        assert are_free(data_dir)

    def test_a_broken_cache_says_so_too(self, empty: Path) -> None:
        (empty / "valkey").mkdir(parents=True)
        (empty / "valkey" / "dump.rdb").write_bytes(b"not a snapshot")
        with (
            pytest.raises(
                embedded.EngineFailed, match=r"Valkey did not start: Fatal error loading the DB.*; see .*valkey\.log"
            ),
            embedded.start(empty, purpose="rounds test", postgres=False),
        ):
            pass

    def test_another_major_version_is_not_touched(self, data_dir: Path) -> None:
        (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
        with (
            pytest.raises(embedded.EngineFailed, match=r"made by PostgreSQL 17, which 18\.\d+ cannot open"),
            embedded.start(data_dir, purpose="rounds test"),
        ):
            pass
        (data_dir / "postgres" / "PG_VERSION").write_text("18\n")

    def test_files_that_are_no_cluster_are_not_touched(self, empty: Path) -> None:
        (empty / "postgres").mkdir(parents=True)
        (empty / "postgres" / "thesis.txt").write_text("precious")
        with (
            pytest.raises(embedded.EngineFailed, match="holds files but no database cluster"),
            embedded.start(empty, purpose="rounds test"),
        ):
            pass
        assert (empty / "postgres" / "thesis.txt").read_text() == "precious"

    def test_a_data_directory_that_cannot_be_made_is_named(self, empty: Path) -> None:
        empty.write_text("a file")
        with (
            pytest.raises(embedded.EngineFailed, match=str(empty)),
            embedded.start(empty / "below", purpose="rounds test"),
        ):
            pass


class TestSharing:
    def test_a_second_owner_is_told_about_the_first(self, running: Running) -> None:
        data_dir = running.data_dir
        began = time.monotonic()
        with pytest.raises(embedded.DataDirectoryBusy) as caught, embedded.start(data_dir, purpose="rounds serve"):
            pass
        assert time.monotonic() - began < ownership.PATIENCE_SECONDS / 2
        assert caught.value.pid == os.getpid()
        message = str(caught.value)
        assert f"{data_dir} is in use by process {os.getpid()} (rounds test): stop it first" in message
        assert "\n" not in message

    def test_of_two_owners_at_once_one_wins(self, data_dir: Path) -> None:
        with program("start", data_dir) as one, program("start", data_dir) as other:
            answers = [one.reads(), other.reads()]
            assert sorted("busy" if "busy" in answer else "url" for answer in answers) == ["busy", "url"]
            winner = one if "url" in answers[0] else other
            assert winner.asks("select 1") == {"answer": 1}
            winner.finish()

    def test_attaching_to_a_server_and_leaving_it_running(self, running: Running) -> None:
        data_dir, engines, _ = running
        with embedded.start_or_attach(data_dir, purpose="rounds user list") as attached:
            assert not attached.started
            assert (attached.database_url, attached.redis_url) == (engines.database_url, engines.redis_url)
        assert sql(engines.database_url, "select 1") == 1

    def test_what_a_dead_keeper_noted_down_is_not_believed(
        self,
        empty: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        empty.mkdir()
        gone = subprocess.Popen(["true"])
        gone.wait()
        urls = {"database_url": "postgresql://nowhere", "redis_url": "unix:///nowhere"}
        versions = {"postgres_version": "18", "valkey_version": "9"}
        (empty / "engines.json").write_text(json.dumps({"keeper": gone.pid, **urls, **versions}))
        monkeypatch.setattr(ownership, "PATIENCE_SECONDS", 0.1)
        with (
            contextlib.closing(locks.try_lock(empty) or pytest.fail("is free")),  # an owner that is only starting
            pytest.raises(embedded.DataDirectoryBusy),
            embedded.start_or_attach(empty, purpose="rounds user list"),
        ):
            pass

    def test_ten_commands_share_the_engines_of_the_first(
        self,
        data_dir: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with contextlib.ExitStack() as stack:
            commands = [stack.enter_context(program("start_or_attach", data_dir)) for _ in range(10)]
            started = [command.reads()["started"] for command in commands]
            assert started.count(True) == 1
            assert [command.asks("select 1")["answer"] for command in commands] == [1] * 10

            owner = commands.pop(started.index(True))
            owner.finish()  # it leaves without waiting for the others
            assert [command.asks("select 2")["answer"] for command in commands] == [2] * 9
            with embedded.start_or_attach(data_dir, purpose="rounds user list") as late:
                assert not late.started
                assert sql(late.database_url, "select 3") == 3
            monkeypatch.setattr(ownership, "PATIENCE_SECONDS", 0.1)
            with (
                pytest.raises(embedded.DataDirectoryBusy, match="let those commands finish"),
                embedded.start(data_dir, purpose="rounds serve"),
            ):
                pass

            for command in commands:
                command.finish()
            until(lambda: are_free(data_dir), 5)
            assert not engine_processes(data_dir)

    def test_a_killed_command_leaves_the_engines_to_those_attached(self, data_dir: Path) -> None:
        with program("start_or_attach", data_dir) as owner:
            assert owner.reads()["started"]
            with program("start_or_attach", data_dir) as attached:
                assert not attached.reads()["started"]
                owner.kill()
                assert attached.asks("select 1") == {"answer": 1}
            until(lambda: are_free(data_dir), 5)

    def test_a_server_stops_although_commands_are_attached(self, data_dir: Path) -> None:
        with program("start", data_dir) as server:
            server.reads()
            with program("start_or_attach", data_dir) as command:
                assert not command.reads()["started"]
                began = time.monotonic()
                server.finish()
                assert time.monotonic() - began < 15
                assert not engine_processes(data_dir)
                assert command.process.poll() is None

    def test_a_lingering_keeper_can_be_told_to_stop(self, data_dir: Path) -> None:
        with program("start_or_attach", data_dir) as owner:
            owner.reads()
            with program("start_or_attach", data_dir) as attached:
                attached.reads()
                owner.finish()
                keeper = psutil.Process(keeper_of(data_dir))

                def stops() -> bool:
                    # It carries on while it has an owner; only when it waits for others does the signal mean the end.
                    with contextlib.suppress(psutil.NoSuchProcess):
                        keeper.terminate()
                    return are_free(data_dir)

                until(stops)
                assert attached.process.poll() is None


@pytest.mark.skipif(not AS_ROOT, reason="only root hands the engines to another account")
class TestAsRoot:
    def test_the_engines_run_without_privileges(
        self,
        data_dir: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        home = data_dir.parent
        home.chmod(0o700)
        with embedded.start(data_dir, purpose="rounds test"):
            for process in engine_processes(data_dir).values():
                assert 0 not in process.uids()
                assert 0 not in process.gids()
                assert process.username() in {"postgres", "nobody"}
        assert mode_of(home) == 0o701
        assert [str(home) in record.getMessage() for record in caplog.records] == [True]

    def test_data_goes_on_belonging_to_its_owner(self, data_dir: Path) -> None:
        def give_all_to(uid: int, gid: int) -> None:
            for path in (data_dir, *data_dir.rglob("*")):
                os.chown(path, uid, gid)

        give_all_to(12345, 23456)
        groups = os.getgroups()
        os.setgroups([4242])  # which the engines must not keep
        with contextlib.ExitStack() as stack:
            stack.callback(os.setgroups, groups)
            stack.enter_context(embedded.start(data_dir, purpose="rounds test"))
            processes = engine_processes(data_dir).values()
            assert {(process.uids().real, process.gids().real) for process in processes} == {(12345, 23456)}
            for status in [Path(f"/proc/{process.pid}/status") for process in processes]:
                if status.exists():  # on Linux
                    assert re.search(r"^Groups:\s*$", status.read_text(), re.MULTILINE)
        assert {(path.stat().st_uid, path.stat().st_gid) for path in data_dir.rglob("*")} == {(12345, 23456)}
        give_all_to(0, 0)

    def test_files_that_root_restored_are_handed_over(self, data_dir: Path) -> None:
        for path in (data_dir, *data_dir.rglob("*")):
            os.chown(path, 0, 0)
        with embedded.start(data_dir, purpose="rounds test") as engines:
            assert sql(engines.database_url, "select 1") == 1
        assert {path.stat().st_uid for path in (data_dir / "postgres").rglob("*")} == {
            (data_dir / "postgres").stat().st_uid,
        }
        assert (data_dir / "postgres").stat().st_uid != 0

    def test_engines_installed_under_a_strict_umask_are_opened(
        self,
        empty: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        program = empty / "site-packages" / "package" / "install" / "bin" / "program"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\ncat ../../../package.libs/library\n")
        program.chmod(0o700)
        library = empty / "site-packages" / "package.libs" / "library"
        library.parent.mkdir()
        library.write_text("it works")
        library.chmod(0o600)
        library.parent.chmod(0o700)
        secret = empty / "secret"
        secret.write_text("not for others")
        secret.chmod(0o600)
        empty.chmod(0o700)

        def run() -> str:
            return subprocess.check_output(
                [str(program)],
                cwd=program.parent,
                user=12345,
                group=23456,
                extra_groups=[],
                text=True,
            )

        with pytest.raises(PermissionError):
            run()
        account.grant_access(account.Account(12345, 23456), data=[], programs=[program])
        assert run() == "it works"
        assert (mode_of(empty), mode_of(secret), mode_of(library)) == (0o701, 0o600, 0o604)
        assert len(caplog.records) == 1
