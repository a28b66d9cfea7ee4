"""`rounds notes`: what is understood of old notes, brought up to date."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from rounds.command_line.shared import with_database

if TYPE_CHECKING:
    from features.notes.reprocessing import Progress
    from rounds.data import Database

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
    """Bring what was read and understood of old notes up to the present version."""
    from features.notes import reprocessing
    from rounds.command_line.progress import ProgressReport
    from rounds.processes import ChildProcesses

    report = ProgressReport("Understanding notes", None)

    async def work(database: "Database") -> "Progress":
        progress = reprocessing.Progress()
        async with ChildProcesses(workers=workers) as child_processes:
            async for progress in reprocessing.reprocess(
                database=database, child_processes=child_processes, everything=everything, parallel=workers
            ):
                report.at(progress.changed)
            done = progress
            async for progress in reprocessing.lay_out(
                database=database, child_processes=child_processes, parallel=workers
            ):
                report.at(done.changed + progress.laid_out)
            if progress is not done:
                done.laid_out, done.failed = progress.laid_out, done.failed + progress.failed
        return done

    started = time.monotonic()
    try:
        progress = with_database("rounds notes reprocess", work)
    finally:
        report.done()
    seconds = time.monotonic() - started
    typer.echo(f"Understood {progress.changed} notes anew in {seconds:.1f} s; {progress.failed} could not be.")
    if progress.laid_out:
        typer.echo(f"Found out where the words of {progress.laid_out} notes stand on their pages.")
    if progress.failed:
        raise typer.Exit(1)


@notes.command()
def retry() -> None:
    """Have the notes that could not be read read again, e.g. after an update."""
    from features.notes import reprocessing

    async def work(database: "Database") -> int:
        return await reprocessing.retry(database=database)

    typer.echo(f"{with_database('rounds notes retry', work)} notes wait for the consumer to read them again.")
