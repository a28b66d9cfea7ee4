"""Runs what works beside the API or in a process of its own: announcer, consumer, periodic work, broom and gauges."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from typing import Any

import prometheus_client
import uvicorn
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rounds import slices
from rounds.data import Database
from rounds.embedded import Condition
from rounds.events import backlog, periodic
from rounds.events.announcer import Announcer
from rounds.events.consumer import GRACE, Consumer
from rounds.http.connection import Connection
from rounds.http.last_resort import LastResort
from rounds.lifespan import LongLived, Platform
from rounds.llm import LanguageModel
from rounds.observability.metrics import EventMetrics, ModelMetrics
from rounds.processes import ChildProcesses
from rounds.settings import Misconfigured, Settings


@asynccontextmanager
async def carried_on(
    platform: Platform, redis: "Redis", metrics: EventMetrics, *, long_lived: LongLived | None
) -> AsyncIterator[None]:
    """Within the block events are announced and, where something is `long_lived`, handed to their subscribers.

    At the end of the block what is in hand is finished, and what the block published is announced.

    Args:
        platform: What the process has open.
        redis: Where events are announced.
        metrics: Where deliveries are counted.
        long_lived: What the slices have open for their subscribers; None: this process only announces.
    """
    settings, database = platform.settings, platform.database
    announcer = Announcer(database, redis, poll_seconds=settings.poll_seconds)
    consumer = _consumer(platform, metrics, long_lived) if long_lived else None
    kept = timedelta(hours=settings.event_retention_hours)
    always: list[Coroutine[Any, Any, None]] = [announcer.run(), backlog.watch(database, metrics)]
    if consumer:
        always.append(backlog.keep_swept(database, older_than=kept))
        always.append(periodic.keep_running(database, poll_seconds=settings.poll_seconds))
    tasks = [asyncio.create_task(each) for each in always]
    delivering = asyncio.create_task(consumer.run()) if consumer else None
    try:
        yield
    finally:
        if consumer and delivering:
            consumer.stop()
            await asyncio.wait([delivering], timeout=GRACE.total_seconds())
            tasks.append(delivering)
        with suppress(Exception):  # what cannot be announced now, another process or the next start announces
            async with asyncio.timeout(2):
                await announcer.announce()
        await _ended(tasks)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel the tasks until they have ended: a driver may answer a cancellation with an error of its own.

    Then a loop that gets over errors goes on, and would be waited for without end.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1)
    await asyncio.gather(*tasks, return_exceptions=True)


def _consumer(platform: Platform, metrics: EventMetrics, long_lived: LongLived) -> Consumer:
    settings = platform.settings
    return Consumer(
        platform.database,
        settings=settings,
        child_processes=platform.child_processes,
        long_lived=long_lived,
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else None,
        poll_seconds=settings.poll_seconds,
        backoff_seconds=settings.retry_seconds,
        metrics=metrics,
    )


async def consume(settings: Settings) -> None:
    """Deliver until SIGINT or SIGTERM; then finish what is in hand and return."""
    if settings.database_url is None or settings.redis_url is None:
        raise RuntimeError("the engines' addresses are set before the consumer starts")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    registry = CollectorRegistry()
    async with (
        Database.open(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool,
            role=settings.database_role,
            pooler_url=settings.pooler_url,
        ) as database,
        Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=1, socket_timeout=2) as redis,
        ChildProcesses() as child_processes,
        LanguageModel(settings, metrics=ModelMetrics(registry)) as model,
        slices.opened(platform := Platform(settings, database, child_processes, model)) as long_lived,
        carried_on(platform, redis, EventMetrics(registry), long_lived=long_lived),
        _window(settings, database, registry),
    ):
        await stopping.wait()


class _QuietServer(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def _window(settings: Settings, database: Database, registry: CollectorRegistry) -> AsyncIterator[None]:
    """Health and metrics of a consumer process over HTTP, for those who watch it."""
    if settings.consumer_port is None:
        yield
        return

    condition = Condition(
        settings.data_dir,
        database_url=database.url,
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else "",
    )

    async def health(_: Request) -> Response:
        if condition.down():
            return JSONResponse({"status": "down"}, 503, headers={"Retry-After": "1"})
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        try:
            async with asyncio.timeout(2):
                found = await backlog.standing(database.reads)
        except Exception:  # noqa: BLE001 - whatever it is, this consumer cannot work now
            return JSONResponse({"status": "down"}, 503, headers={"Retry-After": "1"})
        return JSONResponse({"status": "ok", "backlog": {name: each.backlog for name, each in found.items()}})

    async def metrics(_: Request) -> Response:
        return Response(prometheus_client.generate_latest(registry), media_type=prometheus_client.CONTENT_TYPE_LATEST)

    app = Starlette(
        routes=[Route("/health", health), Route("/health/ready", ready), Route("/metrics", metrics)],
    )
    config = uvicorn.Config(
        LastResort(app),
        host=settings.host,
        port=settings.consumer_port,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
        ws="none",
        http=Connection,
    )
    server = _QuietServer(config)
    try:
        listener = config.bind_socket()
    except SystemExit:
        raise Misconfigured(
            f"Cannot listen on {settings.host}:{settings.consumer_port}; set ROUNDS_CONSUMER_PORT."
        ) from None
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
