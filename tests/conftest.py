"""Real engines for every test: an embedded PostgreSQL and Valkey per test process, thrown away at the end.

Most tests get `client`s on an app whose every session joins one outer transaction that is rolled back (`database`).
Tests of concurrency get `live`: the app as it runs, with its own pools, on a database cloned from the migrated one.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import httpx2
import hypothesis
import pytest
import structlog
from fastapi import FastAPI
from pydantic import SecretStr
from redis import utils as redis_utils
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from rounds import auth, embedded, garbage_collection, slices
from rounds.app import create_app, furnish
from rounds.auth.rate_limiter import RateLimiter
from rounds.data import Database, Read, create_engine, migrations, new_id
from rounds.lifespan import Platform
from rounds.llm import LanguageModel
from rounds.observability.metrics import ModelMetrics
from rounds.processes import ChildProcesses
from rounds.settings import Settings
from tests.openai_server import OpenAIServer, serving
from tests.scheduling import LongestFirst

# Thousands of tests are collected, and nothing of them is garbage.
garbage_collection.pause()


def pytest_collection_finish() -> None:
    garbage_collection.settle()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Find at once what became garbage; pytest would look through everything five times."""
    gc.collect()
    gc.freeze()


# Nothing of the machine's own configuration may reach a test.
for _name in [name for name in os.environ if name.startswith(("ROUNDS_", "OPENAI_", "PG"))]:
    del os.environ[_name]

# Engines and databases are made by the hundred: in memory, where there is plenty of it, that is quicker by far.
MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 4 * 2**30
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
SECRET = "a secret that only the tests know, long enough"

