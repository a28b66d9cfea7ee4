"""HEAD answers like GET without the body, wherever there is a GET."""

import asyncio

from fastapi import FastAPI
from starlette.responses import StreamingResponse

from rounds.audit import shows_no_patient
from rounds.data import new_id
from rounds.http import public
from rounds.http import router as new_router


async def test_head_answers_the_headers_of_get(client):
    made = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
    for path in (made.headers["location"], "/patients", "/health", f"/patients/{new_id()}", "/patients?colour=red"):
        shown, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (shown.status_code, b"")
        assert int(head.headers["content-length"]) == len(shown.content)
        assert {**head.headers, "x-request-id": ""} == {**shown.headers, "x-request-id": ""}
    assert (await client.head(made.headers["location"], headers={"If-None-Match": '"1"'})).status_code == 304


async def test_head_needs_what_get_needs(anonymous, as_role):
    assert (await anonymous.head("/patients")).status_code == 401
    async with as_role("auditor") as auditor:
        assert (await auditor.head("/patients")).status_code == 403


async def test_where_there_is_no_get_there_is_no_head(client):
    answer = await client.head("/security/token")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_head_does_not_wait_for_the_end_of_a_stream():
    router = new_router("streams")

    @router.get("/endless", openapi_extra=public())
    @shows_no_patient
    async def endless() -> StreamingResponse:
        async def parts():
            while True:
                yield b"more"
                await asyncio.sleep(0)

        return StreamingResponse(parts())

    app = FastAPI()
    app.include_router(router)
    ended = asyncio.Event()
    sent = []

    async def receive():
        await ended.wait()
        return {"type": "http.disconnect"}  # as a server says when the answer is complete

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body" and not message["more_body"]:
            ended.set()

    scope = {"type": "http", "method": "HEAD", "path": "/endless", "query_string": b"", "headers": []}
    async with asyncio.timeout(10):
        await app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b""


def test_head_is_no_call_of_its_own_in_the_document(app):
    assert not [path for path, item in app.openapi()["paths"].items() if "head" in item]
