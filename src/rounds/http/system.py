"""What is there without a feature: health, readiness, problem explanations and the API reference."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Request, Response
from fastapi.params import Path as PathParameter
from pydantic import BaseModel, Field
from sqlalchemy import column, select, table

from rounds import __version__
from rounds.audit import shows_no_patient
from rounds.data import Query, Read, migrations
from rounds.data.unavailability import EngineDown, StorageFull, Writability, engine_trouble, outage_of
from rounds.events.backlog import standing
from rounds.http import json_bytes, preferred, public
from rounds.http import router as new_router
from rounds.http.front_page import front_pages
from rounds.i18n import negotiate, translate
from rounds.problems import NotFound, Problem, Unavailable, documents

router = new_router("system")

SUMMARY = "The clinical backend a frontend team can build against."

_VERSION = Query(select(column("version_num")).select_from(table("alembic_version")))

_BEHIND_SECONDS = 60.0


class WelcomeLinks(BaseModel):
    """Where to go from here."""

    docs: str = Field("/docs", description="Every call, to read and to try, without the internet.")
    reference: str = Field("/redoc", description="The same, to read.")
    openapi: str = Field("/openapi.json", description="The document behind both, for programs.")
    asyncapi: str = Field("/asyncapi.json", description="What events tell, for programs.")
    sign_in: str = Field("/security/token", description="`POST` a username and a password here for a token.")
    me: str = Field("/security/me", description="Who a token belongs to, and what it may do.")
    ready: str = Field("/health/ready", description="Whether the service can do its work.")


class Welcome(BaseModel):
    """What answers here, and where to go."""

    name: Literal["Rounds"] = "Rounds"
    version: str = Field(__version__, examples=[__version__])
    summary: str = Field(SUMMARY, examples=[SUMMARY])
    links: WelcomeLinks = WelcomeLinks()


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class PartReadiness(BaseModel):
    """One thing the service stands on."""

    status: Literal["ok", "down", "behind"]


class ConsumerReadiness(BaseModel):
    """Whether events reach their subscribers; `behind` when one has waited for more than a minute."""

    status: Literal["ok", "down", "behind"]
    backlog: int = Field(description="Deliveries not made yet.", examples=[0])
    oldest_seconds: float = Field(description="How long the oldest of them has waited.", examples=[0.0])
    dead: int = Field(description="Deliveries given up; see `rounds events list --status dead`.", examples=[0])


class Readiness(BaseModel):
    """Whether the service can do its work; without Redis or a consumer it can, only slower or later."""

    status: Literal["ok", "degraded", "down"]
    reason: str | None = Field(
        None,
        description="Why it cannot, as the `code` of the problem that calls are answered with meanwhile.",
        examples=[None],
    )
    database: PartReadiness
    migrations: PartReadiness
    redis: PartReadiness
    consumer: ConsumerReadiness


class ProblemExplanation(BaseModel):
    """What a problem's `code` means."""

    code: str = Field(examples=["not_found"])
    title: str = Field(examples=[NotFound.title])
    status: int = Field(examples=[NotFound.status])
    explanation: str = Field(examples=[NotFound.__doc__])


@router.get("/", openapi_extra=public(), response_model=Welcome)
@shows_no_patient
async def welcome(request: Request) -> Response:
    """What this is, and where to go. In development, browsers are led to the console."""
    wanted = preferred(request.headers.get("accept"), ("application/json", "text/html"))
    if front_pages and wanted == "text/html" and not request.app.state.settings.production:
        return Response(status_code=307, headers={"Location": front_pages[0], "Vary": "Accept"})
    return Response(json_bytes(Welcome()), media_type="application/json", headers={"Vary": "Accept"})


@router.get("/health", openapi_extra=public(), responses=documents(EngineDown, StorageFull))
@shows_no_patient
async def check_health(request: Request) -> Health:
    """Whether the process is alive, with the engines it runs itself; asks nothing of anything else."""
    if trouble := engine_trouble(request.app.state.condition):
        raise trouble
    return Health()


@router.get(
    "/health/ready",
    openapi_extra=public(),
    responses={503: {"model": Readiness, "description": "The database is away, takes no writes or is not migrated."}},
)
@shows_no_patient
async def check_readiness(request: Request, response: Response) -> Readiness:
    """Whether the service can do its work: the state of the database, its migrations and Redis."""
    state = request.app.state
    (at, open_deliveries), pong = await asyncio.gather(_ask(state.database.reads), _within(1.0, state.redis.ping()))
    consumer = _consumer(open_deliveries)
    answering = not isinstance(at, Exception) or _missing_table(at)
    migrated = migrations.reached(at)
    redis = pong is True
    trouble = engine_trouble(state.condition) or await _trouble(state.writability, at if not answering else None)
    well = migrated and trouble is None
    readiness = Readiness(
        status="down" if not well else "ok" if redis and consumer.status == "ok" else "degraded",
        reason=trouble.code if trouble else None if migrated else Unavailable.code,
        database=PartReadiness(status="ok" if answering and trouble is None else "down"),
        migrations=PartReadiness(status="ok" if migrated else "behind" if answering else "down"),
        redis=PartReadiness(status="ok" if redis else "down"),
        consumer=consumer,
    )
    if readiness.status == "down":
        response.status_code = 503
        response.headers["Retry-After"] = (trouble.headers if trouble else {}).get("Retry-After", "1")
    return readiness


async def _trouble(writability: Writability, failure: Exception | None) -> Unavailable | None:
    """Why the database takes no writes, when it does not."""
    if failure is not None:
        return outage_of(failure) or Unavailable()
    found = await _within(1.0, writability.trouble())
    return found if isinstance(found, Unavailable) else None


async def _ask(reads: Read) -> tuple[Any, Any]:
    return await _within(1.0, reads.value(_VERSION)), await _within(1.0, standing(reads))


def _consumer(found: Any) -> ConsumerReadiness:
    if isinstance(found, Exception):
        return ConsumerReadiness(status="down", backlog=0, oldest_seconds=0.0, dead=0)
    oldest = max((each.oldest_seconds for each in found.values()), default=0.0)
    return ConsumerReadiness(
        status="behind" if oldest > _BEHIND_SECONDS else "ok",
        backlog=sum(each.backlog for each in found.values()),
        oldest_seconds=round(oldest, 1),
        dead=sum(each.dead for each in found.values()),
    )


async def _within(seconds: float, question: Any) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await question
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is "down"
        return error


def _missing_table(error: Exception) -> bool:
    return type(error).__name__ == "UndefinedTableError"


@router.get("/problems/{code}", openapi_extra=public(), responses=documents(NotFound))
@shows_no_patient
async def explain(
    code: Annotated[str, PathParameter(examples=["not_found"])], request: Request, response: Response
) -> ProblemExplanation:
    """What a kind of problem means and what to do about it."""
    problem = Problem.known.get(code)
    if problem is None:
        raise NotFound
    language = negotiate(request.headers.get("accept-language", "en"))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    explanation = " ".join((problem.__doc__ or "").split())
    return ProblemExplanation(
        code=code,
        title=translate(problem.title, language),
        status=problem.status,
        explanation=translate(explanation, language),
    )
