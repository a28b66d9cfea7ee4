"""Starts the real program, as a person would, and makes sure that nothing of it stays."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from rounds import embedded
from tests.journeys.checkout import Checkout, fresh_checkout, usual_port_taken

ROOT = Path(__file__).parents[2]
PASSWORD = "a password for journeys"
PATIENCE = 180.0  # how long anything may take before a test gives up; never how long it is expected to take


class Program:
    """`rounds serve`, or another command that goes on running, in a process of its own."""

    def __init__(self, data_dir: Path, *, command: str = "serve", cwd: Path = ROOT, **environment: str) -> None:
        self.data_dir = data_dir
        self.lines: list[str] = []
        self.others: list[subprocess.Popen[bytes]] = []
        self._queue: Queue[str] = Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rounds", command],
            cwd=cwd,
            env=clean_environment(data_dir, **environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._collector = threading.Thread(target=self._collect, daemon=True)
        self._collector.start()

    def _collect(self) -> None:
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))

    def wait_for(self, start: str) -> str:
        """The first line of the output that begins with `start`, leading spaces aside."""
        return self._wait_for(lambda line: line.startswith(start), start)

    def wait_for_any(self, part: str) -> str:
        """The first line of the output that has `part` somewhere."""
        return self._wait_for(lambda line: part in line, part)

    def _wait_for(self, is_it: Callable[[str], bool], wanted: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                line = self._queue.get(timeout=0.1)
            except Empty:
                if self.process.poll() is not None and self._queue.empty():
                    break
                continue
            self.lines.append(line)
            if is_it(line.strip()):
                return line.strip()
        raise AssertionError(f"no line {wanted!r} in:\n" + "\n".join(self.lines))

    def ready(self) -> "Program":
        self.url = self.wait_for("API").split()[-1]
        self.wait_for("Ctrl-C")
        wait_until(lambda: answers(self.url))
        return self

    def rest(self) -> list[str]:
        """What it said after that, once it has ended."""
        self.process.wait(PATIENCE)
        self._collector.join(PATIENCE)
        return self.said_since()

    def said_since(self) -> list[str]:
        """What it has said by now that nobody has read."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    def client(self, username: str = "admin", password: str = PASSWORD) -> httpx.Client:
        client = httpx.Client(base_url=self.url, timeout=PATIENCE)
        answer = client.post("/security/token", data={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def rounds(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `rounds` command on the same data directory."""
        return run_rounds(self.data_dir, *arguments)

    def beside(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Another `rounds` process that goes on running on the same data directory; it ends with this one."""
        process = subprocess.Popen(
            [sys.executable, "-m", "rounds", *arguments],
            cwd=ROOT,
            env=clean_environment(self.data_dir),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.others.append(process)
        return process

    def interrupt(self) -> None:
        """Ctrl-C on a terminal: the whole foreground group gets SIGINT."""
        os.killpg(self.process.pid, signal.SIGINT)

    def stop(self) -> None:
        for other in self.others:
            other.kill()
            other.wait()
        if self.process.poll() is None:
            self.interrupt()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)


def clean_environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ROUNDS_", "OPENAI_", "PG", "PYTHON", "MAKE", "MFLAGS", "ARGS", "SLICE"))
    }
    return kept | {
        "ROUNDS_DATA_DIR": str(data_dir),
        "ROUNDS_ADMIN_PASSWORD": PASSWORD,
        "ROUNDS_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def run_rounds(
    data_dir: Path, *arguments: str, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rounds", *arguments],
        cwd=ROOT,
        env=clean_environment(data_dir, **environment),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def wait_until(condition: Callable[[], object], *, while_moving: Callable[[], object] = lambda: None) -> None:
    """Wait for `condition`, however long a busy machine takes, within patience.

    Work that takes long may take longer than that, as long as it moves: whenever `while_moving` answers something else.
    Asking costs what is waited for, so it is asked less and less often.
    """
    at, deadline, pause = while_moving(), time.monotonic() + PATIENCE, 0.01
    while not condition():
        if (now := while_moving()) != at:
            at, deadline = now, time.monotonic() + PATIENCE
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)
        pause = min(1.3 * pause, 0.2)


class Gate:
    """A session on the database that holds others up, so that they are in the middle of something for certain."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(asyncpg.connect(url))

    def run(self, statement: str) -> None:
        self._runner.run(self._connection.execute(statement))

    def ask(self, question: str) -> Any:
        return self._runner.run(self._connection.fetchval(question))

    def holds_up(self) -> int:
        """How many sessions wait for a lock."""
        return self.ask("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")

    def close(self) -> None:
        self._connection.terminate()
        self._runner.close()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Every process that runs from, or on, the data directory."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if str(data_dir) in " ".join([*process.cmdline(), process.cwd()]):
                found.append(process)
    return found


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Prepared:
    """Data directories as a first start leaves them, made once and copied from then on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def lay_out(self, data_dir: Path, **environment: str) -> None:
        """Let a program that starts on `data_dir` find what one before it has left there."""
        kept = self._kept(environment.get("ROUNDS_SAMPLE_DATA", "true"))
        subprocess.run(["cp", "-a", f"{kept}/.", f"{data_dir}/"], check=True)

    def fill(self, database_url: str) -> None:
        """Put what a first start leaves in a database into an empty one on another server."""
        tools = embedded.postgres_tools()
        with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
            data_dir, dump = Path(folder, "data"), str(Path(folder, "dump"))
            Path(folder).chmod(0o711)  # engines that root starts have another account
            data_dir.mkdir()
            self.lay_out(data_dir)
            with embedded.start(data_dir, purpose="a copy", valkey=False, durable=False) as engines:
                for command in (
                    ["pg_dump", "--format=custom", f"--file={dump}", engines.database_url],
                    ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "-d", database_url, dump],
                ):
                    subprocess.run([tools / command[0], *command[1:]], check=True)

    def _kept(self, sample_data: str) -> Path:
        kept = self._folder / f"sample-data-{sample_data}"
        with (self._folder / "lock").open("w") as lock:  # several processes run the tests
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                self._make(kept, sample_data)
        return kept

    @staticmethod
    def _make(kept: Path, sample_data: str) -> None:
        with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
            first = Program(Path(folder, "data"), ROUNDS_SAMPLE_DATA=sample_data, ROUNDS_PORT=str(unused_port()))
            try:
                first.ready()
                # Or every program that starts on a copy would read the ward's scan anew.
                wait_until(lambda: httpx.get(f"{first.url}/health/ready").json()["consumer"]["backlog"] == 0)
            finally:
                first.stop()
            shutil.rmtree(first.data_dir / "log")
            first.data_dir.rename(kept)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    own = tmp_path_factory.getbasetemp()
    return Prepared((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared")


@contextlib.contextmanager
def _starter(data_dir: Path, prepared: Prepared) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def make(
        *,
        ready: bool = True,
        first: bool = False,
        folder: Path | None = None,
        command: str = "serve",
        cwd: Path = ROOT,
        **environment: str,
    ) -> Program:
        environment.setdefault("ROUNDS_PORT", str(unused_port()))
        where = folder or data_dir
        if ready and not first and "ROUNDS_DATABASE_URL" not in environment and not (where / "postgres").exists():
            where.mkdir(exist_ok=True)
            prepared.lay_out(where, **environment)
        program = Program(where, command=command, cwd=cwd, **environment)
        programs.append(program)
        return program.ready() if ready else program

    yield make
    for program in programs:
        program.stop()
    for program in programs:
        wait_until(lambda folder=program.data_dir: not processes_of(folder))


@pytest.fixture
def start(data_dir: Path, prepared: Prepared) -> Iterator[Callable[..., Program]]:
    """`start()` gives a program that is ready; all of them are gone after the test.

    It finds its engines and data as an earlier start has left them, unless this is to be the `first` one.
    """
    with _starter(data_dir, prepared) as make:
        yield make


@pytest.fixture(scope="module")
def start_for_all(prepared: Prepared) -> Iterator[Callable[..., Program]]:
    """The same for programs that the tests of a module share."""
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder, _starter(Path(folder, "data"), prepared) as make:
        yield make


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    return wait_until


@pytest.fixture
def leftovers() -> Callable[[Program], list[psutil.Process]]:
    return lambda program: processes_of(program.data_dir)


@pytest.fixture
def rounds(data_dir: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`rounds` commands on a data directory that nobody serves."""
    return lambda *arguments, **options: run_rounds(data_dir, *arguments, **options)


@pytest.fixture(scope="session")
def served_checkout() -> Iterator[Checkout]:
    """A fresh clone with a running `make run`, on another port than the usual one."""
    with usual_port_taken(), fresh_checkout() as checkout:
        checkout.background("make run", until="Ctrl-C")
        yield checkout
