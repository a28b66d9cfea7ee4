"""`rounds events`: what is undelivered, and what to do about it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from rounds.data import Database
from rounds.events import backlog, moment
from rounds.runtime import engines, prepared
from rounds.settings import load

events = typer.Typer(no_args_is_help=True, help="See and mend the delivery of events.")
Subscriber = Annotated[str | None, typer.Option(help="Only this subscriber's.")]


@events.command("list")
def list_deliveries(
    status: Annotated[Literal["pending", "dead", "delivered"] | None, typer.Option(help="Only these.")] = None,
    subscriber: Subscriber = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
) -> None:
    """Show deliveries, the oldest first, and how many are open for each subscriber."""

    async def look(database: Database) -> None:
        rows = await backlog.find(database.reads, status=status, subscriber=subscriber, limit=limit)
        console = Console()
        table = Table("event", "type", "occurred", "subscriber", "status", "attempts", "error")
        for row in rows:
            cells = (row["id"], row["type"], moment(row["occurred_at"]), row["subscriber"], row["status"])
            table.add_row(*map(str, cells), str(row["attempts"]), row["error"] or "")
        console.print(table)
        for name, each in sorted((await backlog.standing(database.reads)).items()):
            console.print(
                f"{name}: {each.backlog} pending, the oldest for {each.oldest_seconds:.0f} s; {each.dead} dead"
            )

    _with_database("rounds events list", look)


@events.command()
def requeue(
    event: Annotated[UUID | None, typer.Option(help="Only this event.")] = None,
    subscriber: Subscriber = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead delivery.")] = False,
) -> None:
    """Give dead deliveries another round of attempts, once their cause is mended."""
    _narrowed(event, subscriber, everything=everything)

    async def again(database: Database) -> None:
        count = await backlog.requeue(database, event_id=event, subscriber=subscriber)
        typer.echo(f"{count} deliveries are pending again.")

    _with_database("rounds events requeue", again)


@events.command()
def purge(
    subscriber: Subscriber = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead delivery.")] = False,
) -> None:
    """Forget dead deliveries: their subscribers will never have those events."""
    _narrowed(None, subscriber, everything=everything)

    async def forget(database: Database) -> None:
        typer.echo(f"{await backlog.purge(database, subscriber=subscriber)} dead deliveries are forgotten.")

    _with_database("rounds events purge", forget)


def _narrowed(event: UUID | None, subscriber: str | None, *, everything: bool) -> None:
    if everything == bool(event or subscriber):
        raise typer.BadParameter("say which ones with --event or --subscriber, or --all")


def _with_database(purpose: str, work: Callable[[Database], Awaitable[None]]) -> None:
    async def run(running: Any) -> None:
        async with prepared(running) as database:
            await work(database)

    with engines(load(), purpose=purpose) as running:
        asyncio.run(run(running))
