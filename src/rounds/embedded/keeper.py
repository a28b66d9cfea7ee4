"""The keeper: runs the engines for an owner, and stops them when the owner ends, however it ends.

Standard input is the lifeline. Its first line is the plan; end of file means that the owner is gone, because the
operating system closes the pipe even of a process that was killed. Being the engines' parent, the keeper cannot mistake
another process for them, and living in a session of its own it is not hit by the Ctrl-C that is meant for the owner.

This file runs as a script (`python -I -S keeper.py`) for a quick start and a small footprint. So it imports nothing but
the standard library, and stands in one piece although it is long.
"""

import contextlib
import fcntl
import functools
import json
import locale
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

# Nothing of the caller's environment reaches an engine: PGDATA, PGOPTIONS or a foreign locale would change what it
# does. The C locale exists everywhere; what the database itself needs is given to initdb by name.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/", "LANG": "C", "LC_ALL": "C"}

# Crash recovery after a power cut replays up to max_wal_size before the database answers; leaves room for a slow disk.
START_SECONDS = 120.0
POLL_SECONDS = 0.005
LOG_BYTES = 10_000_000

# (seconds after the request, signal). PostgreSQL: fast shutdown, immediate shutdown, force.
POSTGRES_STOP = ((0.0, signal.SIGINT), (3.0, signal.SIGQUIT), (4.0, signal.SIGKILL))
VALKEY_STOP = ((0.0, signal.SIGTERM), (3.0, signal.SIGKILL))


class Plan(NamedTuple):
    """What an owner asks of its keeper; travels as one line of JSON."""

    data_dir: str
    run_dir: str
    account: list[int] | None  # user and group id to run the engines as, when the owner is root
    file_owner: list[int] | None  # whose the files in the data directory shall be, when the owner is root
    postgres: list[str] | None  # the command, or None to do without
    valkey: list[str] | None
    urls: dict[str, str | None]
    durable: bool
    linger: bool  # let attached commands finish before stopping


class OwnerGone(Exception):  # noqa: N818 - an event, not an error
    """The lifeline was closed: stop everything."""


class EngineDown(Exception):  # noqa: N818 - house style: what happened
    """An engine, or a tool that prepares it, did not do its work."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        """`log` is where the engine says more."""
        super().__init__(message)
        self.log = log


class Engine(NamedTuple):
    """A running engine, how to tell that it is ready, and how to stop it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    log_start: int  # bytes that were in the log before this run
    is_ready: Callable[[], bool]
    stop_steps: list[tuple[float, signal.Signals]]


