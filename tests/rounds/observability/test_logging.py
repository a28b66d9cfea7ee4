"""The logs of production: one JSON line per event, ids and routes, never what patients or tokens are made of."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request
from sqlalchemy import text

from rounds.app import create_app, furnish
from rounds.audit import shows_no_patient
from rounds.auth import rate_limiter, sign_in_metrics
from rounds.auth.attempt_counts import Limit
from rounds.auth.rate_limiter import RateLimiter
from rounds.data import Tx
from rounds.http import middleware, public, router
from rounds.observability.logging import configure
from tests.conftest import connected, token_for

NAME, NHS_NUMBER, PASSWORD = "Maeve O’Sullivan", "1373645350", "seven quiet herons at dusk"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(settings, monkeypatch) -> Iterator[Lines]:
    """Logs as production does, into memory; `lines()` are the events so far."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer)  # held, since it closes the buffer when it goes
    before = structlog.get_config() if structlog.is_configured() else None
    level = logging.root.level
    monkeypatch.setattr(logging.root, "handlers", [])
    with monkeypatch.context() as redirected:
        redirected.setattr(sys, "stderr", stream)
        configure(settings.model_copy(update={"environment": "production", "log_level": "INFO"}))
        # A logger that keeps this configuration would go on writing here in other tests.
        structlog.configure(cache_logger_on_first_use=False)
        for module in (middleware, rate_limiter, sign_in_metrics):
            monkeypatch.setattr(module, "_log", structlog.get_logger(module.__name__))
        yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    logging.root.setLevel(level)
    structlog.reset_defaults()
    if before is not None:
        structlog.configure(**before)


@pytest.fixture(scope="module")
def _failing_app(settings) -> FastAPI:
    """An app with calls that fail in the ways that tend to quote data."""
    failing = router("failing")

    @failing.get("/crash/{name}", openapi_extra=public())
    @shows_no_patient
    async def crash(name: str) -> None:
        raise RuntimeError(f"{name} is to blame") from ValueError(name)

    @failing.get("/read/{name}", openapi_extra=public())
    @shows_no_patient
    async def read(name: str, request: Request) -> None:
        await request.app.state.database.reads.source.fetchval(f"SELECT '{name}'::text::int")

    @failing.get("/write/{name}", openapi_extra=public())
    @shows_no_patient
    async def write(name: str, db: Tx) -> None:
        await db.execute(text("SELECT CAST(CAST(:name AS text) AS int)"), {"name": name})

    @failing.get("/integrity/{name}", openapi_extra=public())
    @shows_no_patient
    async def integrity(name: str, db: Tx) -> None:
        await db.execute(text("CREATE TEMPORARY TABLE thing (name text CONSTRAINT uq_thing UNIQUE) ON COMMIT DROP"))
        for _ in range(2):
            await db.execute(text("INSERT INTO thing VALUES (:name)"), {"name": name})

    app = create_app(settings)
    app.router.routes.extend(failing.routes)
    return app


@pytest.fixture
async def failing(_failing_app, database, redis, limiter) -> AsyncIterator[httpx.AsyncClient]:
    furnish(_failing_app, database, redis, limiter)
    async with connected(_failing_app) as client:
        yield client


def fail() -> None:
    raise RuntimeError(NAME)


def assert_silent(events: list[dict[str, Any]], *secrets: str) -> None:
    """None of the words that are somebody's stand anywhere in the events."""
    assert events
    logged = json.dumps(events, ensure_ascii=False)
    for secret in (NAME, "Maeve", "Sullivan", NHS_NUMBER, PASSWORD, *secrets):
        assert secret not in logged


async def test_a_request_is_one_line_with_its_id_and_route(lines, client, app):
    answer = await client.get("/patients?q=Maeve", headers={"X-Request-ID": "web-1"})
    assert answer.status_code == 200
    (event,) = lines()
    assert event.pop("ms") >= 0
    assert event.pop("timestamp").endswith("Z")
    assert len(event.pop("actor")) == 36
    assert event == {
        "event": "request",
        "level": "info",
        "request_id": "web-1",
        "method": "GET",
        "route": "/patients",
        "status": 200,
    }


