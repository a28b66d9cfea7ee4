"""The life of a stream: what ends it, how many there may be, and who may open one."""

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest
from sse_starlette.sse import AppStatus

from features.notifications import stream
from features.notifications.hub import Hub
from rounds import clock
from rounds.auth import ACCESS_TOKEN_LIFE
from tests.features.notifications.station import Told, on_air


async def test_who_does_not_read_is_cut_off_and_costs_nothing_more(station, monkeypatch):
    monkeypatch.setattr(stream, "SLOW_SECONDS", 0.5)
    await station.tell(0)
    host, port = station.address.removeprefix("http://").split(":")
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with deaf:
        await asyncio.to_thread(deaf.connect, (host, int(port)))
        token = station.headers("service")["Authorization"]
        deaf.sendall(f"GET /events HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n".encode())
        await station.until(lambda: station.hub.listeners == 1)
        async with station.listening() as reader:
            for number in range(40):
                await station.tell(Told(number=number, text="x" * 50_000))
            assert await reader.numbers(40) == list(range(40)), "nobody else is held up"
            await station.until(lambda: station.hub.listeners == 1)
    await station.until(lambda: station.hub.listeners == 0)
    assert not station.hub.is_following


async def test_who_leaves_is_no_longer_counted(station):
    for _ in range(3):
        async with station.listening():
            await station.until(lambda: station.hub.listeners == 1)
        await station.until(lambda: station.hub.listeners == 0)


async def test_no_more_streams_than_there_is_room_for(cloned_url, engines, redis):
    async with on_air(cloned_url, engines, sse_clients=2) as station:
        async with station.listening(), station.listening():
            await station.until(lambda: station.hub.listeners == 2)
            async with station.asked() as response:
                problem = json.loads(await response.aread())
                assert (response.status_code, problem["code"]) == (503, "too_many_streams")
                assert int(response.headers["retry-after"]) > 0
        await station.until(lambda: station.hub.listeners == 0)
        async with station.listening():
            pass


async def test_a_stream_ends_with_its_token(cloned_url, engines, redis):
    """By the clock of the test, so that no machine is too slow to open the stream while the token is good."""
    opened = clock.now().replace(microsecond=0)
    async with on_air(cloned_url, engines, sse_heartbeat_seconds=300) as station, AsyncExitStack() as stack:
        with clock.frozen(opened - ACCESS_TOKEN_LIFE + timedelta(seconds=1)):
            headers = station.headers("service")
        with clock.frozen(opened):
            reader = await stack.enter_async_context(station.listening(**headers))
        with clock.frozen(opened + timedelta(seconds=1)):
            assert await reader.end() == []
            async with station.asked(**headers) as response:
                assert response.status_code == 401


async def test_streams_end_properly_when_the_server_stops(fresh, monkeypatch):
    station = fresh
    async with station.listening() as first, station.listening() as second:
        await station.tell(1)
        assert await first.numbers(1) == await second.numbers(1) == [1]
        monkeypatch.setattr(AppStatus, "should_exit", True)
        for reader in (first, second):
            await reader.end()  # which raises when the answer breaks off
    await station.until(lambda: station.hub.listeners == 0)


async def test_a_stream_ends_when_the_account_may_no_longer_listen(station, monkeypatch):
    async with httpx.AsyncClient(base_url=station.address) as client:
        admin = station.headers("admin")
        body = {"username": "listener", "password": "a long password 1", "full_name": "L", "roles": ["service"]}
        made = (await client.post("/security/register", json=body, headers=admin)).json()
        form = {"username": "listener", "password": "a long password 1"}
        token = (await client.post("/security/token", data=form)).json()["access_token"]
        async with station.listening(Authorization=f"Bearer {token}") as reader:
            await reader.nothing()
            answer = await client.patch(f"/security/users/{made['id']}", json={"active": False}, headers=admin)
            assert answer.status_code == 200, answer.text
            await reader.end()
    await station.until(lambda: station.hub.listeners == 0)


@pytest.mark.parametrize(
    ("query", "headers", "pointer"),
    [
        ("", {"Last-Event-ID": "the-third-one"}, "header:last-event-id"),
        ("?patient_id=4711", {}, "?patient_id"),
        ("?type=", {}, "?type.0"),
        ("?type=,", {}, "?type.0"),
        ("?kind=tests.told", {}, "?kind"),
    ],
)
async def test_what_it_does_not_understand_it_refuses(client, query, headers, pointer):
    answer = await client.get(f"/events{query}", headers=headers)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_who_may_not_listen_is_turned_away(anonymous, as_role):
    assert (await anonymous.get("/events")).status_code == 401
    async with as_role("scheduler") as scheduler:
        assert (await scheduler.get("/events")).status_code == 403


async def test_the_documentation_shows_what_a_stream_looks_like(client):
    call = (await client.get("/openapi.json")).json()["paths"]["/events"]["get"]
    answer = call["responses"]["200"]["content"]
    assert list(answer) == ["text/event-stream"]
    assert "event: rounds.recommendation.generated" in answer["text/event-stream"]["example"]
    assert {parameter["name"] for parameter in call["parameters"]} == {
        "type",
        "patient_id",
        "last-event-id",
        "last_event_id",
        "ticket",
        "X-Break-Glass-Reason",
    }
    assert {"401", "403", "422", "503"} <= set(call["responses"])


async def test_head_opens_no_stream(client, app):
    answer = await client.head("/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert app.state.long_lived[Hub].listeners == 0
