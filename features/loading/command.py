"""`rounds seed` and `rounds import`."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from features.loading import handler
from rounds.progress import ProgressReport
from rounds.runtime import engines, prepared
from rounds.settings import load

imports = typer.Typer(no_args_is_help=True, help="Bring in files of other systems.")


def register(cli: typer.Typer) -> None:
    """Add `rounds seed` and `rounds import`."""
    cli.command()(seed)
    cli.add_typer(imports, name="import")


def seed(patients: Annotated[int, typer.Option(min=1, help="How many synthetic patients to add.")] = 1000) -> None:
    """Add synthetic patients, for load tests and demonstrations."""
    report = ProgressReport("Seeding patients", patients)
    stored = 0

    async def work() -> None:
        nonlocal stored
        async with prepared(running) as database:
            async for stored in handler.seed_patients(patients, database=database):
                report.at(stored)

    started = time.monotonic()
    try:
        with engines(load(), purpose="rounds seed") as running:
            asyncio.run(work())
    except ValueError as error:
        typer.echo(f"rounds: {error}", err=True)
        raise typer.Exit(1) from None
    finally:
        report.done()
    typer.echo(f"Added {stored} patients in {time.monotonic() - started:.1f} s.")


@imports.command()
def panda(patients: Annotated[Path, typer.Argument(help="The patients' JSON file.", metavar="PATIENTS.json")]) -> None:
    """Import the PANDA exercise's example patients. Importing again changes nothing."""
    report = ProgressReport("Importing patients", None)
    counts: Counter[str] = Counter()

    async def work() -> None:
        async with prepared(running) as database:
            async for outcome in handler.import_panda_patients(patients, database=database):
                counts[outcome.result] += 1
                if outcome.reason:
                    typer.echo(f"{patients.name}, row {outcome.row}: refused. {outcome.reason}", err=True)
                report.at(counts.total())

    try:
        with engines(load(), purpose="rounds import") as running:
            asyncio.run(work())
    except handler.Unreadable as error:
        typer.echo(f"rounds: {error}", err=True)
        raise typer.Exit(1) from None
    finally:
        report.done()
    typer.echo(f"Patients: {counts['created']} created, {counts['unchanged']} unchanged, {counts['refused']} refused.")
