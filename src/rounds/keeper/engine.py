"""An engine that runs, or shall run again, and how that is done."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

# (seconds after the request, signal). PostgreSQL: fast shutdown, immediate shutdown, force.
POSTGRES_STOP = ((0.0, signal.SIGINT), (3.0, signal.SIGQUIT), (4.0, signal.SIGKILL))
VALKEY_STOP = ((0.0, signal.SIGTERM), (3.0, signal.SIGKILL))


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
