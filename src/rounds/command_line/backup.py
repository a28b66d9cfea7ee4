"""`rounds backup` and `rounds restore`: PostgreSQL's own tools, with what is easily got wrong already right.

The password goes through the environment, where no list of processes shows it; a dump stands under its name only when
it is whole, readable by its owner only; and what is restored arrives whole, in a database that was empty before.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote, urlsplit

import typer

from rounds.command_line.shared import stop

if TYPE_CHECKING:
    from collections.abc import Sequence

File = Annotated[Path, typer.Argument(help="The dump, in PostgreSQL's custom format.", dir_okay=False)]


def backup(
    file: File, *, force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False
) -> None:
    """Dump the database into a file, whatever is written meanwhile: it holds one moment."""
    from rounds.runtime import engines
    from rounds.settings import load

    if file.exists() and not force:
        stop(f"{file} is there already; name another one, or use --force.")
    draft = file.with_name(f"{file.name}.part")
    with engines(load(), purpose="rounds backup") as running:
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            run_tool("pg_dump", running.database_url, "--format", "custom", "--file", str(draft))
            with draft.open("rb") as written:
                os.fsync(written.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    typer.echo(f"{file}: {file.stat().st_size:,} bytes.")


def restore(file: File) -> None:
    """Fill an empty database from a dump, and bring its schema up to date: all of it arrives, or nothing.

    Without ROUNDS_DATABASE_URL it is the embedded one of ROUNDS_DATA_DIR; name a new directory for that.
    """
    import asyncio

    from rounds.data import migrations
    from rounds.runtime import engines, reachable
    from rounds.settings import load

    if not file.is_file():
        stop(f"{file} is no file.")
    with engines(load(), purpose="rounds restore") as running:
        asyncio.run(reachable(running.database_url))
        if tables := asyncio.run(_tables(running.database_url)):
            stop(
                f"The database is not empty ({tables} tables), and nothing was changed. Restore into a new one: set "
                "ROUNDS_DATABASE_URL, or for the embedded one ROUNDS_DATA_DIR, to where there is nothing yet."
            )
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        run_tool("pg_restore", running.database_url, *options, str(file))
        found = asyncio.run(migrations.current(running.database_url))
        asyncio.run(migrations.upgrade(running.database_url))
        asyncio.run(_analyse(running.database_url))
    typer.echo(f"Restored a schema at {found}; it is at {migrations.head()} now. Next: rounds audit verify.")


def run_tool(name: str, url: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL on the database at `url`; what it complains of is said, and the command fails."""
    from rounds import embedded

    try:
        program = str(embedded.postgres_tools() / name)
    except embedded.EngineFailed:
        program = shutil.which(name) or stop(f"{name} is not installed here; it comes with PostgreSQL.")
    address, password = _without_password(url)
    environment = os.environ | ({"PGPASSWORD": password} if password is not None else {})
    command: Sequence[str] = (program, "--dbname", address, *arguments)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        stop(f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")


def _without_password(url: str) -> tuple[str, str | None]:
    """The address without its password, and that."""
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    bare = parts._replace(netloc=f"{name}{at}{hosts}").geturl()
    # `urlunsplit` leaves out an authority that is empty, which libpq needs to see.
    if not parts.netloc and "://" not in bare:
        bare = bare.replace(":", "://", 1)
    return bare, unquote(password) if colon else None


async def _tables(url: str) -> int:
    from rounds.data import connect

    connection = await connect(url)
    try:
        count: int = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return count
    finally:
        await connection.close()


async def _analyse(url: str) -> None:
    """Plans of a restored database are poor until PostgreSQL has looked at its tables."""
    from rounds.data import connect

    connection = await connect(url)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
