"""What an owner asks of its keeper, and what may become of it."""

from pathlib import Path
from typing import NamedTuple


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


class EngineDown(Exception):  # noqa: N818 - house style: what happened
    """An engine, or a tool that prepares it, did not do its work."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        """`log` is where the engine says more."""
        super().__init__(message)
        self.log = log