class Keeper:
    """The engines of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data_dir = Path(plan.data_dir)
        self.postgres_log = self.data_dir / "log" / "postgres.log"
        self.valkey_log = self.data_dir / "log" / "valkey.log"
        self.record = self.data_dir / "engines.json"
        self.engines: list[Engine] = []

    def start(self) -> dict[str, object]:
        """Bring up what the plan asks for and say where it is."""
        found: dict[str, object] = {"keeper": os.getpid(), **self.plan.urls}
        for log in (self.postgres_log, self.valkey_log):
            set_aside_if_overgrown(log)
        if self.plan.valkey:
            found["valkey_version"] = self.version_of(self.plan.valkey[0], self.valkey_log)
            answers = functools.partial(answers_ping, Path(self.plan.run_dir, "valkey.sock"))
            self.launch("Valkey", self.plan.valkey, self.valkey_log, answers, VALKEY_STOP)
        if self.plan.postgres:
            found["postgres_version"] = version = self.version_of(self.plan.postgres[0], self.postgres_log)
            cluster = self.data_dir / "postgres"
            self.ensure_cluster(Path(self.plan.postgres[0]), cluster, version)
            accepts = functools.partial(accepts_connections, cluster)
            self.launch("PostgreSQL", self.plan.postgres, self.postgres_log, accepts, POSTGRES_STOP)
        self.wait_until_ready()
        draft = self.record.with_suffix(".new")
        draft.write_text(json.dumps(found), "utf-8")
        if self.plan.file_owner:
            os.chown(draft, *self.plan.file_owner, follow_symlinks=False)
        draft.replace(self.record)
        return found

    def spawn(self, command: Sequence[str], log: Path, typed: bytes = b"") -> subprocess.Popen[bytes]:
        """Start a program as the engines' account, in a session of its own, with its output going to `log`."""
        user, group = self.plan.account or (None, None)
        reader, writer = os.pipe()
        try:
            os.write(writer, typed)
            os.close(writer)
            with open_log(log, self.plan.account) as output:
                return subprocess.Popen(  # noqa: S603 - our own binaries, and never a shell
                    command,
                    stdin=reader,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    env=ENVIRONMENT,
                    start_new_session=True,
                    user=user,
                    group=group,
                    extra_groups=[] if self.plan.account else None,
                )
        except OSError as error:
            who = f" as user id {user}" if self.plan.account else ""
            raise EngineDown(f"{command[0]} cannot be run{who}: {error.strerror}") from error
        finally:
            os.close(reader)

    def run(self, command: Sequence[str], log: Path, typed: bytes = b"") -> str:
        """Run a tool to its end and return what it wrote; when the owner ends meanwhile, kill it at once."""
        before = size_of(log)
        process = self.spawn(command, log, typed)
        try:
            while process.poll() is None:
                wait_for_owner(POLL_SECONDS)
        except OwnerGone:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if process.returncode:
            raise EngineDown(f"{Path(command[0]).name} failed: {complaint(log, before)}", log)
        return written(log, before)

    def version_of(self, binary: str, log: Path) -> str:
        """Ask the binary; this also shows early whether the engines' account can run it at all."""
        version = re.search(r"\d{1,9}(?:\.\d{1,9})+", self.run([binary, "--version"], log))
        if version is None:
            raise EngineDown(f"{binary} does not tell its version", log)
        return version[0]

    def ensure_cluster(self, postgres: Path, cluster: Path, version: str) -> None:
        """Make the database cluster if there is none, whole or not at all, and refuse one of another major version."""
        marker = cluster / "PG_VERSION"
        if marker.exists():
            made_by = marker.read_text("utf-8").strip()
            if made_by != version.partition(".")[0]:
                raise EngineDown(
                    f"{cluster} was made by PostgreSQL {made_by}, which {version} cannot open: "
                    "dump it with the old version and load it into a new data directory",
                )
            return
        if cluster.exists() and any(cluster.iterdir()):
            raise EngineDown(f"{cluster} holds files but no database cluster: move them away")
        # A name nobody else has: an initdb whose keeper was killed may still be writing to its own.
        draft = self.data_dir / f"postgres.new-{os.urandom(6).hex()}"
        draft.mkdir(mode=0o700)
        try:
            if self.plan.account:
                os.chown(draft, *self.plan.account)
            self.initialise(postgres, draft)
            draft.replace(cluster)  # over an empty directory, too
            sync_directory(self.data_dir)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def initialise(self, postgres: Path, draft: Path) -> None:
        """Make a cluster with superuser and database `rounds` that survives a power cut from its first commit on.

        Sorting and upper/lower case come from PostgreSQL's own C.UTF-8, the same on every machine. pg_trgm, however,
        asks the C library what a letter is: with LC_CTYPE=C no Chinese or Devanagari name would have any trigram.
        """
        initdb = [str(postgres.with_name("initdb")), f"--pgdata={draft}"]
        options = ["--username=rounds", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--locale=C", f"--lc-ctype={utf8_character_types()}"]
        options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions", "--no-sync"]
        self.run([*initdb, *options], self.postgres_log)
        single_user = [str(postgres), "--single", "-F", "-D", str(draft), "-c", "exit_on_error=on", "template1"]
        self.run(single_user, self.postgres_log, b"CREATE DATABASE rounds\n")
        if self.plan.durable:
            # One pass at the end instead of one per step; the server itself will never sync files it did not write.
            self.run([*initdb, "--sync-only"], self.postgres_log)

    def launch(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        is_ready: Callable[[int], bool],
        stop_steps: Sequence[tuple[float, signal.Signals]],
    ) -> None:
        """Start an engine and remember how to watch and to stop it; `is_ready` is asked with its process id."""
        log_start = size_of(log)
        process = self.spawn(command, log)
        ready = functools.partial(is_ready, process.pid)
        self.engines.append(Engine(name, process, log, log_start, ready, list(stop_steps)))

    def wait_until_ready(self) -> None:
        """Return when every engine answers."""
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self.engines)
        while waiting:
            for engine in waiting:
                if engine.process.poll() is not None:
                    why = complaint(engine.log, engine.log_start)
                    raise EngineDown(f"{engine.name} did not start: {why}", engine.log)
                if time.monotonic() > deadline:
                    raise EngineDown(f"{engine.name} was not ready after {START_SECONDS:.0f} seconds", engine.log)
            waiting = [engine for engine in waiting if not engine.is_ready()]
            wait_for_owner(POLL_SECONDS)

    def let_others_finish(self) -> None:
        """Wait until no command is attached, and from then on let none attach; SIGTERM ends the wait."""

        def stop_waiting(*_: object) -> NoReturn:
            raise OwnerGone

        users = os.open(self.data_dir / "engines.users", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with contextlib.suppress(OwnerGone):
            signal.signal(signal.SIGTERM, stop_waiting)
            fcntl.flock(users, fcntl.LOCK_EX)  # never closed: held until this process ends
        signal.signal(signal.SIGTERM, carry_on)

    def stop(self) -> None:
        """Stop every engine, gently at first, and return when they are gone, which takes five seconds at most."""
        self.record.unlink(missing_ok=True)
        asked = time.monotonic()
        while running := [engine for engine in self.engines if engine.process.poll() is None]:
            elapsed = time.monotonic() - asked
            for engine in running:
                while engine.stop_steps and engine.stop_steps[0][0] <= elapsed:
                    engine.process.send_signal(engine.stop_steps.pop(0)[1])
            time.sleep(POLL_SECONDS)
        if (run_dir := Path(self.plan.run_dir)).parent != self.data_dir:
            with contextlib.suppress(OSError):  # not worth failing for
                run_dir.rmdir()


def carry_on(*_: object) -> None:
    """Handle a signal by going on: the end comes through the lifeline, when the owner needs its engines no more.

    A handler rather than SIG_IGN, because ignored signals stay ignored in child processes and handlers do not.
    """


def wait_for_owner(seconds: float | None) -> None:
    """Sleep for `seconds` (None: for ever), but raise `OwnerGone` as soon as the lifeline closes."""
    if select.select([0], [], [], seconds)[0]:
        raise OwnerGone


def accepts_connections(cluster: Path, pid: int) -> bool:
    """Whether the PostgreSQL with this process id has finished starting, which it notes in its pid file."""
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def answers_ping(path: Path, _pid: int) -> bool:
    """Whether a Valkey that has finished loading listens at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def utf8_character_types() -> str:
    """Name a locale of this machine in which the C library knows the letters of every script."""
    for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            return name
    raise EngineDown(
        "this machine has neither the locale C.UTF-8 nor en_US.UTF-8, without which names in other scripts cannot be "
        "searched: install one, or set ROUNDS_DATABASE_URL",
    )


def open_log(path: Path, account: Sequence[int] | None) -> IO[bytes]:
    """Open a log for appending, but never through a link that someone may have planted."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if account:
        os.chown(descriptor, *account)
    return os.fdopen(descriptor, "ab")


def set_aside_if_overgrown(log: Path) -> None:
    """Keep one old log, so that the two together stay small."""
    if size_of(log) > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def size_of(log: Path) -> int:
    """How many bytes a log holds now."""
    return log.stat().st_size if log.exists() else 0


def written(log: Path, start: int) -> str:
    """What was added to the log since it was `start` bytes long."""
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode("utf-8", "replace")


def complaint(log: Path, start: int) -> str:
    """Find the line of the log that says best what went wrong since it was `start` bytes long."""
    lines = [line.strip() for line in written(log, start).splitlines() if line.strip()]
    telling = [line for line in lines if re.search("fatal|panic|error|unrecognized", line, re.IGNORECASE)]
    best = (telling or lines[-1:] or ["it left no message"])[0]
    return re.sub(r"^\d.{0,200}?(?:[A-Z]{3,}: +| [-#*.] )", "", best)  # without the time and the process id


def sync_directory(path: Path) -> None:
    """Make a rename inside `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def tell_owner(message: dict[str, object]) -> None:
    """Answer the owner, who may be gone by now."""
    try:
        os.write(1, json.dumps(message).encode() + b"\n")
    except OSError as error:
        raise OwnerGone from error


def main() -> None:
    """Serve one owner."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, carry_on)
    os.umask(0o077)
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # the owner ended before it had said what it wants
    keeper = Keeper(Plan(**json.loads(line)))
    failure: dict[str, object] = {}
    try:
        try:
            tell_owner({"ready": keeper.start()})
            wait_for_owner(None)
        except EngineDown as down:
            failure = {"failed": str(down), "log": str(down.log) if down.log else None}
        except OSError as error:
            failure = {"failed": f"{keeper.data_dir} cannot be used: {error}", "log": None}
        except OwnerGone:
            if keeper.plan.linger and keeper.record.exists():
                keeper.let_others_finish()
    finally:
        keeper.stop()
    if failure:
        with contextlib.suppress(OwnerGone):
            tell_owner(failure)


if __name__ == "__main__":
    main()
