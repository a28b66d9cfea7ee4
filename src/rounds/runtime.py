"""What every command needs before it can work: the engines, the schema, and the preparations of the slices."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import asyncpg
import structlog
from pydantic import SecretStr

from rounds import embedded, slices
from rounds.backoff import Backoff
from rounds.data import Database, connect, migrations
from rounds.data.roles import APPLICATION_ROLE, grant
from rounds.settings import Misconfigured, Settings

_log = structlog.get_logger("rounds.runtime")


@dataclass(frozen=True, slots=True)
class Running:
    """Settings with both addresses filled in, and where the engines behind them come from."""

    settings: Settings
    database: str
    redis: str

    @property
    def database_url(self) -> str:
        """Where PostgreSQL answers."""
        return _secret(self.settings.database_url)

    @property
    def redis_url(self) -> str:
        """Where Redis answers."""
        return _secret(self.settings.redis_url)


@contextmanager
def engines(settings: Settings, *, purpose: str, own: bool = False) -> Iterator[Running]:
    """PostgreSQL and Redis for the length of the block: those configured, else embedded ones.

    Args:
        settings: What is configured.
        purpose: The command, for the message to whoever finds the data directory taken.
        own: Start the engines for ourselves; otherwise those of a running `rounds serve` will do.

    Raises:
        embedded.DataDirectoryBusy: when `own` and another program runs them.
    """
    wanted = {"postgres": settings.database_url is None, "valkey": settings.redis_url is None}
    if not any(wanted.values()):
        yield Running(settings, database="configured", redis="configured")
        return
    begin = embedded.start if own else embedded.start_or_attach
    with begin(settings.data_dir.absolute(), purpose=purpose, **wanted) as found:
        update: dict[str, object] = {}
        if found.database_url is not None:
            update["database_url"] = SecretStr(found.database_url)
            update["database_role"] = settings.database_role or APPLICATION_ROLE
        if found.redis_url is not None:
            update["redis_url"] = SecretStr(found.redis_url)
        manner = "embedded" if found.started else "embedded, shared with the running server"
        yield Running(
            settings.model_copy(update=update),
            database=f"{found.postgres_version}, {manner}" if wanted["postgres"] else "configured",
            redis=f"{found.valkey_version}, {manner}" if wanted["valkey"] else "configured",
        )


@asynccontextmanager
async def prepared(running: Running, *, patience: float = 60.0, publishes: bool = True) -> AsyncIterator[Database]:
    """An open database with the newest schema, for a command.

    Args:
        running: Where it is.
        patience: For how many seconds it may be silent.
        publishes: Whether the command may publish events; then whom they are delivered to is imported.
    """
    if publishes:
        slices.load_subscribers()
    await reachable(running.database_url, patience=patience)
    await migrations.upgrade(running.database_url)
    async with Database.open(running.database_url, pool_size=2) as database:
        yield database


async def reachable(url: str, *, patience: float = 60.0) -> None:
    """Wait until PostgreSQL at `url` answers: in a cluster everything starts at once, and in no order.

    Raises:
        Misconfigured: when it refuses us, or does not answer for `patience` seconds.
    """
    deadline = time.monotonic() + patience
    backoff = Backoff()
    while True:
        try:
            connection = await connect(url, timeout=5)
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, ValueError) as error:
            raise Misconfigured(f"ROUNDS_DATABASE_URL: PostgreSQL refuses it ({type(error).__name__}).") from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            pause = backoff.next_wait()
            if time.monotonic() + pause > deadline:
                reason = type(error).__name__
                raise Misconfigured(f"ROUNDS_DATABASE_URL: PostgreSQL does not answer ({reason}).") from None
            _log.warning("database.waiting", error=type(error).__name__)
            await asyncio.sleep(pause)
        else:
            await connection.close()
            return


async def prepare(running: Running, *, address: str | None = None) -> list[tuple[str, str]]:
    """Migrate, then let each slice prepare what it needs; answers what is to be told of it, each with its heading.

    Args:
        running: What it is done on.
        address: Where the API is going to answer, if it is: then slices also say what callers should know (`greet`).
    """
    told = []
    async with prepared(running) as database:
        if running.settings.database_role is not None:
            await _granted(running.database_url, running.settings.database_role)
        startups = list(slices.modules("startup"))
        for module in startups:
            line = await module.prepare(running.settings, database)
            if line is not None:
                told.append(("Prepared", line))
        for module in startups if address is not None else []:
            if hasattr(module, "greet"):
                told += await module.greet(running.settings, database, address)
    return told


async def _granted(url: str, role: str) -> None:
    try:
        await grant(url, role)
    except asyncpg.InsufficientPrivilegeError:
        raise Misconfigured(
            f"ROUNDS_DATABASE_ROLE: whoever connects may not make or grant {role}; have an administrator do it, "
            "or leave the setting empty."
        ) from None


def listen(settings: Settings) -> socket.socket:
    """A listening socket on the configured address; in development a busy default port gives way to the next free one.

    Raises:
        Misconfigured: when the address cannot be listened on.
    """
    flexible = not settings.production and "port" not in settings.model_fields_set
    last: OSError | None = None
    for port in range(settings.port, settings.port + (50 if flexible else 1)):
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, port))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            last = error
            continue
        return listener
    raise Misconfigured(
        f"Cannot listen on {settings.host}:{settings.port} ({last.strerror if last else 'no port'}); "
        "set ROUNDS_HOST or ROUNDS_PORT to a free address."
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
