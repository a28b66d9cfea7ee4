"""Tells whether engines can be used, and tidies up after one that was killed."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

from rounds.keeper.lifeline import POLL_SECONDS

TIDY_SECONDS = 10.0


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
