"""Makes a data directory ready for its engines: directories, sockets, permissions, and no one left over from a crash.

All of it happens under the lock, so it may take for granted that no other start is doing the same.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import stat
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from rounds.embedded.account import Account, engine_account, hand_over
from rounds.embedded.failures import EngineFailed
from rounds.embedded.locks import is_alive

# A socket's address holds 108 bytes on Linux and 104 on macOS, and PostgreSQL's socket has the longer name of the two.
SOCKET_DIRECTORY_BYTES = 100 - len("/.s.PGSQL.5432")
LEFTOVER_SECONDS = 10


class DataDirectory(NamedTuple):
    """A data directory that is ready for its engines."""

    data_dir: Path
    run_dir: Path
    account: Account | None
    file_owner: Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's files."""
        return self.data_dir / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's files."""
        return self.data_dir / "valkey"


def make_data_directory(path: Path) -> Path:
    """Return the one true name of the data directory, making it if need be, closed to other people."""
    data_dir = path.expanduser().resolve()
    # Started by root, the engines have another account, which must be able to pass through to its own directories.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            data_dir.mkdir(mode=mode)
    except OSError as error:
        raise EngineFailed(f"the data directory {data_dir} cannot be made: {error.strerror}") from error
    return data_dir


def prepare(data_dir: Path) -> DataDirectory:
    """Clear away what a crash left behind and make everything the engines expect to find."""
    (data_dir / "engines.json").unlink(missing_ok=True)
    account = engine_account(data_dir)
    owner = data_dir.stat()
    place = DataDirectory(
        data_dir, run_directory(data_dir), account, Account(owner.st_uid, owner.st_gid) if account else None
    )
    stop_leftovers(place)
    for draft in data_dir.glob("postgres.new-*"):
        # First the one that starts the others. Were they left to go on, they would write into what is being removed.
        _kill([process for process in psutil.process_iter() if _is_initialising(process, draft)])
        _kill([process for process in psutil.process_iter() if _works_in(process, "postgres", draft)])
        shutil.rmtree(draft, ignore_errors=True)
    for directory in (place.valkey, data_dir / "log"):
        _make_private(directory, account)
    _make_private(place.run_dir, account, refuse_others=place.run_dir.parent != data_dir)
    for leftover in (*place.run_dir.iterdir(), *place.valkey.glob("temp-*.rdb")):
        # PostgreSQL will not start next to a socket lock naming a process id that someone else has by now.
        leftover.unlink()
    if account and place.cluster.exists():
        hand_over(place.cluster, account)
    return place


def stop_leftovers(place: DataDirectory) -> None:
    """Stop engines that lost both their owner and their keeper to `kill -9`, and remove the traces of dead ones."""
    for home, name, pid_file, gently in (
        (place.cluster, "postgres", "postmaster.pid", signal.SIGINT),
        (place.valkey, "valkey-server", "valkey.pid", signal.SIGTERM),
    ):
        trace = home / pid_file
        # One that was only starting when its keeper was killed has left no trace yet, and runs on all the same.
        recorded = trace.read_text("utf-8", "replace").partition("\n")[0] if trace.exists() else ""
        # A process id alone proves nothing, as the system hands it out again; name and working directory do. They also
        # find the children of a database server that was itself killed, which a new one would refuse to start next to.
        family = [process for process in psutil.process_iter() if _works_in(process, name, home)]
        for process in family:
            if recorded in {"", str(process.pid)}:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(gently)
        _kill(_wait_for(family))
        trace.unlink(missing_ok=True)


def _works_in(process: psutil.Process, name: str, directory: Path) -> bool:
    try:
        return process.name() == name and process.cwd() == str(directory)
    except psutil.Error:
        return False  # gone meanwhile, or another user's


def _is_initialising(process: psutil.Process, directory: Path) -> bool:
    try:
        return process.name() == "initdb" and f"--pgdata={directory}" in process.cmdline()
    except psutil.Error:
        return False


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for(processes)


def _wait_for(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that do not end in time. Not `psutil.wait_procs`, which also waits until the dead are reaped."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (left := [process for process in processes if is_alive(process.pid)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def run_directory(data_dir: Path) -> Path:
    """Choose where the sockets go: in the data directory if its name fits into a socket address and a URL.

    Database drivers split the host at commas, and neither a control character nor a name that is not Unicode survives a
    URL. Spaces, quotes and other scripts do.
    """
    mine = f"rounds-{os.geteuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"
    for path in (data_dir / "run", Path(tempfile.gettempdir()).resolve() / mine, Path("/tmp").resolve() / mine):  # noqa: S108 - verified by _make_private
        if "," not in str(path) and str(path).isprintable() and len(os.fsencode(path)) <= SOCKET_DIRECTORY_BYTES:
            return path
    raise EngineFailed(f"found no directory for the sockets of {data_dir}: set TMPDIR to a short path")


def _make_private(path: Path, account: Account | None, *, refuse_others: bool = False) -> None:
    """Make a directory that only the engines' account can enter.

    With `refuse_others`, a directory that is already there must be our own: in a shared place like /tmp anybody may
    have made it first, or have put a link there, in order to listen in the engines' stead.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    allowed = {os.geteuid(), account.uid if account else os.geteuid()}
    if refuse_others and not (stat.S_ISDIR(found.st_mode) and found.st_uid in allowed):
        raise EngineFailed(f"{path} belongs to someone else: remove it, or set TMPDIR to a directory of your own")
    if account:
        hand_over(path, account)
    if stat.S_IMODE(found.st_mode) != 0o700 and not path.is_symlink():
        path.chmod(0o700)
