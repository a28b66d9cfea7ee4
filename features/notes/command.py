"""`rounds notes`: what is understood of old notes, brought up to date."""

import asyncio
import os
import time
from typing import Annotated

import typer

from features.notes import reprocessing
from rounds.processes import Isolated
from rounds.progress import ProgressReport
from rounds.runtime import engines, prepared
from rounds.settings import load

notes = typer.Typer(no_args_is_help=True, help="Understand notes anew.")


def register(cli: typer.Typer) -> None:
    """Add `rounds notes`."""
    cli.add_typer(notes, name="notes")


@notes.command()
def reprocess(
    everything: Annotated[
        bool, typer.Option("--all", help="All notes, not only those that an older version understood.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes to do it with.")] = max(os.cpu_count() or 1, 1),
) -> None:
    """Bring what was understood of old notes up to the present version."""
    report = ProgressReport("Understanding notes", None)
    progress = reprocessing.Progress()

    async def work() -> None:
        nonlocal progress
        async with prepared(running) as database, Isolated(workers=workers) as isolated:
            async for progress in reprocessing.reprocess(
                database=database, isolated=isolated, everything=everything, parallel=workers
            ):
                report.at(progress.changed)

    started = time.monotonic()
    try:
        with engines(load(), purpose="rounds notes reprocess") as running:
            asyncio.run(work())
    finally:
        report.done()
    seconds = time.monotonic() - started
    typer.echo(f"Understood {progress.changed} notes anew in {seconds:.1f} s; {progress.failed} could not be.")
    if progress.failed:
        raise typer.Exit(1)


@notes.command()
def retry() -> None:
    """Have the notes that could not be read read again, e.g. after an update."""

    async def work() -> int:
        async with prepared(running) as database:
            return await reprocessing.retry(database=database)

    with engines(load(), purpose="rounds notes retry") as running:
        count = asyncio.run(work())
    typer.echo(f"{count} notes wait for the consumer to read them again.")