# `HYPOTHESIS_PROFILE=thorough` looks longer for what may break what holds for everything.
hypothesis.settings.register_profile("quick", max_examples=50, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getoption("dist") == "load" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which slices failed, and how to run them alone."""
    reports = [each for kind in ("failed", "error") for each in terminalreporter.stats.get(kind, ())]
    paths = (each.nodeid.split("/") for each in reports)
    for name in sorted({path[2] for path in paths if path[:2] == ["tests", "features"]}):
        terminalreporter.write_line(f"The slice {name} failed; to run it alone: make test SLICE={name}", red=True)


def _without_routine(_: object, level: str, event: dict[str, Any]) -> dict[str, Any]:
    if level in {"debug", "info"}:
        raise structlog.DropEvent
    return event


# A line for each of thousands of requests would only be made for nobody; what goes wrong is shown with the test.
structlog.configure(processors=[_without_routine, *structlog.get_config()["processors"]])


# Reading what certificates are trusted takes longer than most tests, and every client does it.
for _transports in (httpx._transports.default, httpx2._transports.default):  # noqa: SLF001 - nothing public offers it
    _transports.create_ssl_context = cache(_transports.create_ssl_context)
# Every connection to Redis says which library made it, and looks that up among what is installed.
redis_utils.get_lib_version = cache(redis_utils.get_lib_version)


@pytest.fixture(autouse=True)
def logging_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs within the test program would go on writing to an output that is closed by then."""
    monkeypatch.setattr("rounds.observability.logging.configure", lambda _: None)


@pytest.fixture(scope="session")
def engines() -> Iterator[embedded.Engines]:
    auth.use_cheap_hashing()
    with (
        TemporaryDirectory(prefix="rounds-tests-") as folder,
        embedded.start(Path(folder), purpose="tests", durable=False) as found,
    ):
        yield found


def database_url(url: str, name: str) -> str:
    """`url` with another database's name."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}"


def name_of(url: str) -> str:
    """The name of the database at `url`."""
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
async def template(engines: embedded.Engines) -> str:
    """The name of a migrated database without connections: PostgreSQL clones no other."""
    admin = await asyncpg.connect(database_url(engines.database_url, "postgres"))
    name = f"template_{new_id().hex}"
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    await migrations.upgrade(database_url(engines.database_url, name))
    return name


@asynccontextmanager
async def cloned(url: str, template: str) -> AsyncIterator[str]:
    """The address of a copy of the database `template`, to which nobody may be connected."""
    name = f"clone_{new_id().hex}"
    admin = await asyncpg.connect(database_url(url, "postgres"))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield database_url(url, name)
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


@pytest.fixture(scope="session")
async def migrated_url(engines: embedded.Engines, template: str) -> AsyncIterator[str]:
    """The database of all tests that use it inside rolled back transactions only."""
    async with cloned(engines.database_url, template) as url:
        yield url


@pytest.fixture
async def cloned_url(engines: embedded.Engines, template: str) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    async with cloned(engines.database_url, template) as url:
        yield url


@pytest.fixture(scope="module")
async def module_url(engines: embedded.Engines, template: str) -> AsyncIterator[str]:
    """A migrated database of the module's own, for a server that all its tests share."""
    async with cloned(engines.database_url, template) as url:
        yield url


@pytest.fixture
async def empty_url(migrated_url: str) -> AsyncIterator[str]:
    """A database without any table."""
    name = f"empty_{new_id().hex}"
    admin = await asyncpg.connect(database_url(migrated_url, "postgres"))
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield database_url(migrated_url, name)
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


def settings_for(database: str, redis: str, **more: object) -> Settings:
    return Settings(
        _env_file=None,
        database_url=SecretStr(database),
        redis_url=SecretStr(redis),
        jwt_secret=SecretStr(SECRET),
        admin_password=SecretStr("a password for tests"),
        log_level="ERROR",
        **{"consumer_in_server": False, **more},
    )


@pytest.fixture(scope="session")
def settings(engines: embedded.Engines, migrated_url: str) -> Settings:
    return settings_for(migrated_url, engines.redis_url)


@pytest.fixture(scope="session")
async def connection(migrated_url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(migrated_url, pool_size=1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
async def database(connection: AsyncConnection, migrated_url: str) -> AsyncIterator[Database]:
    """All sessions and reads of the test share one connection and one transaction, which is rolled back."""
    outer = await connection.begin()
    raw = (await connection.get_raw_connection()).driver_connection
    sessions = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    yield Database(engine=connection.engine, sessions=sessions, reads=Read(raw), url=migrated_url)
    await outer.rollback()


@pytest.fixture
async def redis(engines: embedded.Engines) -> AsyncIterator[Redis]:
    async with Redis.from_url(engines.redis_url) as redis:
        await redis.flushall()
        yield redis


@pytest.fixture
async def limiter(engines: embedded.Engines, settings: Settings) -> AsyncIterator[RateLimiter]:
    limiter = RateLimiter(engines.redis_url, key=settings.signing_key)
    yield limiter
    await limiter.close()


@pytest.fixture(scope="session")
def _app(settings: Settings) -> FastAPI:
    return create_app(settings)


class Unhurried(ChildProcesses):
    """Children that are given six times the time: they are polite, and tests keep every processor busy.

    What becomes of a note when its time ends is tried where that is the matter, with children of their own.
    """

    async def run(
        self, function: Callable[..., Any], *args: Any, seconds: float, patience: float | None = None, **more: Any
    ) -> Any:
        patience = patience and 6 * patience
        return await super().run(function, *args, seconds=6 * seconds, patience=patience, **more)


@pytest.fixture(scope="session")
async def child_processes() -> AsyncIterator[ChildProcesses]:
    """The child that reads and understands notes; it starts with the first note."""
    async with Unhurried() as child_processes:
        yield child_processes


@pytest.fixture
async def app(
    _app: FastAPI, database: Database, redis: Redis, limiter: RateLimiter, child_processes: ChildProcesses
) -> AsyncIterator[FastAPI]:
    settings: Settings = _app.state.settings
    async with (
        LanguageModel(settings, metrics=_app.state.model_metrics) as model,
        slices.opened(Platform(settings, database, child_processes, model)) as long_lived,
    ):
        furnish(_app, database, redis, limiter, child_processes, long_lived=long_lived)
        yield _app


def app_of(client: httpx.AsyncClient) -> FastAPI:
    """The application that a client of the tests speaks to."""
    return client._transport.app  # noqa: SLF001 - httpx does not show it


def token_for(app: FastAPI, *roles: str, account: UUID | None = None) -> str:
    """An access token as a sign-in would issue it, without the sign-in."""
    return app.state.tokens.issue(
        account=account or new_id(), username="tester", roles=list(roles), stamp=1, family=new_id()
    )


@asynccontextmanager
async def connected(app: FastAPI, *roles: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app`, signed in with `roles`, or not at all."""
    headers = {"Authorization": f"Bearer {token_for(app, *roles)}"} if roles else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://rounds.test", headers=headers) as client:
        yield client


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as an administrator, who may do everything."""
    async with connected(app, "admin") as client:
        yield client


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(app) as client:
        yield client


@pytest.fixture
def as_role(app: FastAPI) -> Callable[..., "httpx._client.AsyncClient"]:
    """`async with as_role("nurse") as nurse:`"""
    return lambda *roles: connected(app, *roles)


@asynccontextmanager
async def running(settings: Settings, *, child_processes: ChildProcesses | None = None) -> AsyncIterator[FastAPI]:
    """The app as a server would run it, with children of its own unless it may use others."""
    app = create_app(settings, child_processes=child_processes)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def live_app(
    cloned_url: str, engines: embedded.Engines, redis: Redis, child_processes: ChildProcesses
) -> AsyncIterator[FastAPI]:
    async with running(settings_for(cloned_url, engines.redis_url), child_processes=child_processes) as app:
        yield app


@pytest.fixture
async def live(live_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator on the app with real pools and real commits."""
    async with connected(live_app, "admin") as client:
        yield client


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Published notes and patients, which may be read but not copied into the repository; tests without them skip."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the shared data folder beside the repository")
    return SHARED_DATA


@pytest.fixture(scope="session")
def panda(shared_data: Path) -> Path:
    """The folder of the published PANDA example files."""
    return shared_data / "panda"


@pytest.fixture(scope="session")
def _model_server() -> Iterator[OpenAIServer]:
    with serving() as server:
        yield server


@pytest.fixture
def model_server(_model_server: OpenAIServer) -> OpenAIServer:
    """A server that speaks OpenAI's protocol; set its `answers`."""
    _model_server.reset()
    return _model_server


@pytest.fixture
async def model_of(model_server: OpenAIServer) -> AsyncIterator[Callable[..., LanguageModel]]:
    """`model_of(openai_retries=0)`: a model on that server."""
    made: list[LanguageModel] = []

    def model_of(*, metrics: ModelMetrics | None = None, **more: object) -> LanguageModel:
        given = {"openai_api_key": "sk-of-the-tests", "openai_base_url": model_server.url, **more}
        made.append(LanguageModel(settings_for("postgresql://", "redis://", **given), metrics=metrics))
        return made[-1]

    yield model_of
    for each in made:
        await each.close()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory for a program started by a test; short, as socket paths must be."""
    folder = Path(TemporaryDirectory(prefix="rounds-").name)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
