"""`rounds events`: what is undelivered, and what to do about it."""

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from rounds.command_line.shared import AsJson, show, with_database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rounds.data import Database, Row
    from rounds.events.backlog import Standing

events = typer.Typer(no_args_is_help=True, help="See and mend the delivery of events.")
Subscriber = Annotated[str | None, typer.Option(help="Only this subscriber's.")]


@events.command("list")
def list_deliveries(
    status: Annotated[Literal["pending", "dead", "delivered"] | None, typer.Option(help="Only these.")] = None,
    subscriber: Subscriber = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show deliveries, the oldest first, and how many are open for each subscriber."""
    from rounds.events import backlog, moment

    async def look(database: "Database") -> "tuple[list[Row], Mapping[str, Standing]]":
        found = await backlog.find(database.reads, status=status, subscriber=subscriber, limit=limit)
        return list(found), await backlog.standing(database.reads)

    found, standing = with_database("rounds events list", look, publishes=False)
    rows = [{**row, "occurred_at": moment(row["occurred_at"]), "due_at": moment(row["due_at"])} for row in found]
    headings = {"id": "event", "type": "type", "occurred_at": "occurred", "subscriber": "subscriber"}
    show(rows, as_json=as_json, headings=headings | {name: name for name in ("status", "attempts", "error")})
    for name, each in sorted(standing.items()) if not as_json else []:
        typer.echo(f"{name}: {each.backlog} pending, the oldest for {each.oldest_seconds:.0f} s; {each.dead} dead")


@events.command()
def requeue(
    event: Annotated[UUID | None, typer.Option(help="Only this event.")] = None,
    subscriber: Subscriber = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead delivery.")] = False,
) -> None:
    """Give dead deliveries another round of attempts, once their cause is mended."""
    _narrowed(event, subscriber, everything=everything)
    from rounds.events import backlog

    async def again(database: "Database") -> int:
        return await backlog.requeue(database, event_id=event, subscriber=subscriber)

    typer.echo(f"{with_database('rounds events requeue', again, publishes=False)} deliveries are pending again.")


@events.command()
def purge(
    subscriber: Subscriber = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead delivery.")] = False,
) -> None:
    """Forget dead deliveries: their subscribers will never have those events."""
    _narrowed(None, subscriber, everything=everything)
    from rounds.events import backlog

    async def forget(database: "Database") -> int:
        return await backlog.purge(database, subscriber=subscriber)

    typer.echo(f"{with_database('rounds events purge', forget, publishes=False)} dead deliveries are forgotten.")


def _narrowed(event: UUID | None, subscriber: str | None, *, everything: bool) -> None:
    if everything == bool(event or subscriber):
        raise typer.BadParameter("say which ones with --event or --subscriber, or --all")
