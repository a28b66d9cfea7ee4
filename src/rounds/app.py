"""Puts the program together: finds the slices, mounts their routes, owns what is open while it runs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_fastapi_instrumentator import Instrumentator
from redis.asyncio import Redis
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Match

from rounds import __version__, problems, slices
from rounds.audit import Views
from rounds.audit.writing import keep_written, within_transaction
from rounds.auth import Passwords, SignInMetrics, Tokens, check_needed
from rounds.auth.rate_limiter import RateLimiter
from rounds.cache import Cache, counter
from rounds.data import Database, problem_for, replica
from rounds.data.replica import ReplicaAddress
from rounds.data.statement_limits import StatementLimits
from rounds.data.unavailability import Writability, engine_trouble, outage_of
from rounds.embedded import Condition
from rounds.events import background_work
from rounds.http import system
from rounds.http.application import Application, Layer
from rounds.http.cors import Cors, answers_browsers
from rounds.http.last_resort import log_crash
from rounds.http.middleware import Outermost
from rounds.http.reference import mount_reference
from rounds.http.source_paths import SourcePaths, without_trailing_slash
from rounds.lifespan import LongLived, Platform
from rounds.listings import Cursors
from rounds.llm import LanguageModel
from rounds.observability.metrics import EventMetrics, ModelMetrics, RequestMetrics
from rounds.problems import InvalidFields, Problem
from rounds.processes import ChildProcesses
from rounds.settings import Settings

_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        problems.Malformed,
        problems.NotFound,
        problems.MethodNotAllowed,
        problems.RequestTimeout,
        problems.TooLarge,
        problems.UriTooLong,
        problems.UnsupportedMedia,
        problems.HeadersTooLarge,
        problems.Unavailable,
    )
}


def create_app(settings: Settings, *, child_processes: ChildProcesses | None = None) -> Application:
    """The application, ready for its lifespan.

    Args:
        settings: With `database_url` and `redis_url` set; whoever runs the program has started the engines.
        child_processes: To be used and left open; without any, the application has its own.
    """
    registry = CollectorRegistry()
    app = Application(
        layers=_layers(settings, registry),
        title="Rounds",
        version=__version__,
        summary=system.SUMMARY,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would answer with an address made from the caller's Host header
    )
    app.state.settings = settings
    app.state.lent_processes = child_processes
    slices.load_scopes()
    app.router.routes.append(SourcePaths(path for part in slices.modules("source_paths") for path in part.PATHS))
    app.router.default = without_trailing_slash
    # The routes themselves, not `include_router`: an included router is matched route by route a second time.
    for part in (*slices.modules("endpoint"), system):
        app.router.routes.extend(part.router.routes)
    slices.load_subscribers()
    check_needed()
    Instrumentator(registry=registry).expose(
        app, tags=["system"], summary="Prometheus metrics", response_class=PlainTextResponse, operation_id="readMetrics"
    )
    mount_reference(app)
    answer_with_problems(app)
    app.state.event_metrics = EventMetrics(registry)
    app.state.model_metrics = ModelMetrics(registry)
    app.state.sign_ins = SignInMetrics(registry)
    app.state.cache_outcomes = counter(registry)
    app.state.replica_reads = replica.counter(registry)
    app.state.views_waiting = Gauge(
        "rounds_audit_views_waiting",
        "Views of records that are not in the audit trail yet.",
        registry=registry,
        multiprocess_mode="livesum",
    )
    _describe(app)
    return app


def _layers(settings: Settings, registry: CollectorRegistry) -> tuple[Layer, ...]:
    """What stands around the router."""
    metrics = RequestMetrics(registry)
    outermost = partial(Outermost, metrics=metrics, max_body_bytes=settings.max_body_bytes)
    return (outermost, partial(Cors, settings=settings)) if answers_browsers(settings) else (outermost,)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    if settings.database_url is None or settings.redis_url is None:
        raise RuntimeError("the engines' addresses are set before the application starts")
    redis_url = settings.redis_url.get_secret_value()
    lent: ChildProcesses | None = app.state.lent_processes
    async with (
        Database.open(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool,
            limits=limits_of(settings),
            role=settings.database_role,
            replica=_replica_of(settings, app.state.replica_reads),
            pooler_url=settings.pooler_url,
        ) as database,
        Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2) as redis,
        # Children start when they have something to do. Requests and deliveries do not wait for each other's.
        nullcontext(lent) if lent else ChildProcesses(settings.child_processes) as child_processes,
        Passwords() as passwords,
        LanguageModel(settings, metrics=app.state.model_metrics) as model,
        slices.opened(platform := Platform(settings, database, child_processes, model)) as long_lived,
    ):
        limiter = RateLimiter(redis_url, key=settings.signing_key)
        furnish(app, database, redis, limiter, child_processes, passwords, long_lived)
        async with (
            keep_written(app.state.views, database, app.state.views_waiting.set) if app.state.views else nullcontext(),
            _delivering(platform, redis, app.state.event_metrics),
        ):
            yield
        await limiter.close()


@asynccontextmanager
async def _delivering(platform: Platform, redis: "Redis", metrics: EventMetrics) -> AsyncIterator[None]:
    """Announces events, and delivers them where the settings want this process to."""
    if not platform.settings.delivers:
        async with background_work.carried_on(platform, redis, metrics, long_lived=None):
            yield
        return
    async with (
        ChildProcesses() as apart,
        slices.opened(beside := replace(platform, child_processes=apart)) as long_lived,
        background_work.carried_on(beside, redis, metrics, long_lived=long_lived),
    ):
        yield


def _replica_of(settings: Settings, outcomes: Counter) -> ReplicaAddress | None:
    if settings.database_replica_url is None or settings.redis_url is None:
        return None
    return ReplicaAddress(
        url=settings.database_replica_url.get_secret_value(),
        redis_url=settings.redis_url.get_secret_value(),
        seconds=settings.database_replica_seconds,
        outcomes=outcomes,
    )


def limits_of(settings: Settings) -> StatementLimits:
    """How long the statements of a server may take."""
    return StatementLimits(
        reads=settings.read_seconds,
        searches=settings.search_seconds,
        writes=settings.write_seconds,
        searches_at_once=settings.database_searches,
    )


def furnish(
    app: FastAPI,
    database: Database,
    redis: "Redis",
    limiter: RateLimiter,
    child_processes: ChildProcesses | None = None,
    passwords: Passwords | None = None,
    long_lived: LongLived | None = None,
) -> None:
    """Give `app` what its endpoints reach through `request.app.state`."""
    settings: Settings = app.state.settings
    app.state.database = database
    app.state.writability = Writability(database)
    app.state.views = Views(within_transaction(database)) if settings.audit_views else None
    app.state.condition = Condition(
        settings.data_dir,
        database_url=settings.database_url.get_secret_value() if settings.database_url else "",
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else "",
    )
    app.state.redis = redis
    app.state.limiter = limiter
    app.state.child_processes = child_processes or ChildProcesses()
    app.state.passwords = passwords or Passwords()
    app.state.long_lived = long_lived or LongLived()
    app.state.tokens = Tokens(settings.signing_keys, database.reads.ahead)
    app.state.cursors = Cursors(settings.signing_keys)
    app.state.cache = Cache(redis, database.reads, key=settings.signing_key, outcomes=app.state.cache_outcomes)


def answer_with_problems(app: FastAPI) -> None:
    """Have whatever is raised answered as a problem."""

    async def problem(request: Request, error: Any) -> Response:
        return problems.respond(request, error)

    async def refused(request: Request, error: Any) -> Response:
        return problems.respond(request, InvalidFields.of(error.errors()))

    async def http(request: Request, error: Any) -> Response:
        found = _BY_STATUS.get(error.status_code, problems.Malformed if error.status_code < 500 else problems.Crash)()
        found.headers.update(error.headers or {})
        if isinstance(found, problems.MethodNotAllowed):
            found.headers["Allow"] = ", ".join(_methods_at(request))
        return problems.respond(request, found)

    async def vanished(request: Request, error: Any) -> Response:
        del error  # the client has gone; nobody will read this
        return problems.respond(request, problems.Malformed())

    async def database(request: Request, error: Any) -> Response:
        known = problem_for(error)
        if known is None:
            log_crash(request.scope, error)
            known = await _outage(request, error) or problems.Crash()
        return problems.respond(request, known)

    handlers: dict[type[Exception], Callable[[Request, Any], Any]] = {
        Problem: problem,
        RequestValidationError: refused,
        HTTPException: http,
        ClientDisconnect: vanished,
        DBAPIError: database,
        PoolTimeout: database,
        asyncpg.PostgresError: database,
        asyncpg.InterfaceError: database,
        asyncpg.InternalClientError: database,  # its protocol broke off in the middle of a word
        OSError: database,  # connections refused, names not resolved, time run out, no room on the disk
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _outage(request: Request, error: Exception) -> Problem | None:
    """The problem when `error` is an outage, remembered for those who ask whether the service is ready."""
    found = outage_of(error)
    if found is not None:
        await request.app.state.writability.refused(found)
        found = engine_trouble(request.app.state.condition) or found
    return found


def _methods_at(request: Request) -> list[str]:
    """What the path answers; Starlette names only the methods of the first route that has it."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in routes for method in getattr(route, "methods", None) or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _describe(app: FastAPI) -> None:
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            # Imported when it is asked for, so that no start waits for it.
            from rounds.http.openapi import complete  # noqa: PLC0415

            app.openapi_schema = complete(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
