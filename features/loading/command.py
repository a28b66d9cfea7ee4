"""`rounds seed` and `rounds import`."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rounds.command_line.shared import stop, with_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from features.loading.handler import Outcome
    from rounds.data import Database

    Reader = Callable[..., AsyncIterator[Outcome]]

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
def panda(
    patients: Annotated[Path, typer.Argument(help="The patients' JSON file.", metavar="PATIENTS.json")],
    appointments: Annotated[
        Path | None, typer.Argument(help="The appointments' JSON file.", metavar="[APPOINTMENTS.json]")
    ] = None,
) -> None:
    """Import the PANDA exercise's example patients and appointments. Importing again changes nothing."""
    from features.loading import handler
    from features.loading.panda_appointments import import_panda_appointments

    files: list[tuple[str, Path, Reader]] = [("Patients", patients, handler.import_panda_patients)]
    if appointments is not None:
        files.append(("Appointments", appointments, import_panda_appointments))

    async def work(database: "Database") -> None:
        for what, path, read in files:
            counts = await _import(what, path, read, database)
            typer.echo(
                f"{what}: {counts['created']} created, {counts['unchanged']} unchanged, {counts['refused']} refused."
            )

    try:
        with_database("rounds import", work)
    except handler.Unreadable as error:
        stop(f"rounds: {error}")


async def _import(what: str, path: Path, read: "Reader", database: "Database") -> Counter[str]:
    from rounds.command_line.progress import ProgressReport

    report = ProgressReport(f"Importing {what.lower()}", None)
    counts: Counter[str] = Counter()
    try:
        async for outcome in read(path, database=database):
            counts[outcome.result] += 1
            if outcome.reason:
                typer.echo(f"{path.name}, row {outcome.row}: refused. {outcome.reason}", err=True)
            report.at(counts.total())
    finally:
        report.done()
    return counts
