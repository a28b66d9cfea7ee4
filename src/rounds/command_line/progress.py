"""Tells whoever started a long command how far it is."""

import sys
import time

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class ProgressReport:
    """Shows progress: a bar on a terminal, a plain line now and then in a pipe."""

    def __init__(self, what: str, total: int | None) -> None:
        self._what, self._total = what, total
        self._next = time.monotonic() + 2
        self._bar: Progress | None = None
        self._task = TaskID(0)
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(what, total=total)
            self._bar.start()

    def at(self, done: int) -> None:
        """So many are done."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + 2
            typer.echo(f"{self._what}: {done}{f' of {self._total}' if self._total else ''}", err=True)

    def done(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
