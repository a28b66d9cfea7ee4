"""What the commands of the slices share: a database to work on, a check of what was typed, lists, and a plain refusal.

It is light, and so are the modules that import it: what takes long to import is imported when a command runs.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel
    from redis.asyncio import Redis
    from sqlalchemy.ext.asyncio import AsyncSession

    from rounds.data import Database
    from rounds.problems import InvalidFields

    Model = TypeVar("Model", bound=BaseModel)

Answer = TypeVar("Answer")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def with_database(purpose: str, work: "Callable[[Database], Awaitable[Answer]]", *, publishes: bool = True) -> Answer:
    """Run `work` on the configured database, or on the embedded one; what it answers is answered.

    Args:
        purpose: The command, for the message to whoever finds the data directory taken.
        work: Gets the open database, with the newest schema.
        publishes: Whether it may publish events. Where it does not, no slice has to be there: half of the time.
    """

    async def without_redis(database: "Database", _: str) -> Answer:
        return await work(database)

    return _with_engines(purpose, without_redis, publishes=publishes)


def with_database_and_redis(purpose: str, work: "Callable[[Database, Redis], Awaitable[Answer]]") -> Answer:
    """As `with_database`, and with Redis."""

    async def with_redis(database: "Database", redis_url: str) -> Answer:
        from redis.asyncio import Redis

        async with Redis.from_url(redis_url, socket_connect_timeout=5, socket_timeout=10) as redis:
            return await work(database, redis)

    return _with_engines(purpose, with_redis)


def _with_engines(
    purpose: str, work: "Callable[[Database, str], Awaitable[Answer]]", *, publishes: bool = True
) -> Answer:
    from rounds import garbage_collection
    from rounds.audit import acting_as
    from rounds.observability.logging import configure
    from rounds.runtime import engines, prepared
    from rounds.settings import load
    from rounds.viewer import PROGRAM, looking_as

    settings = load()
    configure(settings)

    async def within() -> Answer:
        # Somebody waits at a prompt: a database that is away is said to be so soon.
        async with prepared(running, patience=5.0, publishes=publishes) as database:
            garbage_collection.settle()
            with acting_as(f"command:{purpose.removeprefix('rounds ')}"), looking_as(PROGRAM):
                return await work(database, running.redis_url)

    with engines(settings, purpose=purpose) as running:
        return asyncio.run(within())


def with_transaction(purpose: str, work: "Callable[[AsyncSession], Awaitable[Answer]]") -> Answer:
    """As `with_database`, in one transaction."""

    async def within(database: "Database") -> Answer:
        async with database.transaction() as db:
            return await work(db)

    return with_database(purpose, within)


def checked(model: "type[Model]", values: Mapping[str, object]) -> "Model":
    """What was typed, as `model` has it; or a line for each value that is refused, and exit code 2."""
    from pydantic import ValidationError

    from rounds.problems import InvalidFields

    try:
        return model.model_validate(values)
    except ValidationError as error:
        refuse(InvalidFields.of_model(error, "body"))


def refuse(problem: "InvalidFields") -> NoReturn:
    """End the command: it was called wrongly; a line for each value that is refused says why."""
    from rounds.command_line.failures import refused_fields

    for line in refused_fields(problem):
        typer.echo(line, err=True)
    raise typer.Exit(2)


def stop(message: str) -> NoReturn:
    """End the command: it failed, and this is why."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool, headings: Mapping[str, str] | None = None) -> None:
    """Print a list: a table for people, or an array of objects for programs.

    Args:
        rows: Every row with all its values; lists are joined by commas, what is missing is left blank.
        as_json: For programs.
        headings: The columns of the table, in their order, and what stands above them.
    """
    if as_json:
        text = json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2, default=str)
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.table import Table

    # Names are data, not markup. In a pipe nothing is broken or cut; on a terminal, ids are the last to be.
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = 10_000
    table = Table()
    columns = headings or {name: name for name in (rows[0] if rows else {})}
    for name, heading in columns.items():
        whole = name == "id" or name.endswith("_id")
        table.add_column(heading, no_wrap=whole, overflow="fold", min_width=36 if whole and rows else None)
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in columns))
    console.print(table)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