async def test_requests_say_nothing_about_people(lines, client, app):
    body = {"name": NAME, "date_of_birth": "1957-03-09", "nhs_number": NHS_NUMBER, "email": "maeve@example.org"}
    patient = (await client.post("/patients", json=body)).json()
    assert patient["name"] == NAME
    await client.post("/patients", json=body)
    await client.post("/patients", json={**body, "nhs_number": NHS_NUMBER[::-1], "Maeve": 1})
    await client.get(f"/patients/{patient['id']}")
    await client.get("/patients", params={"q": NAME, "nhs_number": NHS_NUMBER})
    await client.get(f"/patients/by-nhs-number/{NHS_NUMBER}")
    await client.get(f"/patients/{NAME}")
    await client.get(f"/{NAME}?{NAME}")
    await client.request("MAEVE", f"/{NAME}", headers={"X-Request-ID": NAME.encode().hex() + " " * 3})
    events = lines()
    assert len(events) == 9
    assert_silent(events, "maeve@example.org", patient["id"])
    assert [event["route"] for event in events[:6]] == ["/patients"] * 3 + [
        "/patients/{patient_id}", "/patients", "/patients/by-nhs-number/{nhs_number}"
    ]  # fmt: skip
    assert all(len(event["request_id"]) == 36 for event in events)


