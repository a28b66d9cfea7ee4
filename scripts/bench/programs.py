"""The programs of the bench: Rounds as it is deployed, its consumer, and the bare reference on the same database."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import psutil

from rounds import embedded

SECRET = "the bench seals its own cursors with this one"  # noqa: S105 - guards nothing but the bench's own data
PASSWORD = "bench-bench-bench"  # noqa: S105 - the same
POOL = 10
TOKEN_SECONDS = 8 * 60  # of the fifteen minutes it lives
START_SECONDS = 60
STOP_SECONDS = 15


class BenchFailed(RuntimeError):  # noqa: N818 - it reads as the sentence it prints
    """The measurement cannot go on; `str()` says why."""


class Program:
    """A server that listens on a port of this machine."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.name = name
        self.port = port
        self.log = log
        self._process = process

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of a request without a body."""
        return _request(method, self.port, path, headers=headers or {})

    def processor_seconds(self) -> float:
        """The processor time it has used so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def wait_until_ready(self, path: str) -> None:
        """Come back when it answers.

        Raises:
            BenchFailed: when it ended or took too long; with the end of its log.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", path)[0] == 200:
                    return
            time.sleep(0.01)
        raise BenchFailed("\n".join([f"{self.name} did not start:", *self._last_words()]))

    def fate(self) -> str:
        """Whether it still runs, and the end of its log when it does not."""
        code = self._process.poll()
        if code is None:
            return f"{self.name} still runs"
        return "\n".join([f"{self.name} has ended with {code}:", *self._last_words()])

    def _last_words(self) -> list[str]:
        return self.log.read_text("utf-8", "replace").splitlines()[-12:]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within the block it stands still, so that it takes no time from others; call it while it is idle."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it as Ctrl-C would, and see to it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Programs:
    """Rounds and the reference, from start to stop.

    Args:
        home: An empty directory for their data and logs.
        profile: Where cProfile shall write what Rounds spends its time on; None for no profile.
        compared: Whether the reference runs too.
        settings: Further settings of Rounds.
    """

    def __init__(self, home: Path, *, profile: Path | None = None, compared: bool = True, **settings: str) -> None:
        self._home = home
        self._profile = profile
        self._compared = compared
        self._open = ExitStack()
        self._token = ("", float("-inf"))
        # Nothing of the caller's own configuration may leak in, nor a `.env`: the programs run in `home`.
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            "ROUNDS_DATA_DIR": str(home / "data"),
            "ROUNDS_LOG_FORMAT": "json",
            "ROUNDS_LOG_LEVEL": "INFO",
            "ROUNDS_WORKERS": "1",
            "ROUNDS_DATABASE_POOL": str(POOL),
            "ROUNDS_SAMPLE_DATA": "false",
            "ROUNDS_CONSUMER_IN_SERVER": "false",  # as in production: delivering is another process's business
            "ROUNDS_JWT_SECRET": SECRET,
            "ROUNDS_ADMIN_PASSWORD": PASSWORD,
            **settings,
        }

    def __enter__(self) -> Self:
        try:
            self.rounds = self._serve(self._open)
            engines = self._open.enter_context(embedded.start_or_attach(self._home / "data", purpose="make bench"))
            self.database_url, self.redis_url = str(engines.database_url), str(engines.redis_url)
            if self._compared:
                command = [sys.executable, "-m", "bench.reference"]
                self.reference = self._start(
                    "the reference", command, "BENCH_PORT", "/patients?limit=50", self._own(), self._open
                )
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self._open.close()

    def seconds_to_serve(self) -> float:
        """How long Rounds alone takes from being called to its first answer; it is stopped again."""
        with ExitStack() as running:
            began = time.perf_counter()
            self._serve(running)
            return time.perf_counter() - began

    def _serve(self, until: ExitStack) -> Program:
        serve = [sys.executable, "-m", "rounds", "serve"]
        if self._profile is not None:
            serve[1:1] = ["-m", "cProfile", "-o", str(self._profile)]
        return self._start("Rounds", serve, "ROUNDS_PORT", "/health", {}, until)

    def _own(self) -> dict[str, str]:
        """The environment of the bench's own programs."""
        return {
            "BENCH_DATABASE_URL": self.database_url,
            "BENCH_REDIS_URL": self.redis_url,
            "BENCH_POOL": str(POOL),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }

    @contextmanager
    def consumer(self) -> Iterator[Program]:
        """`rounds consume` within the block."""
        command = [sys.executable, "-m", "rounds", "consume"]
        with ExitStack() as running:
            yield self._start("the consumer", command, "ROUNDS_CONSUMER_PORT", "/health/ready", {}, running)

    def without_views(self, until: ExitStack) -> Program:
        """Another server on the same database, which records nobody's looks in the audit trail."""
        more = {
            "ROUNDS_DATABASE_URL": self.database_url,
            "ROUNDS_REDIS_URL": self.redis_url,
            "ROUNDS_DATABASE_ROLE": "rounds_app",
            "ROUNDS_AUDIT_VIEWS": "false",
        }
        command = [sys.executable, "-m", "rounds", "serve"]
        return self._start("Rounds unaudited", command, "ROUNDS_PORT", "/health", more, until)

    def tool(self, module: str, given: str) -> str:
        """Run a module of the bench with an argument to its end; answers what it prints on its last line."""
        done = subprocess.run(
            [sys.executable, "-m", module, given],
            cwd=self._home,
            env={**self._environment, **self._own()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0 or not done.stdout:
            raise BenchFailed(f"{module} failed:\n{done.stderr[-2000:]}")
        return done.stdout.splitlines()[-1]

    def seed(self, count: int) -> None:
        """Add synthetic patients with the command that users have."""
        if count < 1:
            return
        with self._log("seed") as log:
            done = subprocess.run(
                [sys.executable, "-m", "rounds", "seed", "--patients", str(count)],
                cwd=self._home,
                env=self._environment,
                stdout=log,
                stderr=None if sys.stderr.isatty() else log,
                check=False,
            )
        if done.returncode != 0:
            raise BenchFailed(f"rounds seed failed:\n{(self._home / 'seed.log').read_text('utf-8', 'replace')}")

    def authorization(self) -> dict[str, str]:
        """The header with a token that outlives the next run."""
        token, issued = self._token
        if time.monotonic() - issued > TOKEN_SECONDS:
            form = urlencode({"username": "admin", "password": PASSWORD})
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            status, body = _request("POST", self.rounds.port, "/security/token", headers=kind, body=form)
            if status != 200:
                raise BenchFailed(f"Rounds answered {status} to the sign-in")
            token = json.loads(body)["access_token"]
            self._token = (token, time.monotonic())
        return {"Authorization": f"Bearer {token}"}

    def log_lines(self) -> int:
        """How many lines Rounds has logged."""
        with self.rounds.log.open("rb") as log:
            return sum(1 for _ in log)

    def _start(
        self, name: str, command: list[str], port_as: str, ready: str, more: dict[str, str], until: ExitStack
    ) -> Program:
        port = _free_port()
        with self._log(name.rpartition(" ")[2].lower()) as log:
            process = subprocess.Popen(
                command,
                cwd=self._home,
                env={**self._environment, **more, port_as: str(port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the bench alone, which then stops everything in order
            )
        program = Program(name, process, port, Path(log.name))
        until.callback(program.stop)
        program.wait_until_ready(ready)
        return program

    @contextmanager
    def _log(self, name: str) -> Iterator[Any]:
        with (self._home / f"{name}.log").open("ab") as log:
            yield log


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _request(
    method: str, port: int, path: str, *, headers: dict[str, str], body: str | None = None
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
