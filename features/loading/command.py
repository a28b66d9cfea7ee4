"""`rounds seed` and `rounds import`."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rounds.command_line.shared import stop, with_database

if TYPE_CHECKING:
    from rounds.data import Database

imports = typer.Typer(no_args_is_help=True, help="Bring in files of other systems.")


def register(cli: typer.Typer) -> None:
    """Add `rounds seed` and `rounds import`."""
    cli.command()(seed)
    cli.add_typer(imports, name="import")


def seed(patients: Annotated[int, typer.Option(min=1, help="How many synthetic patients to add.")] = 1000) -> None:
    """Add synthetic patients, for load tests and demonstrations."""
    from features.loading import handler
    from rounds.command_line.progress import ProgressReport

    report = ProgressReport("Seeding patients", patients)

    async def work(database: "Database") -> int:
        stored = 0
        async for stored in handler.seed_patients(patients, database=database):
            report.at(stored)
        return stored

    started = time.monotonic()
    try:
        stored = with_database("rounds seed", work)
    except ValueError as error:
        stop(f"rounds: {error}")
    finally:
        report.done()
    typer.echo(f"Added {stored} patients in {time.monotonic() - started:.1f} s.")


@imports.command()
def panda(patients: Annotated[Path, typer.Argument(help="The patients' JSON file.", metavar="PATIENTS.json")]) -> None:
    """Import the PANDA exercise's example patients. Importing again changes nothing."""
    from features.loading import handler
    from rounds.command_line.progress import ProgressReport

    report = ProgressReport("Importing patients", None)
    counts: Counter[str] = Counter()

    async def work(database: "Database") -> None:
        async for outcome in handler.import_panda_patients(patients, database=database):
            counts[outcome.result] += 1
            if outcome.reason:
                typer.echo(f"{patients.name}, row {outcome.row}: refused. {outcome.reason}", err=True)
            report.at(counts.total())

    try:
        with_database("rounds import", work)
    except handler.Unreadable as error:
        stop(f"rounds: {error}")
    finally:
        report.done()
    typer.echo(f"Patients: {counts['created']} created, {counts['unchanged']} unchanged, {counts['refused']} refused.")
