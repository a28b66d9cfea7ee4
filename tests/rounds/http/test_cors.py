"""Pages in browsers: which may call, and what they can read, errors above all."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

from rounds.app import create_app, furnish
from rounds.audit import shows_no_patient
from rounds.http import public, router
from rounds.problems import TooManyRequests
from tests.conftest import connected

LOCAL = ["http://localhost:5173", "http://localhost", "http://127.0.0.1:3000", "http://127.0.0.1:65535"]
WARD = "https://ward.example"
READABLE = {"ETag", "Location", "Link", "X-Request-ID", "Retry-After", "Content-Disposition", "Idempotency-Replayed"}
ASKED = ["idempotency-key", "if-match", "authorization", "last-event-id", "x-break-glass-reason", "content-type"]


def made(settings, **more: object) -> FastAPI:
    odd = router("odd")

    @odd.get("/boom", openapi_extra=public())
    @shows_no_patient
    async def boom() -> None:
        raise RuntimeError("nobody may read this")

    @odd.get("/away", openapi_extra=public())
    @shows_no_patient
    async def away() -> None:
        raise OSError("the database is away")

    @odd.get("/often", openapi_extra=public())
    @shows_no_patient
    async def often() -> None:
        raise TooManyRequests(seconds=7)

    @odd.get("/stream", openapi_extra=public())
    @shows_no_patient
    async def stream() -> EventSourceResponse:
        async def events() -> AsyncIterator[dict[str, str]]:
            yield {"data": "first"}

        return EventSourceResponse(events())

    app = create_app(settings.model_copy(update=more))
    app.router.routes.extend(odd.routes)
    return app


@pytest.fixture(scope="module")
def apps(settings) -> dict[str, FastAPI]:
    return {
        "development": made(settings),
        "development-with-origins": made(settings, cors_origins=[WARD]),
        "production": made(settings, environment="production"),
        "production-with-origins": made(settings, environment="production", cors_origins=[WARD]),
    }


@pytest.fixture
async def browse(apps, database, redis, limiter):
    async def browse(where: str, method: str, path: str, origin: str, **headers: str) -> httpx.Response:
        furnish(apps[where], database, redis, limiter)
        async with connected(apps[where], *(["admin"] if headers.pop("signed_in", None) else [])) as client:
            content = b" " * 2_000_000 if headers.pop("large", None) else None
            return await client.request(method, path, headers={"Origin": origin, **headers}, content=content)

    return browse


@pytest.mark.parametrize("origin", LOCAL)
@pytest.mark.parametrize("where", ["development", "development-with-origins"])
async def test_in_development_pages_of_this_machine_may_call(browse, where, origin):
    answer = await browse(where, "GET", "/health", origin)
    assert answer.headers["access-control-allow-origin"] == origin
    assert set(answer.headers["access-control-expose-headers"].split(", ")) == READABLE
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://localhost:5173", "http://localhost.evil.example", "http://localhost:5173.evil.example",
        "http://evil.example/localhost", "http://127.0.0.2:80", "http://127.0.0.1.evil.example", "null", "http://localhost:",
        "http://localhost:123456", "http://localhost:80\nhttp://evil.example", "http://xlocalhost:80", "", WARD,
    ],
)  # fmt: skip
async def test_nobody_else_may(browse, origin):
    for method, path in (("GET", "/health"), ("GET", "/boom")):
        answer = await browse("development", method, path, origin)
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "Origin" in answer.headers["vary"]  # or a cache would show it to who may


@pytest.mark.parametrize("origin", LOCAL)
@pytest.mark.parametrize("where", ["production", "production-with-origins"])
async def test_in_production_only_the_origins_of_the_settings_may(browse, where, origin):
    answer = await browse(where, "GET", "/health", origin)
    assert "access-control-allow-origin" not in answer.headers
    allowed = (await browse(where, "GET", "/health", WARD)).headers.get("access-control-allow-origin")
    assert allowed == (WARD if where == "production-with-origins" else None)


@pytest.mark.parametrize(
    ("path", "status", "more"),
    [
        ("/boom", 500, {}),
        ("/away", 503, {}),
        ("/often", 429, {}),
        ("/nowhere", 404, {}),
        ("/patients", 401, {}),
        ("/patients?limit=x", 422, {"signed_in": "yes"}),
        ("/patient", 308, {}),
    ],
)
@pytest.mark.parametrize(("where", "origin"), [("development", LOCAL[0]), ("production-with-origins", WARD)])
async def test_every_error_can_be_read(browse, where, origin, path, status, more):
    answer = await browse(where, "GET", path, origin, **more)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == origin
    assert set(answer.headers["access-control-expose-headers"].split(", ")) == READABLE
    assert answer.headers["x-request-id"]
    assert "Origin" in answer.headers["vary"]


async def test_so_can_that_a_body_was_too_large(browse):
    headers = {"signed_in": "yes", "large": "yes", "Content-Type": "application/json"}
    answer = await browse("development", "POST", "/patients", LOCAL[0], **headers)
    assert answer.status_code == 413
    assert answer.headers["access-control-allow-origin"] == LOCAL[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_preflight_allows_what_the_api_takes(browse, method):
    headers = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": ",".join(ASKED)}
    answer = await browse("development", "OPTIONS", "/patients", LOCAL[0], **headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == LOCAL[0]
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert set(ASKED) <= set(answer.headers["access-control-allow-headers"].split(","))


async def test_streams_are_streams(browse):
    answer = await browse("development", "GET", "/stream", LOCAL[0])
    assert answer.headers["access-control-allow-origin"] == LOCAL[0]
    assert answer.text == "data: first\r\n\r\n"


async def test_what_leaks_nothing_across_origins_leaks_nothing_at_all(browse):
    answer = await browse("development", "GET", "/boom", LOCAL[0])
    assert answer.json()["code"] == "internal_error"
    assert "nobody may read this" not in answer.text
