"""Who runs the engines of a data directory: exactly one owner, and any number of commands attached to it."""

import contextlib
import fcntl
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from rounds import keeper
from rounds.backoff import Backoff
from rounds.embedded.account import grant_access
from rounds.embedded.commands import postgres_command, valkey_command
from rounds.embedded.data_directory import DataDirectory, make_data_directory, prepare, stop_leftovers
from rounds.embedded.failures import DataDirectoryBusy, EngineFailed
from rounds.embedded.locks import flock, is_alive, open_lock, others_attached, read, try_lock
from rounds.keeper.logs import open_log
from rounds.keeper.plan import Plan

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Engines:
    """Where the engines are. What was not asked for is None."""

    database_url: str | None
    redis_url: str | None
    started: bool  # by this process; False when attached to another's
    postgres_version: str | None
    valkey_version: str | None


@contextmanager
def start(
    data_dir: Path,
    *,
    purpose: str,
    postgres: bool = True,
    valkey: bool = True,
    durable: bool = True,
) -> Iterator[Engines]:
    """Run the engines of `data_dir` for as long as the context lasts, and stop them at its end, whoever is attached.

    Args:
        data_dir: Where they keep everything; made if missing.
        purpose: The command that owns them, as a person would type it; others are told.
        postgres: Whether to run PostgreSQL.
        valkey: Whether to run Valkey.
        durable: False for throw-away engines, which are faster and lose their data in a power cut.

    Raises:
        DataDirectoryBusy: Another living process owns them, or commands still use those of a process that has ended.
        EngineFailed: An engine did not come up.
    """
    directory = make_data_directory(data_dir)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (lock := try_lock(directory)) is None:
        # A keeper whose owner was killed is still stopping the engines; that takes seconds, and then they are ours.
        if is_alive(read(directory / "engines.lock").get("pid")) or time.monotonic() > deadline:
            raise _busy(directory)
        time.sleep(POLL_SECONDS)
    with _own(directory, lock, purpose, postgres=postgres, valkey=valkey, durable=durable, linger=False) as engines:
        yield engines


@contextmanager
def start_or_attach(
    data_dir: Path,
    *,
    purpose: str,
    postgres: bool = True,
    valkey: bool = True,
    durable: bool = True,
) -> Iterator[Engines]:
    """Use the engines of `data_dir`: those of a living owner, or else our own for as long as the context lasts.

    Meant for short commands. An owner that is just starting is waited for (30 seconds). When we are the owner and
    others are attached at the end, the engines go on running until the last of them has finished; we need not wait.

    Args and errors are those of `start`.
    """
    directory = make_data_directory(data_dir)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if lock := try_lock(directory):
            with _own(directory, lock, purpose, postgres=postgres, valkey=valkey, durable=durable, linger=True) as mine:
                yield mine
            return
        # The shared lock comes first: from here on a keeper that waits for others does not stop under us.
        with open_lock(directory / "engines.users") as users:
            record = read(directory / "engines.json") if flock(users, fcntl.LOCK_SH) else {}
            if is_alive(record.get("keeper")):
                yield _attached(directory, record, postgres=postgres, valkey=valkey)
                return
        if time.monotonic() > deadline:
            raise _busy(directory)
        time.sleep(POLL_SECONDS)


def _attached(directory: Path, record: dict[str, Any], *, postgres: bool, valkey: bool) -> Engines:
    for wanted, key, name in ((postgres, "database_url", "PostgreSQL"), (valkey, "redis_url", "Valkey")):
        if wanted and not record.get(key):
            raise _busy(directory, f"runs without {name}")
    return _engines(record, started=False, postgres=postgres, valkey=valkey)


def _engines(record: dict[str, Any], *, started: bool, postgres: bool, valkey: bool) -> Engines:
    return Engines(
        database_url=record["database_url"] if postgres else None,
        redis_url=record["redis_url"] if valkey else None,
        started=started,
        postgres_version=record["postgres_version"] if postgres else None,
        valkey_version=record["valkey_version"] if valkey else None,
    )


@contextmanager
def _own(
    directory: Path,
    lock: io.FileIO,
    purpose: str,
    *,
    postgres: bool,
    valkey: bool,
    durable: bool,
    linger: bool,
) -> Iterator[Engines]:
    """Run engines under a lock that is already held, and let go of it at the end."""
    with lock:
        lock.truncate(0)
        os.pwrite(lock.fileno(), json.dumps({"pid": os.getpid(), "purpose": purpose}).encode(), 0)
        open_lock(directory / "engines.users").close()  # made here, so that it belongs to the right user
        try:
            place = prepare(directory)
            plan = _plan(place, postgres=postgres, valkey=valkey, durable=durable, linger=linger)
            running = _Keeper(place, lock, plan)
        except OSError as error:
            raise EngineFailed(f"the data directory {directory} cannot be used: {error}") from error
        try:
            yield _engines(running.wait_until_ready(), started=True, postgres=postgres, valkey=valkey)
        finally:
            running.let_go()


