"""The `rounds` command. Each slice adds its own commands from its `command` module.

Nothing here imports what takes long: `rounds --help` and `rounds --version` answer at once.
"""

import sys
from typing import Annotated, NoReturn

import typer

from rounds import __version__, garbage_collection, slices, unwanted_extras
from rounds.command_line.backup import backup, restore
from rounds.command_line.engines import run_engines
from rounds.command_line.events import events
from rounds.command_line.mock import run_mock

cli = typer.Typer(
    name="rounds",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Rounds, a clinical backend.",
)
cli.add_typer(events, name="events")
cli.command("engines")(run_engines)
cli.command("mock")(run_mock)
cli.command("backup")(backup)
cli.command("restore")(restore)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rounds {__version__}")
        raise typer.Exit


@cli.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@cli.command()
def serve(
    quiet: Annotated[bool, typer.Option("--quiet", help="No line in the log for each request.")] = False,
) -> None:
    """Serve the API, with embedded engines where none are configured."""
    from rounds import serving
    from rounds.settings import load

    serving.serve(load(request_log=False) if quiet else load())


@cli.command()
def consume() -> None:
    """Deliver events to their subscribers, until told to stop; any number of these may run."""
    from rounds import serving
    from rounds.settings import load

    serving.consume(load())


@cli.command()
def migrate(to: Annotated[str, typer.Option(help="A revision; `base` removes every table.")] = "head") -> None:
    """Bring the database's schema to the newest revision, or to another one."""
    import asyncio

    from rounds.data import migrations
    from rounds.observability.logging import configure
    from rounds.runtime import engines, reachable
    from rounds.settings import load

    if to not in {"head", "base", *migrations.revisions()}:
        raise typer.BadParameter(f"there is no revision {to}", param_hint="--to")
    settings = load()
    configure(settings)
    garbage_collection.settle()
    with engines(settings, purpose="rounds migrate") as running:
        asyncio.run(reachable(running.database_url))
        asyncio.run(migrations.move(running.database_url, to))
        typer.echo(f"The schema is at {asyncio.run(migrations.current(running.database_url)) or 'base'}.")


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    import orjson

    from rounds.app import create_app
    from rounds.settings import Settings

    document = create_app(Settings(_env_file=None)).openapi()
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


@cli.command()
def asyncapi() -> None:
    """Print the AsyncAPI document, which describes the events."""
    import orjson

    from rounds.http.asyncapi import asyncapi_document

    sys.stdout.write(orjson.dumps(asyncapi_document(), option=orjson.OPT_INDENT_2).decode() + "\n")


@cli.command("env-example")
def print_env_example() -> None:
    """Print every setting with its default, as `.env.example` has it."""
    from rounds.settings import env_example

    sys.stdout.write(env_example())


def main() -> NoReturn:
    """Run the command; whatever stops it is said in its own words, without a stack trace.

    Exit codes: 0 done, 1 failed, 2 called wrongly.
    """
    garbage_collection.pause()
    unwanted_extras.leave_out()
    for module in slices.commands():
        module.register(cli)
    try:
        cli(prog_name="rounds")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - this is the last place that can still say something
        from rounds.command_line.failures import explain

        sys.exit(explain(error))
    sys.exit(0)
