"""`rounds audit`: verify, export, anchor and retire the trail, also while no server runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rounds.command_line.shared import stop, with_database

if TYPE_CHECKING:
    from features.audit.anchor import Anchor
    from features.audit.verifying import Verified
    from rounds.data import Database

audit = typer.Typer(no_args_is_help=True, help="Verify, export and retire the audit trail.")


def register(cli: typer.Typer) -> None:
    """Add `rounds audit`."""
    cli.add_typer(audit, name="audit")


@audit.command()
def verify(
    anchor: Annotated[
        str | None, typer.Option(help="A seal that was kept elsewhere, as `rounds audit anchor` prints it.")
    ] = None,
) -> None:
    """Compute the chain again from the rows; names the first thing that is wrong, and fails."""
    from features.audit.problems import BrokenChain

    kept = _anchor(anchor)

    async def work(database: "Database") -> "tuple[Verified, BrokenChain | None]":
        from features.audit import verifying
        from features.audit.verifying import Verified
        from rounds.command_line.progress import ProgressReport

        done, broken, progress = Verified(), None, ProgressReport("Verifying", None)
        try:
            async for step in verifying.verify(database.reads, anchor=kept):
                done = step
                progress.at(done.events)
        except BrokenChain as found:
            broken = found
        finally:
            progress.done()
        await _note("verify", database, failed=broken is not None)
        return done, broken

    done, broken = with_database("rounds audit verify", work, publishes=False)
    if broken is not None:
        stop(f"Broken: {broken}.")
    retired = f", {done.retired} months retired" if done.retired else ""
    typer.echo(f"Whole: {done.links} seals over {done.events} events{retired}; {done.unsealed} events not sealed yet.")


@audit.command("anchor")
def show_anchor() -> None:
    """Print the last seal, to be kept elsewhere: whoever writes the whole chain anew is found by it."""

    async def work(database: "Database") -> "Anchor | None":
        from features.audit import chain_persistence, sealing
        from features.audit.anchor import Anchor

        async with database.transaction() as db:
            while await sealing.seal(db):
                pass
            found = await chain_persistence.head(db)
        return Anchor(found[0].number, found[1]) if found else None

    head = with_database("rounds audit anchor", work, publishes=False)
    if head is None:
        stop("Nothing has been sealed yet.")
    typer.echo(str(head))


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write; `-` is standard output.", show_default=False)],
) -> None:
    """Write the trail as lines of JSON with its seals; scripts/verify_audit_export.py verifies it anywhere."""

    async def work(database: "Database") -> int:

        from features.audit import exporting
        from rounds.command_line.progress import ProgressReport

        await _note("export", database, failed=False)
        count, progress = 0, ProgressReport("Exporting", None)
        with sys.stdout.buffer if str(file) == "-" else file.open("wb") as out:
            async for line in exporting.lines(database.reads):
                out.write(line + b"\n")
                count += 1
                progress.at(count)
            out.flush()
        progress.done()
        return count

    lines = with_database("rounds audit export", work, publishes=False)
    typer.echo(f"Wrote {lines} lines.", err=True)


@audit.command()
def retire(
    months: Annotated[int, typer.Option(min=1, help="How many whole months before this one are kept.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop the months that need not be kept any more, for good; the chain stays whole and says which went."""
    from features.audit.retention import NotSealed, first_kept

    before = first_kept(months)
    if not yes:
        typer.confirm(f"Drop everything before {before:%Y-%m} for good?", abort=True)

    async def work(database: "Database") -> list[str]:
        from features.audit import retention

        async with database.transaction() as db:
            return [f"{month:%Y-%m}" for month in await retention.retire(before, db)]

    try:
        gone = with_database("rounds audit retire", work)
    except NotSealed:
        stop("Nothing was dropped: a month has events that are not sealed yet. Try again later.")
    typer.echo(f"Dropped {', '.join(gone)}." if gone else f"There is nothing before {before:%Y-%m}.")


def _anchor(written: str | None) -> "Anchor | None":
    from features.audit.anchor import Anchor

    if written is None:
        return None
    try:
        return Anchor.parse(written)
    except ValueError:
        typer.echo("--anchor: write it as `rounds audit anchor` prints it.", err=True)
        raise typer.Exit(2) from None


async def _note(action: str, database: "Database", *, failed: bool) -> None:
    """Record what was done with the trail; what is verified may be a copy that takes no writes."""
    from contextlib import suppress

    from rounds.audit import AuditOutcome, record

    with suppress(Exception):
        async with database.transaction() as db:
            await record(action, "audit_trail", db, outcome=AuditOutcome.FAILED if failed else AuditOutcome.SUCCESS)
