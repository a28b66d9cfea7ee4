"""Tickets for `EventSource`: one stream, within seconds, for nothing else and no longer than the sign-in."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from rounds import clock
from rounds.app import create_app, furnish
from rounds.auth import Revoked, tokens
from rounds.data import new_id
from tests.conftest import token_for
from tests.features.notifications.station import PATIENCE, Reader


async def ticket(station, *roles: str) -> str:
    async with httpx.AsyncClient(base_url=station.address) as client:
        answer = await client.post("/events/ticket", headers=station.headers(*(roles or ("service",))))
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 30
    return answer.json()["ticket"]


def opening(station, given: str, **params: str):
    client = httpx.AsyncClient(base_url=station.address, timeout=PATIENCE)
    return client.stream("GET", "/events", params={"ticket": given, **params})


async def status(station, given: str, path: str = "/events") -> int:
    async with (
        httpx.AsyncClient(base_url=station.address, timeout=PATIENCE) as client,
        client.stream("GET", path, params={"ticket": given}) as response,
    ):
        return response.status_code


async def test_a_ticket_opens_a_stream_without_a_token(station):
    async with opening(station, await ticket(station)) as response:
        assert response.status_code == 200
        reader = Reader(response)
        assert (await reader.block())["comment"] == "listening"
        await station.tell(71)
        assert await reader.numbers(1) == [71]


async def test_a_ticket_opens_one_stream(station):
    given = await ticket(station)
    assert await status(station, given) == 200
    assert await status(station, given) == 401


async def test_of_many_who_race_with_a_ticket_one_gets_in(station):
    given = await ticket(station)
    found = await asyncio.gather(*(status(station, given) for _ in range(8)))
    assert sorted(found) == [200] + [401] * 7


async def test_a_ticket_is_spent_for_every_worker(live_app, redis, engines, live):
    other = create_app(live_app.state.settings)
    state = live_app.state
    furnish(other, state.database, redis, state.limiter, long_lived=state.long_lived)
    given = (await live.post("/events/ticket")).json()["ticket"]
    for app, expected in ((live_app, 200), (other, 401)):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://rounds.test") as client:
            # HEAD is answered like GET, and ends.
            assert (await client.head("/events", params={"ticket": given})).status_code == expected


async def test_a_ticket_is_good_for_half_a_minute(station, monkeypatch):
    early, late = await ticket(station), await ticket(station)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=29))
    assert await status(station, early) == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=31))
    assert await status(station, late) == 401


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-2], lambda t: ("B" if t[0] == "A" else "A") + t[1:], lambda _: "x", lambda _: "", lambda t: t + "é"],
)
async def test_what_is_no_ticket_opens_nothing(station, change):
    assert await status(station, change(await ticket(station))) == 401


async def test_a_ticket_is_good_for_nothing_else(station):
    given = await ticket(station, "admin")
    for path in ("/patients", "/notifications", "/security/me"):
        assert await status(station, given, path) == 401
    async with httpx.AsyncClient(base_url=station.address) as client:
        assert (await client.get("/patients", headers={"Authorization": f"Bearer {given}"})).status_code == 401
        assert (await client.post("/events/ticket", params={"ticket": given})).status_code == 401


async def test_a_token_is_no_ticket(station):
    assert await status(station, token_for(station.app, "admin")) == 401


async def test_who_may_not_listen_gets_no_ticket(station):
    async with httpx.AsyncClient(base_url=station.address) as client:
        assert (await client.post("/events/ticket")).status_code == 401
        assert (await client.post("/events/ticket", headers=station.headers("auditor"))).status_code == 403


async def test_a_ticket_tells_nobody_whose_it_is(station):
    given = await ticket(station)
    assert "tester" not in given
    assert len(given) < 700


async def test_a_ticket_of_a_sign_in_that_was_revoked_opens_nothing(station, monkeypatch):
    account = new_id()
    headers = {"Authorization": f"Bearer {token_for(station.app, 'service', account=account)}"}
    async with httpx.AsyncClient(base_url=station.address) as client:
        given = (await client.post("/events/ticket", headers=headers)).json()["ticket"]

    async def revoked(_: object) -> Revoked:
        return Revoked({account: 2}, frozenset())

    monkeypatch.setattr(tokens, "revocations", revoked)
    station.app.state.tokens.forget()
    assert await status(station, given) == 401
    station.app.state.tokens.forget()


async def test_the_stream_ends_when_the_sign_in_does(station, monkeypatch):
    account = new_id()
    headers = {"Authorization": f"Bearer {token_for(station.app, 'service', account=account)}"}
    async with httpx.AsyncClient(base_url=station.address) as client:
        given = (await client.post("/events/ticket", headers=headers)).json()["ticket"]
    async with opening(station, given) as response:
        reader = Reader(response)
        await reader.block()

        async def revoked(_: object) -> Revoked:
            return Revoked({account: 2}, frozenset())

        monkeypatch.setattr(tokens, "revocations", revoked)
        station.app.state.tokens.forget()
        await reader.end()
    station.app.state.tokens.forget()


async def test_a_stream_with_a_ticket_resumes_where_the_last_one_ended(station):
    async with opening(station, await ticket(station)) as response:
        reader = Reader(response)
        await reader.block()
        await station.tell(1, 2, 3)
        assert await reader.numbers(2) == [1, 2]
        last = reader.last_id
    async with opening(station, await ticket(station), last_event_id=last) as response:
        reader = Reader(response)
        await reader.block()
        assert await reader.numbers(1) == [3]


async def test_a_page_of_another_origin_may_listen(station):
    given = await ticket(station)
    async with (
        httpx.AsyncClient(base_url=station.address, timeout=PATIENCE) as client,
        client.stream(
            "GET", "/events", params={"ticket": given}, headers={"Origin": "http://localhost:5173"}
        ) as answer,
    ):
        assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
        assert "Origin" in answer.headers["vary"]
        assert (await Reader(answer).block())["comment"] == "listening"
