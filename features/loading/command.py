"""`rounds seed` and `rounds import`."""

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from features.loading import handler
from rounds.runtime import engines, prepared
from rounds.settings import load

imports = typer.Typer(no_args_is_help=True, help="Bring in files of other systems.")


def register(cli: typer.Typer) -> None:
    """Add `rounds seed` and `rounds import`."""
    cli.command()(seed)
    cli.add_typer(imports, name="import")


class _Teller:
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


def seed(patients: Annotated[int, typer.Option(min=1, help="How many synthetic patients to add.")] = 1000) -> None:
    """Add synthetic patients, for load tests and demonstrations."""
    teller = _Teller("Seeding patients", patients)
    stored = 0

    async def work() -> None:
        nonlocal stored
        async with prepared(running) as database:
            async for stored in handler.seed_patients(patients, database=database):
                teller.at(stored)

    started = time.monotonic()
    try:
        with engines(load(), purpose="rounds seed") as running:
            asyncio.run(work())
    except ValueError as error:
        typer.echo(f"rounds: {error}", err=True)
        raise typer.Exit(1) from None
    finally:
        teller.done()
    typer.echo(f"Added {stored} patients in {time.monotonic() - started:.1f} s.")


@imports.command()
def panda(patients: Annotated[Path, typer.Argument(help="The patients' JSON file.", metavar="PATIENTS.json")]) -> None:
    """Import the PANDA exercise's example patients. Importing again changes nothing."""
    teller = _Teller("Importing patients", None)
    counts: Counter[str] = Counter()

    async def work() -> None:
        async with prepared(running) as database:
            async for outcome in handler.import_panda_patients(patients, database=database):
                counts[outcome.result] += 1
                if outcome.reason:
                    typer.echo(f"{patients.name}, row {outcome.row}: refused. {outcome.reason}", err=True)
                teller.at(counts.total())

    try:
        with engines(load(), purpose="rounds import") as running:
            asyncio.run(work())
    except handler.Unreadable as error:
        typer.echo(f"rounds: {error}", err=True)
        raise typer.Exit(1) from None
    finally:
        teller.done()
    typer.echo(f"Patients: {counts['created']} created, {counts['unchanged']} unchanged, {counts['refused']} refused.")
