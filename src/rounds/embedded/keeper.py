"""The keeper: runs the engines for an owner, starts again what dies, and stops them when the owner ends.

Standard input is the lifeline. Its first line is the plan; end of file means that the owner is gone, however it ended,
because the operating system closes the pipe even of a process that was killed. Being the engines' parent, the keeper
cannot mistake another process for them, and living in a session of its own it is not hit by the Ctrl-C that is meant
for the owner.

This file runs as a script (`python -I -S keeper.py`) for a quick start and a small footprint. So it imports nothing but
the standard library, and stands in one piece although it is long.
"""

import contextlib
import errno
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

# An engine that dies is started again after a moment, so that whoever watches can see that it was gone; one that goes
# on dying, after waits that double up to the longest.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 60.0  # having run so long, it counts as healthy again
LAST_WORDS_BYTES = 8192
TIDY_SECONDS = 10.0

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


class Recipe(NamedTuple):
    """How to run an engine, to tell that it is ready, to stop it, and to tidy up after one that was killed."""

    name: str
    command: list[str]
    log: Path
    is_ready: Callable[[int], bool]  # asked with its process id
    tidy: Callable[[int], None]
    stop_steps: Sequence[tuple[float, signal.Signals]]


class Engine:
    """An engine that runs, or shall run again."""

    def __init__(self, recipe: Recipe, process: subprocess.Popen[bytes], log_start: int) -> None:
        """`log_start` is how many bytes were in the log before this run."""
        self.recipe = recipe
        self.process = process
        self.log_start = log_start
        self.stop_steps = list(recipe.stop_steps)
        self.down: str | None = None  # why nobody can use it: `ended`, `storage_full`
        self.deaths = 0  # in a row
        self.ready_at = time.monotonic()
        self.retry_at: float | None = None  # when to start it again; None while its process lives

    def is_ready(self) -> bool:
        """Whether it can be used."""
        return self.recipe.is_ready(self.process.pid)


class Keeper:
    """The engines of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data_dir = Path(plan.data_dir)
        self.postgres_log = self.data_dir / "log" / "postgres.log"
        self.valkey_log = self.data_dir / "log" / "valkey.log"
        self.record = self.data_dir / "engines.json"
        self.engines: list[Engine] = []
        self.found: dict[str, object] = {"keeper": os.getpid(), **plan.urls}
        self.noted: dict[str, object] = {}  # what the record says

    def start(self) -> dict[str, object]:
        """Bring up what the plan asks for and say where it is."""
        if self.plan.valkey:
            self.found["valkey_version"] = self.version_of(self.plan.valkey[0], self.valkey_log)
            answers = functools.partial(answers_ping, Path(self.plan.run_dir, "valkey.sock"))
            recipe = Recipe("Valkey", self.plan.valkey, self.valkey_log, answers, lambda _: None, VALKEY_STOP)
            self.launch(recipe)
        if self.plan.postgres:
            self.found["postgres_version"] = version = self.version_of(self.plan.postgres[0], self.postgres_log)
            cluster = self.data_dir / "postgres"
            self.ensure_cluster(Path(self.plan.postgres[0]), cluster, version)
            accepts = functools.partial(accepts_connections, cluster)
            tidy = functools.partial(tidy_after_postgres, cluster, Path(self.plan.run_dir))
            self.launch(Recipe("PostgreSQL", self.plan.postgres, self.postgres_log, accepts, tidy, POSTGRES_STOP))
        self.wait_until_ready()
        self.note()
        return self.found

    def note(self) -> None:
        """Note down where the engines are and which of them are down, for whoever uses them."""
        current = {**self.found, "down": {each.recipe.name: each.down for each in self.engines if each.down}}
        if current == self.noted:
            return
        draft = self.record.with_suffix(".new")
        draft.write_text(json.dumps(current), "utf-8")
        if self.plan.file_owner:
            os.chown(draft, *self.plan.file_owner, follow_symlinks=False)
        draft.replace(self.record)
        self.noted = current

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

    def launch(self, recipe: Recipe) -> None:
        """Start an engine and remember it."""
        set_aside_if_overgrown(recipe.log)
        log_start = size_of(recipe.log)
        self.engines.append(Engine(recipe, self.spawn(recipe.command, recipe.log), log_start))

    def watch(self) -> NoReturn:
        """Start again whatever dies, until the owner is gone."""
        while True:
            wait_for_owner(self.look_after_all())

    def look_after_all(self) -> float | None:
        """See to every engine; answers after how many seconds to look again, or None: when one of them ends."""
        waits = [seconds for each in self.engines if (seconds := self.look_after(each)) is not None]
        try:
            self.note()
        except OSError:
            # The disk is full, most likely. Without a record nobody takes for running what is not.
            self.record.unlink(missing_ok=True)
            self.noted = {}
            waits.append(1.0)
        return min(waits, default=None)

    def look_after(self, engine: Engine) -> float | None:
        """Take an engine one step on its way back, if it is down."""
        now = time.monotonic()
        if engine.process.poll() is None:
            if engine.down is None:
                return None
            if not engine.is_ready():
                return POLL_SECONDS
            engine.down, engine.ready_at = None, now
            say(f"{engine.recipe.name} is back")
            return None
        if engine.retry_at is None:
            if engine.down is None and now - engine.ready_at > STEADY_SECONDS:
                engine.deaths = 0
            engine.down = "storage_full" if said_disk_is_full(engine.recipe.log, engine.log_start) else "ended"
            pause = FIRST_PAUSE_SECONDS * 2.0 ** min(engine.deaths, 10)
            engine.retry_at = now + min(pause, LONGEST_PAUSE_SECONDS)
            engine.deaths += 1
            say(f"{engine.recipe.name} ended with {engine.process.returncode}: {engine.down}")
            return 0.0  # the news is noted down first
        if now < engine.retry_at:
            return engine.retry_at - now
        self.launch_again(engine)
        return POLL_SECONDS

    def launch_again(self, engine: Engine) -> None:
        """Start a dead engine; should that fail, it is as if it had died at once."""
        engine.retry_at = None
        try:
            engine.recipe.tidy(engine.process.pid)
            set_aside_if_overgrown(engine.recipe.log)
            engine.log_start = size_of(engine.recipe.log)
            engine.process = self.spawn(engine.recipe.command, engine.recipe.log)
        except (EngineDown, OSError) as error:
            say(f"{engine.recipe.name} cannot be started: {error}")

    def wait_until_ready(self) -> None:
        """Return when every engine answers."""
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self.engines)
        while waiting:
            for engine in waiting:
                if engine.process.poll() is not None:
                    why = complaint(engine.recipe.log, engine.log_start)
                    raise EngineDown(f"{engine.recipe.name} did not start: {why}", engine.recipe.log)
                if time.monotonic() > deadline:
                    late = f"{engine.recipe.name} was not ready after {START_SECONDS:.0f} seconds"
                    raise EngineDown(late, engine.recipe.log)
            waiting = [engine for engine in waiting if not engine.is_ready()]
            wait_for_owner(POLL_SECONDS)

    def let_others_finish(self) -> None:
        """Wait until no command is attached, and from then on let none attach; SIGTERM ends the wait."""

        def stop_waiting(*_: object) -> NoReturn:
            raise OwnerGone

        users = os.open(self.data_dir / "engines.users", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with contextlib.suppress(OwnerGone):
            signal.signal(signal.SIGTERM, stop_waiting)
            while not try_lock(users):  # never closed: held until this process ends
                self.look_after_all()
                time.sleep(4 * POLL_SECONDS)
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


def try_lock(file: int) -> bool:
    """Take the exclusive lock on a file, if nobody has any."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def carry_on(*_: object) -> None:
    """Handle a signal by going on: the end comes through the lifeline, when the owner needs its engines no more.

    A handler rather than SIG_IGN, because ignored signals stay ignored in child processes and handlers do not.
    """


