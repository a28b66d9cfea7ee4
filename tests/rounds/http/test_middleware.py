"""What holds for every request: its id, its headers, its size, and an answer even when the program fails."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from rounds.app import create_app, furnish
from rounds.audit import shows_no_patient
from rounds.http import public, router
from tests.conftest import connected, token_for

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-site",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
ORIGIN = "https://ward.example"


@pytest.fixture(scope="module")
def _odd_app(settings) -> FastAPI:
    """An app that also fails on demand, and that browsers of one origin may call."""
    odd = router("odd")

    @odd.get("/boom/{name}", openapi_extra=public())
    @shows_no_patient
    async def boom(name: str) -> None:
        raise RuntimeError(f"the patient {name} is to blame")

    @odd.get("/broken-off", openapi_extra=public())
    @shows_no_patient
    async def broken_off() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            raise RuntimeError("no second part")

        return StreamingResponse(parts())

    app = create_app(settings.model_copy(update={"cors_origins": [ORIGIN]}))
    app.router.routes.extend(odd.routes)
    return app


@pytest.fixture
def odd_app(_odd_app, database, redis, limiter) -> FastAPI:
    furnish(_odd_app, database, redis, limiter)
    return _odd_app


@pytest.fixture
async def odd(odd_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(odd_app) as client:
        yield client


def assert_dressed(answer: httpx.Response) -> None:
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/health", 405),
        ("GET", "/patients", 401),
        ("POST", "/security/token", 422),
        ("GET", "/metrics", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/boom/Maeve", 500),
    ],
)
async def test_every_answer_has_an_id_and_the_security_headers(odd, method, path, status):
    answer = await odd.request(method, path)
    assert answer.status_code == status
    assert_dressed(answer)


async def test_a_new_id_is_a_uuid_of_its_own(anonymous):
    first, second = [(await anonymous.get("/health")).headers["x-request-id"] for _ in range(2)]
    assert UUID(first).version == UUID(second).version == 7
    assert first != second


@pytest.mark.parametrize("given", ["web-4711", "a", "A.b_c:d/e+f=g", "x" * 128, "0197a3c2-7d8e-7aaa-bbbb-000000000000"])
async def test_a_sane_id_is_echoed(anonymous, given):
    answer = await anonymous.get("/nowhere", headers={"X-Request-ID": given})
    assert answer.headers.get_list("x-request-id") == [given]
    assert answer.json()["request_id"] == given


@pytest.mark.parametrize(
    "given",
    [b"", b" ", b"a b", b"x" * 129, b"a\r\nSet-Cookie: x=1", b"a\nb", b"a\n", b"a\x00", "é".encode(), b'"><script>'],
)
async def test_an_insane_id_is_replaced(anonymous, given):
    answer = await anonymous.get("/nowhere", headers=[(b"x-request-id", given)])
    (shown,) = answer.headers.get_list("x-request-id")
    assert UUID(shown).version == 7
    assert answer.json()["request_id"] == shown
    assert "set-cookie" not in answer.headers


async def test_a_crash_leaks_nothing(odd):
    answer = await odd.get("/boom/Maeve", headers={"X-Request-ID": "web-1"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "web-1"
    assert answer.json() == {
        "type": "/problems/internal_error",
        "title": "The server failed",
        "status": 500,
        "detail": "Nothing was stored. Try again; if it happens again, report the request id.",
        "code": "internal_error",
        "instance": "/boom/Maeve",
        "request_id": "web-1",
    }
    for word in ("RuntimeError", "Traceback", "blame", ".py"):
        assert word not in answer.text


async def test_a_crash_speaks_the_callers_language(odd):
    answer = await odd.get("/boom/Maeve", headers={"Accept-Language": "pt"})
    assert answer.json()["title"] == "O servidor falhou"
    assert answer.headers["content-language"] == "pt"


async def test_a_crash_in_the_middle_of_an_answer_does_not_start_a_second_one(odd_app):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return await asyncio.get_running_loop().create_future()  # the client just waits

    scope = {
        "type": "http", "method": "GET", "path": "/broken-off", "raw_path": b"/broken-off", "query_string": b"",
        "headers": [], "scheme": "http", "server": ("rounds.test", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await odd_app(scope, receive, send)
    # Nothing says that the body is complete, so the server breaks the connection off and the client knows.
    assert [(message["type"], message.get("body"), message.get("more_body")) for message in sent] == [
        ("http.response.start", None, None),
        ("http.response.body", b"first", True),
    ]


JSON = {"Content-Type": "application/json"}
LIMIT = 1_048_576


async def parts(size: int, taken: list[int]) -> AsyncIterator[bytes]:
    """A body of `size` in parts of 64 KiB, noting how much of it was taken."""
    for _ in range(0, size, 65_536):
        taken.append(65_536)
        yield b" " * 65_536


def assert_too_large(answer: httpx.Response) -> None:
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert_dressed(answer)


async def test_a_body_announced_as_too_large_is_not_read(client):
    taken: list[int] = []
    headers = {**JSON, "Content-Length": str(50_000_000)}
    assert_too_large(await client.post("/patients", content=parts(50_000_000, taken), headers=headers))
    assert sum(taken) <= 65_536


@pytest.mark.parametrize("length", ["1048577", "9" * 19, "9" * 5000])
async def test_no_announcement_is_too_large_to_be_refused(client, length):
    answer = await client.post("/patients", content=parts(65_536, []), headers={**JSON, "Content-Length": length})
    assert_too_large(answer)


@pytest.mark.parametrize(
    ("path", "media"),
    [("/patients", "application/json"), ("/security/token", "application/x-www-form-urlencoded"), ("/patients", "")],
)
async def test_a_streamed_body_is_read_no_further_than_the_limit(client, path, media):
    taken: list[int] = []
    headers = {"Content-Type": media} if media else {}
    assert_too_large(await client.post(path, content=parts(50_000_000, taken), headers=headers))
    assert LIMIT < sum(taken) <= LIMIT + 65_536


async def test_a_body_that_lies_about_its_length_is_still_limited(client):
    taken: list[int] = []
    headers = {**JSON, "Content-Length": "10"}
    assert_too_large(await client.post("/patients", content=parts(50_000_000, taken), headers=headers))
    assert sum(taken) <= LIMIT + 65_536


async def test_the_limit_itself_is_still_accepted(client):
    body = b'{"name":"Ada Byron","date_of_birth":"1990-01-01"}'.ljust(LIMIT)
    assert (await client.post("/patients", content=body, headers=JSON)).status_code == 201
    assert_too_large(await client.post("/patients", content=body + b" ", headers=JSON))


async def test_the_limit_is_a_setting(settings, database, redis, limiter):
    app = create_app(settings.model_copy(update={"max_body_bytes": 2000}))
    furnish(app, database, redis, limiter)
    async with connected(app, "admin") as client:
        assert_too_large(await client.post("/patients", content=b" " * 2001, headers=JSON))
        assert (await client.post("/patients", content=b" " * 2000, headers=JSON)).status_code == 422


async def test_a_browser_of_an_allowed_origin_may_call(odd, odd_app):
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,if-match,content-type",
    }
    preflight = await odd.options("/patients/x", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "if-match" in preflight.headers["access-control-allow-headers"].lower()
    assert preflight.headers["x-request-id"]

    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {token_for(odd_app, 'admin')}"}
    answer = await odd.get("/patients", headers=headers)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]
    exposed = answer.headers["access-control-expose-headers"]
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-ID"} <= set(exposed.split(", "))
    refused = await odd.get("/patients", headers={"Origin": ORIGIN})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("origin", ["https://evil.example", "https://ward.example.evil.example", "null", ORIGIN + ":1"])
async def test_a_browser_of_another_origin_may_not(odd, origin):
    preflight = await odd.options("/patients", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 400
    assert "access-control-allow-origin" not in preflight.headers
    assert "access-control-allow-origin" not in (await odd.get("/health", headers={"Origin": origin})).headers


async def test_without_origins_no_browser_may(anonymous):
    answer = await anonymous.get("/health", headers={"Origin": ORIGIN})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_settings_of_the_tests_are_those_the_limits_are_written_for(settings):
    assert settings.max_body_bytes == LIMIT
    assert settings.cors_origins == []
