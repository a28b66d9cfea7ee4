"""`rounds serve`: the engines, the schema, the greeting, and then the API until it is told to stop."""

import asyncio
import importlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
import typer

from rounds import __version__, garbage_collection, slices
from rounds.data import migrations
from rounds.observability.logging import configure
from rounds.runtime import Running, engines, listen, prepare
from rounds.settings import Settings, load

_log = structlog.get_logger("rounds.serving")


def serve(settings: Settings) -> None:
    """Serve the API until a signal ends it."""
    configure(settings)
    for variable, said in settings.concerns():
        _log.warning("setting.risky", variable=variable, said=said)
    # Whenever the signal comes, before or after uvicorn minds it: leave through every `with`, with exit code 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    importing = threading.Thread(target=_import_features, name="imports")
    importing.start()
    with engines(settings, purpose="rounds serve", own=True) as running:
        importing.join()
        listener = listen(settings)
        address = _address_of(listener)
        told = asyncio.run(prepare(running, address=address))
        with _announced(settings.address_file, address):
            typer.echo(_greeting(running, address, told))
            _serve(running, listener)


def _import_features() -> None:
    """Import what answers, while the engines start: both take a good part of a second, and the one mostly waits.

    What cannot be imported is told when it is needed.
    """
    with suppress(Exception):
        importlib.import_module("rounds.app")
        for part in ("endpoint", "startup", "subscribers"):
            list(slices.modules(part))


def _address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address to call, not to listen on
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def _announced(file: Path, address: str) -> Iterator[None]:
    """Keep the address in a file, where people and scripts find it: the port is not always the usual one."""
    try:
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        file.write_text(f"{address}\n", encoding="utf-8")
    except OSError as error:  # a production may have nowhere to write, and has an address that is known
        _log.warning("address.not_written", error=type(error).__name__)
    try:
        yield
    finally:
        with suppress(OSError):
            # Another server may have taken over the file, where the engines are not embedded.
            if file.read_text(encoding="utf-8").strip() == address:
                file.unlink()


def _serve(running: Running, listener: Any) -> None:
    settings = running.settings
    options: dict[str, Any] = {
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": "*" if "*" in settings.proxy_networks else settings.proxy_networks,
        "timeout_graceful_shutdown": 3,
        # A worker that does not answer the supervisor for this long is replaced, and its callers lose their
        # connections: on a machine that is out of breath a few seconds say nothing about the worker.
        "timeout_worker_healthcheck": 60,
        "ws": "none",
    }
    import uvicorn  # noqa: PLC0415 - a wrong setting is told before this is waited for

    from rounds.http.connection import Connection  # noqa: PLC0415 - the same

    options["http"] = Connection
    if settings.workers == 1:
        from rounds.app import create_app  # noqa: PLC0415 - only the process that serves needs it

        app = create_app(settings)
        garbage_collection.settle()
        uvicorn.Server(uvicorn.Config(app, **options)).run(sockets=[listener])
        return
    from rounds.processes.workers import Workers  # noqa: PLC0415 - only several workers need it

    # Workers are spawned and read their settings from the environment.
    os.environ["ROUNDS_DATABASE_URL"] = running.database_url
    if settings.database_role is not None:
        os.environ["ROUNDS_DATABASE_ROLE"] = settings.database_role
    os.environ["ROUNDS_REDIS_URL"] = settings.redis_url.get_secret_value() if settings.redis_url else ""
    os.environ["ROUNDS_REQUEST_LOG"] = str(settings.request_log)
    shared = settings.data_dir.absolute() / "metrics"
    shared.mkdir(parents=True, exist_ok=True)
    for left_over in shared.glob("*.db"):
        left_over.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    config = uvicorn.Config("rounds.serving:worker", factory=True, workers=settings.workers, **options)
    Workers(config, sockets=[listener]).run()


def worker() -> Any:
    """The application of one of several workers."""
    garbage_collection.pause()
    from rounds.app import create_app  # noqa: PLC0415 - only the process that serves needs it

    settings = load()
    configure(settings)
    app = create_app(settings)
    garbage_collection.settle()
    return app


def consume(settings: Settings) -> None:
    """Deliver events until a signal ends it."""
    configure(settings)
    from rounds.events import background_work  # noqa: PLC0415 - only this needs it

    with engines(settings, purpose="rounds consume") as running:
        asyncio.run(prepare(running))
        typer.echo(f"Rounds {__version__} delivers events. Ctrl-C finishes what is in hand and stops.")
        garbage_collection.settle()
        asyncio.run(background_work.consume(running.settings))


def _greeting(running: Running, address: str, told: Sequence[tuple[str, str]]) -> str:
    settings = running.settings
    lines = [
        ("PostgreSQL", running.database),
        ("Redis", running.redis),
        ("Data", str(settings.data_dir.absolute())),
        ("Schema", f"{migrations.head()}, up to date"),
        *((heading, text) for heading, text in told if heading == "Prepared"),
        ("API", address),
        ("Docs", f"{address}/docs"),
        *((heading, text) for heading, text in told if heading != "Prepared"),
    ]
    return "\n".join(
        [
            f"Rounds {__version__} ({settings.environment})",
            *(f"  {heading:<12}{text}" for heading, text in lines),
            "  Ctrl-C stops everything.",
        ]
    )