def _plan(place: DataDirectory, *, postgres: bool, valkey: bool, durable: bool, linger: bool) -> Plan:
    commands = {
        "postgres": postgres_command(place.cluster, place.run_dir, durable=durable) if postgres else None,
        "valkey": valkey_command(place.valkey, place.run_dir, durable=durable) if valkey else None,
    }
    if place.account:
        programs = [Path(command[0]) for command in commands.values() if command]
        grant_access(place.account, data=(place.cluster, place.run_dir), programs=programs)
    # The port is part of the socket's name; without it a driver would take PGPORT from the caller's environment.
    database_url = f"postgresql://rounds@/rounds?host={quote(str(place.run_dir), safe='')}&port=5432"
    redis_url = f"unix://{quote(str(place.run_dir / 'valkey.sock'))}"
    return Plan(
        data_dir=str(place.data_dir),
        run_dir=str(place.run_dir),
        account=list(place.account) if place.account else None,
        file_owner=list(place.file_owner) if place.file_owner else None,
        postgres=commands["postgres"],
        valkey=commands["valkey"],
        urls={"database_url": database_url if postgres else None, "redis_url": redis_url if valkey else None},
        durable=durable,
        linger=linger,
    )


class _Keeper:
    """The owner's end of a keeper: the pipe whose closing stops the engines, and the lock on the data directory."""

    running: ClassVar[set["_Keeper"]] = set()

    def __init__(self, place: DataDirectory, lock: io.FileIO, plan: Plan) -> None:
        self.place, self.lock, self.plan = place, lock, plan
        self.log = place.data_dir / "log" / "keeper.log"
        self.changing = threading.Lock()
        self.launch()
        self.running.add(self)

    def launch(self) -> None:
        """Start the process."""
        with open_log(self.log, self.place.account) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program, and never a shell
                [sys.executable, "-I", "-S", "-X", "utf8", str(Path(keeper.__file__).parent), self.plan.data_dir],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                cwd="/",
                start_new_session=True,
                pass_fds=[self.lock.fileno()],
            )
        # Popen's pipes are closed in every program this process executes, but not in a fork of it: see `forget_all`.
        self.pipes = [pipe for pipe in (self.process.stdin, self.process.stdout) if pipe]
        with contextlib.suppress(BrokenPipeError):
            self.pipes[0].write(json.dumps(self.plan._asdict()).encode() + b"\n")

    def wait_until_ready(self) -> dict[str, Any]:
        line = self.pipes[1].readline()
        if not line:
            raise EngineFailed("the process that keeps the engines ended unexpectedly", log=self.log)
        answer = json.loads(line)
        if "failed" in answer:
            raise EngineFailed(answer["failed"], log=Path(answer["log"]) if answer["log"] else None)
        ready: dict[str, Any] = answer["ready"]
        threading.Thread(target=self.replace_when_killed, name="engines", daemon=True).start()
        return ready

    def replace_when_killed(self) -> None:
        """See to it that there is a keeper for as long as this process owns the engines."""
        backoff, pause = Backoff(first=0.5, longest=15.0), 0.0
        while True:
            self.process.wait()
            time.sleep(pause)
            with self.changing:
                if self not in self.running:
                    return
                logger.error("the process that keeps the engines ended (%s): starting another", self.process.returncode)
                # Engines that have lost their keeper go on, but nobody would start them again.
                stop_leftovers(self.place)
                for pipe in self.pipes:
                    pipe.close()
                pause = backoff.next_wait()
                with contextlib.suppress(OSError):
                    self.launch()

    def let_go(self) -> None:
        """Have the engines stopped and wait until they are, unless they must go on for other commands."""
        if self not in self.running:
            return  # we are a forked child of the owner, leaving a context that is not ours
        with self.changing:
            self.running.discard(self)
            for pipe in self.pipes:
                pipe.close()
        while True:
            try:
                if self.process.wait(timeout=0.1) != 0:
                    stop_leftovers(self.place)  # somebody killed the keeper
            except subprocess.TimeoutExpired:
                if self.plan.linger and others_attached(self.place.data_dir):
                    return
            else:
                return

    @classmethod
    def forget_all(cls) -> None:
        """Drop a forked child's copies, or the engines would live for as long as the child."""
        for each in cls.running:
            for file in (*each.pipes, each.lock):
                file.close()
        cls.running.clear()


os.register_at_fork(after_in_child=_Keeper.forget_all)


def _busy(directory: Path, difference: str = "") -> DataDirectoryBusy:
    holder = read(directory / "engines.lock")
    pid, purpose = holder.get("pid"), holder.get("purpose", "unknown")
    other = "choose another directory with ROUNDS_DATA_DIR"
    if not is_alive(pid):
        return DataDirectoryBusy(
            f"the engines of {directory} still serve commands that attached to process {pid} ({purpose}), which has "
            f"ended: let those commands finish, or {other}",
        )
    how = f", which {difference}" if difference else ""
    return DataDirectoryBusy(
        f"{directory} is in use by process {pid} ({purpose}){how}: stop it first, or {other}", pid=pid
    )
