"""The files by which processes agree on who runs the engines of a data directory and who uses them.

`flock` rather than a file's mere existence: the system lets go of it when a process ends, whatever it died of.
"""

import fcntl
import io
import json
import os
from pathlib import Path
from typing import Any

import psutil

from rounds.embedded.failures import EngineFailed


def others_attached(directory: Path) -> bool:
    """Whether commands are attached to the engines, leaving aside a keeper that is about to stop them."""
    with open_lock(directory / "engines.users") as users:
        # The keeper takes this lock for itself when it stops; then a shared lock cannot be had either.
        return not flock(users, fcntl.LOCK_EX) and flock(users, fcntl.LOCK_SH)


def try_lock(directory: Path) -> io.FileIO | None:
    """Take the lock on the engines if it is free; held until the file and its copies in child processes are closed."""
    lock = open_lock(directory / "engines.lock")
    if flock(lock, fcntl.LOCK_EX):
        return lock
    lock.close()
    return None


def open_lock(path: Path) -> io.FileIO:
    """Open a lock file, making it if need be, but never through a link that someone may have planted."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            # A directory that root has used must stay usable for the one it belongs to.
            owner = path.parent.stat()
            os.chown(descriptor, owner.st_uid, owner.st_gid)
    except OSError as error:
        raise EngineFailed(f"{path} cannot be opened: {error.strerror}; was it made by another user?") from error
    return os.fdopen(descriptor, "r+b", buffering=0)


def flock(file: io.FileIO, kind: int) -> bool:
    """Take a shared or exclusive lock without waiting, and say whether we have it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise EngineFailed(f"the file system of {file.name} offers no locks ({error.strerror}): use another") from error
    return True


def read(path: Path) -> dict[str, Any]:
    """Read a file of ours that another process may be about to write."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def is_alive(pid: object) -> bool:
    """Whether the process that noted down this id still runs; one that only waits to be reaped does not."""
    if not isinstance(pid, int):
        return False
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
