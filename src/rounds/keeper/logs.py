"""The logs of the engines: opened safely, kept small, and read for what went wrong."""

import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LOG_BYTES = 10_000_000
LAST_WORDS_BYTES = 8192


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


def said_disk_is_full(log: Path, start: int) -> bool:
    """Whether the last an engine wrote, since its log was `start` bytes long, is that there is no room left."""
    last = written(log, max(start, size_of(log) - LAST_WORDS_BYTES))
    return os.strerror(errno.ENOSPC) in last or os.strerror(errno.EDQUOT) in last