def wait_for_owner(seconds: float | None) -> None:
    """Sleep for `seconds` (None: until a child process ends), but raise `OwnerGone` as soon as the lifeline closes."""
    ready = select.select([0, *_alarm], [], [], seconds)[0]
    if 0 in ready:
        raise OwnerGone
    for alarm in ready:
        with contextlib.suppress(BlockingIOError):
            os.read(alarm, 4096)


_alarm: list[int] = []  # readable when a signal came


def listen_for_signals() -> None:
    """Have `wait_for_owner` wake up when a child process ends."""
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, carry_on)
    _alarm.append(reader)


def tidy_after_postgres(cluster: Path, run_dir: Path, pid: int) -> None:
    """Clear away what the dead server with this process id left behind, or another could not start.

    Its children notice that it is gone when they next wait for something; until then they hold on to its memory, and a
    new server refuses to start beside them. The files name a process id, which somebody else may have by then.
    """
    deadline = time.monotonic() + TIDY_SECONDS
    while (children := servers_in(cluster)) and time.monotonic() < deadline:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(POLL_SECONDS)
    if not Path("/proc/self/cwd").exists():
        return  # without a look at its children, the files are the new server's only warning
    for trace in (cluster / "postmaster.pid", *run_dir.glob(".s.PGSQL.*.lock")):
        with contextlib.suppress(OSError):
            if trace.read_text("utf-8", "replace").partition("\n")[0].strip() == str(pid):
                trace.unlink()


def servers_in(cluster: Path) -> list[int]:
    """Process ids of the living PostgreSQL processes of this cluster, on systems that have /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            _, _, rest = (entry / "stat").read_text("utf-8", "replace").partition("(")
            name, _, state = rest.rpartition(")")
            if name == "postgres" and state.split()[0] not in {"Z", "X"} and (entry / "cwd").readlink() == cluster:
                found.append(int(entry.name))
    return found


def said_disk_is_full(log: Path, start: int) -> bool:
    """Whether the last an engine wrote, since its log was `start` bytes long, is that there is no room left."""
    last = written(log, max(start, size_of(log) - LAST_WORDS_BYTES))
    return os.strerror(errno.ENOSPC) in last or os.strerror(errno.EDQUOT) in last


def say(what: str) -> None:
    """Write a line into the keeper's own log, if it can be written."""
    with contextlib.suppress(OSError):
        os.write(2, f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {what}\n".encode())


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
    listen_for_signals()
    os.umask(0o077)
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # the owner ended before it had said what it wants
    keeper = Keeper(Plan(**json.loads(line)))
    failure: dict[str, object] = {}
    try:
        try:
            tell_owner({"ready": keeper.start()})
            keeper.watch()
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
