"""`rounds engines`: the embedded engines alone, for PostgreSQL's own tools, e.g. to put back a backup."""

import signal
import sys

import typer


def run_engines() -> None:
    """Run the embedded engines without the server, until Ctrl-C, and say where they are."""
    from rounds import embedded, garbage_collection
    from rounds.runtime import engines
    from rounds.settings import Misconfigured, load

    settings = load()
    if settings.database_url is not None:
        raise Misconfigured("ROUNDS_DATABASE_URL is set, so there is no embedded PostgreSQL to run.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    garbage_collection.settle()
    with engines(settings, purpose="rounds engines", own=True) as running:
        typer.echo("The engines run; nobody is served.")
        typer.echo(f"  Database  {running.database_url}")
        typer.echo(f"  Tools     {embedded.postgres_tools()}")
        typer.echo("  Ctrl-C stops them.")
        while True:
            signal.pause()
