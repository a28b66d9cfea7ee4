"""`rounds seed` and `rounds import`."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated

import typer

from features.loading import handler
from features.loading.panda_appointments import import_panda_appointments
from rounds.runtime import Running, engines, prepared
from rounds.settings import load
from rounds.telling import Teller

imports = typer.Typer(no_args_is_help=True, help="Bring in files of other systems.")


def register(cli: typer.Typer) -> None:
    """Add `rounds seed` and `rounds import`."""
    cli.command()(seed)
    cli.add_typer(imports, name="import")


def seed(patients: Annotated[int, typer.Option(min=1, help="How many synthetic patients to add.")] = 1000) -> None:
    """Add synthetic patients, for load tests and demonstrations."""
    teller = Teller("Seeding patients", patients)
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
def panda(
    patients: Annotated[Path, typer.Argument(help="The patients' JSON file.", metavar="PATIENTS.json")],
    appointments: Annotated[
        Path | None, typer.Argument(help="The appointments' JSON file.", metavar="[APPOINTMENTS.json]")
    ] = None,
) -> None:
    """Import the PANDA exercise's example patients and appointments. Importing again changes nothing."""
    files = [("Patients", patients, handler.import_panda_patients)]
    if appointments is not None:
        files.append(("Appointments", appointments, import_panda_appointments))
    try:
        with engines(load(), purpose="rounds import") as running:
            for what, path, read in files:
                counts = asyncio.run(_import(what, path, read, running))
                typer.echo(
                    f"{what}: {counts['created']} created, {counts['unchanged']} unchanged, "
                    f"{counts['refused']} refused."
                )
    except handler.Unreadable as error:
        typer.echo(f"rounds: {error}", err=True)
        raise typer.Exit(1) from None


async def _import(
    what: str, path: Path, read: Callable[..., AsyncIterator[handler.Outcome]], running: Running
) -> Counter[str]:
    teller = Teller(f"Importing {what.lower()}", None)
    counts: Counter[str] = Counter()
    try:
        async with prepared(running) as database:
            async for outcome in read(path, database=database):
                counts[outcome.result] += 1
                if outcome.reason:
                    typer.echo(f"{path.name}, row {outcome.row}: refused. {outcome.reason}", err=True)
                teller.at(counts.total())
    finally:
        teller.done()
    return counts