async def test_sign_ins_say_nothing_about_secrets(lines, client, anonymous):
    new = {"username": "grace.okafor", "password": PASSWORD, "full_name": NAME, "roles": ["nurse"]}
    assert (await client.post("/security/register", json=new)).status_code == 201
    form = {"username": "grace.okafor", "password": PASSWORD}
    tokens = (await anonymous.post("/security/token", data=form)).json()
    await anonymous.post("/security/token", data={**form, "password": PASSWORD + "!"})
    await anonymous.post("/security/refresh", json={"refresh_token": tokens["refresh_token"]})
    await anonymous.post("/security/refresh", json={"refresh_token": tokens["refresh_token"]})
    await anonymous.get("/security/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    events = lines()
    assert [event["status"] for event in events if event["event"] == "request"] == [201, 200, 401, 200, 401, 200]
    assert_silent(events, "grace.okafor", *tokens["access_token"].split("."), tokens["refresh_token"])


async def test_who_fails_to_sign_in_is_logged_by_address_and_account_never_by_what_was_typed(lines, client, app):
    new = {"username": "grace.okafor", "password": PASSWORD, "full_name": NAME, "roles": ["nurse"]}
    account = (await client.post("/security/register", json=new)).json()["id"]
    typed = [("grace.okafor", "wrong"), (PASSWORD, "grace.okafor"), *[("grace.okafor", "wrong")] * 5]
    transport = httpx.ASGITransport(app=app, client=("::ffff:192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://rounds.test") as guesser:
        for username, password in typed:
            form = {"username": username, "password": password}
            await guesser.post("/security/token", data=form, headers={"X-Forwarded-For": "203.0.113.1"})
        tokens = (await client.post("/security/token", data={"username": "grace.okafor", "password": PASSWORD})).json()
        for token in ("rt_unknown", tokens["refresh_token"], tokens["refresh_token"]):
            await guesser.post("/security/refresh", json={"refresh_token": token})
        await client.patch(f"/security/users/{account}", json={"active": False})
        await guesser.post("/security/token", data={"username": "grace.okafor", "password": PASSWORD})
    events = [event for event in lines() if event["event"].endswith(".failed")]
    assert_silent(events, "grace.okafor", 'wrong"', tokens["refresh_token"], "203.0.113.1")
    assert {(event["address"], event["level"]) for event in events} == {("192.0.2.7", "warning")}
    assert all(len(event["request_id"]) == 36 for event in events)
    assert [(event["event"], event["reason"], event["account"]) for event in events] == [
        ("sign_in.failed", "wrong_password", account),
        ("sign_in.failed", "unknown_account", None),
        *[("sign_in.failed", "wrong_password", account)] * 4,
        ("sign_in.failed", "too_many_per_username_and_address", account),
        ("refresh.failed", "unknown_token", None),
        ("refresh.failed", "superseded", account),
        ("sign_in.failed", "too_many_per_username_and_address", account),
    ]
    metrics = (await client.get("/metrics")).text
    for call, outcome in [("sign_in", "wrong_password"), ("sign_in", "succeeded"), ("refresh", "superseded")]:
        assert f'rounds_sign_ins_total{{call="{call}",outcome="{outcome}"}}' in metrics


@pytest.mark.parametrize(
    ("kind", "error", "cause"),
    [
        ("crash", "RuntimeError", "ValueError"),
        ("read", "InvalidTextRepresentationError", None),
        ("write", "DBAPIError", "AsyncAdapt_asyncpg_dbapi.Error"),
        ("integrity", "IntegrityError", "AsyncAdapt_asyncpg_dbapi.UniqueViolationError"),
    ],
)
async def test_a_crash_says_where_and_not_what(lines, failing, kind, error, cause):
    answer = await failing.get(f"/{kind}/{NAME}", headers={"X-Request-ID": "web-1"})
    assert answer.status_code == 500
    crash, request = lines()
    assert_silent([crash, request])
    assert crash["event"] == "crash"
    assert crash["level"] == "error"
    assert (crash["error"], crash["cause"]) == (error, cause)
    assert crash["route"] == request["route"] == f"/{kind}/{{name}}"
    assert crash["request_id"] == request["request_id"] == "web-1"
    assert any("test_logging:" in frame and frame.endswith(f" {kind}") for frame in crash["frames"])
    assert (request["event"], request["status"]) == ("request", 500)


async def test_an_exception_in_a_log_call_is_logged_by_its_origin_only(lines):
    log = structlog.get_logger("rounds.test")
    try:
        fail()
    except RuntimeError as error:
        log.exception("event.failed", event_id="e1")
        log.warning("event.failed", exc_info=error)
    log.warning("event.failed", exc_info=True)  # noqa: LOG014 - there is nothing to show, and that is fine too
    events = lines()
    assert_silent(events)
    assert [event.get("error") for event in events] == ["RuntimeError", "RuntimeError", None]
    assert events[0]["event_id"] == "e1"
    assert "test_logging:" in events[0]["frames"][-1]
    assert all("exc_info" not in event for event in events)


async def test_what_libraries_log_keeps_its_arguments_to_itself(lines):
    logging.getLogger("sqlalchemy.pool").error("parameters were %s", NAME)
    logging.getLogger("asyncpg").warning("row %(name)s", {"name": NAME})
    # The way asyncio does it: one text, ready made.
    logging.getLogger("asyncio").error("\n".join(["Task exception was never retrieved", f"future: <Task {NAME}>"]))
    logging.getLogger("some.library").info("below the level")
    try:
        fail()
    except RuntimeError:
        logging.getLogger("redis").exception("connection to %s failed", NAME)
    events = lines()
    assert_silent(events)
    assert [(event["logger"], event["event"], event["level"]) for event in events] == [
        ("sqlalchemy.pool", "parameters were %s", "error"),
        ("asyncpg", "row %(name)s", "warning"),
        ("asyncio", "Task exception was never retrieved", "error"),
        ("redis", "connection to %s failed", "error"),
    ]
    assert events[-1]["error"] == "RuntimeError"


async def test_a_task_that_nobody_awaited_is_logged_by_its_origin_only(lines):
    async def later() -> None:
        fail()

    task = asyncio.ensure_future(later())
    await asyncio.wait([task])
    asyncio.get_running_loop().default_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    (event,) = lines()
    assert_silent([event])
    assert event["error"] == "RuntimeError"


async def test_an_absent_redis_is_logged_without_addresses(lines, tmp_path, settings):
    limiter = RateLimiter(f"unix://{tmp_path}/nobody.sock", key=settings.signing_key)
    await limiter.reserve([(Limit("username", 5, 900), "grace")])
    await limiter.close()
    (event,) = lines()
    assert (event["event"], event["level"]) == ("ratelimit.redis_away", "warning")
    assert_silent([event], "grace", "nobody.sock")


async def test_the_actor_is_an_id_and_never_a_name(lines, anonymous, app):
    token = token_for(app, "nurse")
    await anonymous.get("/security/users", headers={"Authorization": f"Bearer {token}"})
    (event,) = lines()
    assert event["status"] == 403
    assert_silent([event], "tester", token)


def test_development_reads_well(settings, monkeypatch, capsys):
    before = structlog.get_config() if structlog.is_configured() else None
    monkeypatch.setattr(logging.root, "handlers", [])
    level = logging.root.level
    configure(settings.model_copy(update={"log_level": "INFO"}))
    structlog.configure(cache_logger_on_first_use=False)
    try:
        structlog.get_logger("rounds.test").info("patient.created", patient_id="p1")
        structlog.get_logger("rounds.test").debug("not.shown")
    finally:
        logging.root.setLevel(level)
        structlog.reset_defaults()
        if before is not None:
            structlog.configure(**before)
    shown = capsys.readouterr().err
    assert "patient.created" in shown
    assert "patient_id=p1" in shown
    assert "not.shown" not in shown
    with pytest.raises(json.JSONDecodeError):
        json.loads(shown)
