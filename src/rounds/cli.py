"""The `rounds` command. Each slice adds its own commands from its `command` module."""

import asyncio
import gc
import os
import signal
import sys
from typing import Annotated, Any, NoReturn

import orjson
import typer

from rounds import __version__, embedded, slices
from rounds.data import migrations
from rounds.events.command import events
from rounds.observability.logging import configure
from rounds.runtime import Running, engines, listen, prepare, reachable
from rounds.settings import Misconfigured, Settings, env_example, load

cli = typer.Typer(
    name="rounds",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Rounds, a clinical backend.",
)
cli.add_typer(events, name="events")


@cli.command()
def serve() -> None:
    """Serve the API, with embedded engines where none are configured."""
    settings = load()
    configure(settings)
    # Whenever the signal comes, before or after uvicorn minds it: leave through every `with`, with exit code 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with engines(settings, purpose="rounds serve", own=True) as running:
        listener = listen(settings)
        done = asyncio.run(prepare(running))
        host, port = listener.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address to call, not to listen on
        typer.echo(_greeting(running, f"http://{f'[{host}]' if ':' in host else host}:{port}", done))
        _serve(running, listener)


def _serve(running: Running, listener: Any) -> None:
    settings = running.settings
    options: dict[str, Any] = {
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.trusted_proxies,
        "timeout_graceful_shutdown": 3,
        "ws": "none",
    }
    import uvicorn  # noqa: PLC0415 - only serving needs it

    from rounds.http.connection import Connection  # noqa: PLC0415 - only serving needs it

    options["http"] = Connection
    if settings.workers == 1:
        from rounds.app import create_app  # noqa: PLC0415 - only serving needs it

        app = create_app(settings)
        _settle()
        uvicorn.Server(uvicorn.Config(app, **options)).run(sockets=[listener])
        return
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 - only several workers need it

    # Workers are spawned and read their settings from the environment.
    os.environ["ROUNDS_DATABASE_URL"] = running.database_url
    os.environ["ROUNDS_REDIS_URL"] = settings.redis_url.get_secret_value() if settings.redis_url else ""
    shared = settings.data_dir.absolute() / "metrics"
    shared.mkdir(parents=True, exist_ok=True)
    for left_over in shared.glob("*.db"):
        left_over.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    config = uvicorn.Config("rounds.cli:worker", factory=True, workers=settings.workers, **options)
    Multiprocess(config, sockets=[listener]).run()


def worker() -> Any:
    """The application of one of several workers."""
    from rounds.app import create_app  # noqa: PLC0415 - only serving needs it

    settings = load()
    configure(settings)
    app = create_app(settings)
    _settle()
    return app


def _settle() -> None:
    """Take what the start made out of garbage collection: going through it all takes a tenth of a second each time."""
    gc.collect()
    gc.freeze()


def _greeting(running: Running, address: str, done: list[str]) -> str:
    settings = running.settings
    password = "the password in ROUNDS_ADMIN_PASSWORD"  # noqa: S105 - it says where to look
    shown = '"$ROUNDS_ADMIN_PASSWORD"'
    if settings.admin_password is None:
        password = shown = settings.first_password
    sign_in = f"-d username={settings.admin_username} --data-urlencode password={shown}"
    lines = [
        f"Rounds {__version__} ({settings.environment})",
        f"  PostgreSQL  {running.database}",
        f"  Redis       {running.redis}",
        f"  Data        {settings.data_dir.absolute()}",
        f"  Schema      {migrations.head()}, up to date",
        *(f"  Prepared    {line}" for line in done),
        f"  API         {address}",
        f"  Docs        {address}/docs",
        f"  Sign in     {settings.admin_username} / {password}",
        f"  Try         curl -s {address}/security/token {sign_in}",
        "  Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


@cli.command()
def consume() -> None:
    """Deliver events to their subscribers, until told to stop; any number of these may run."""
    settings = load()
    configure(settings)
    from rounds.events import delivery  # noqa: PLC0415 - only this needs it

    with engines(settings, purpose="rounds consume") as running:
        asyncio.run(prepare(running))
        typer.echo(f"Rounds {__version__} delivers events. Ctrl-C finishes what is in hand and stops.")
        _settle()
        asyncio.run(delivery.consume(running.settings))


@cli.command()
def migrate(to: Annotated[str, typer.Option(help="A revision; `base` removes every table.")] = "head") -> None:
    """Bring the database's schema to the newest revision, or to another one."""
    settings = load()
    with engines(settings, purpose="rounds migrate") as running:
        asyncio.run(reachable(running.database_url))
        if to == "head":
            asyncio.run(migrations.upgrade(running.database_url))
        else:
            asyncio.run(_move(running.database_url, to))
        typer.echo(f"The schema is at {asyncio.run(migrations.current(running.database_url)) or 'base'}.")


async def _move(url: str, revision: str) -> None:
    at = await migrations.current(url)
    if at is None or (revision != "base" and revision > at):
        await migrations.upgrade(url, revision)
    else:
        await migrations.downgrade(url, revision)


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from rounds.app import create_app  # noqa: PLC0415 - only serving and this need it

    document = create_app(Settings(_env_file=None)).openapi()
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


@cli.command("env-example")
def print_env_example() -> None:
    """Print every setting with its default, as `.env.example` has it."""
    sys.stdout.write(env_example())


def main() -> NoReturn:
    """Run the command; what a user can mend is said in one line, without a stack trace."""
    for module in slices.modules("command"):
        module.register(cli)
    slices.load_subscribers()
    try:
        cli()
    except (Misconfigured, embedded.DataDirectoryBusy, embedded.EngineFailed) as error:
        typer.echo(f"rounds: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
