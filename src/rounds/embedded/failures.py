"""What can go wrong with the embedded engines, each told in one line that says what to do next.

They are plain exceptions rather than problems: they happen before there is a server that could answer with one.
"""

from pathlib import Path


class DataDirectoryBusy(RuntimeError):  # noqa: N818 - house style: what happened, without an Error suffix
    """Another process runs the engines of this data directory, and two may never write to it."""

    def __init__(self, message: str, *, pid: int | None = None) -> None:
        """`pid` is the process to stop, when it is known."""
        super().__init__(message)
        self.pid = pid


class EngineFailed(RuntimeError):  # noqa: N818 - house style: what happened, without an Error suffix
    """An engine could not be started; the message ends with the path of its log when it has written one."""

    def __init__(self, message: str, *, log: Path | None = None) -> None:
        """`log` is the file in which the engine itself says more."""
        super().__init__(f"{message}; see {log}" if log else message)
        self.log = log
