"""Staying signed in, and being signed out: rotation, reuse, logout, and revocation on every worker."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from rounds import clock
from rounds.auth import REFRESH_TOKEN_LIFE, Tokens
from rounds.auth import tokens as access_tokens
from tests.conftest import app_of, connected, running, settings_for
from tests.features.accounts.conftest import (
    PASSWORD,
    bearing,
    refreshed,
    registered,
    sign_in,
    signed_in,
    time_passes,
)


@pytest.fixture
async def other_worker(cloned_url, engines, live_app) -> AsyncIterator[FastAPI]:
    """A second process's app on the same database."""
    async with running(settings_for(cloned_url, engines.redis_url)) as app:
        yield app


@pytest.fixture
async def elsewhere(other_worker: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, talking to the second worker."""
    async with connected(other_worker) as client:
        yield client


async def status_of_me(client: httpx.AsyncClient, access_token: str) -> int:
    return (await client.get("/security/me", headers=bearing(access_token))).status_code


async def test_a_refresh_answers_a_new_pair(client, anonymous):
    await registered(client, "grace")
    first = await signed_in(anonymous, "grace")
    answer = await refreshed(anonymous, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert set(second) == set(first)
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert await status_of_me(anonymous, second["access_token"]) == 200
    assert await status_of_me(anonymous, first["access_token"]) == 200
    assert (await refreshed(anonymous, second["refresh_token"])).status_code == 200


async def test_reuse_of_a_spent_token_ends_the_whole_sign_in(client, anonymous, database):
    await registered(client, "grace")
    first = await signed_in(anonymous, "grace")
    other = await signed_in(anonymous, "grace")
    second = (await refreshed(anonymous, first["refresh_token"])).json()
    await time_passes(database, 10)
    reused = await refreshed(anonymous, first["refresh_token"])
    assert reused.status_code == 401
    assert reused.json()["code"] == "refresh_token_refused"
    assert reused.headers["www-authenticate"] == "Bearer"
    assert (await refreshed(anonymous, second["refresh_token"])).status_code == 401
    assert await status_of_me(anonymous, first["access_token"]) == 401
    assert await status_of_me(anonymous, second["access_token"]) == 401
    # Another sign-in of the same person is not touched.
    assert await status_of_me(anonymous, other["access_token"]) == 200
    assert (await refreshed(anonymous, other["refresh_token"])).status_code == 200


async def test_of_twenty_tabs_that_refresh_at_once_one_wins_and_all_stay_signed_in(live, elsewhere, live_app):
    await registered(live, "grace")
    first = await signed_in(live, "grace")
    answers = await asyncio.gather(
        *(refreshed(tab, first["refresh_token"]) for tab in (live, elsewhere) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    for answer in answers:
        if answer.status_code == 401:
            assert answer.json()["code"] == "refresh_superseded"
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "refresh_token" not in answer.json()
    (winner,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert await status_of_me(live, winner["access_token"]) == 200
    assert await status_of_me(live, first["access_token"]) == 200
    async with live_app.state.database.transaction() as db:
        assert await db.scalar(text("SELECT count(*) FROM refresh_token")) == 2  # nothing else was minted
    assert (await refreshed(live, winner["refresh_token"])).status_code == 200


@pytest.mark.parametrize(("seconds", "code"), [(9.0, "refresh_superseded"), (10.0, "refresh_token_refused")])
async def test_ten_seconds_are_left_for_another_tab(client, anonymous, database, seconds, code):
    await registered(client, "grace")
    first = await signed_in(anonymous, "grace")
    second = (await refreshed(anonymous, first["refresh_token"])).json()
    await time_passes(database, seconds)
    for _ in range(2):  # asking again makes no difference, and does not begin the ten seconds anew
        again = await refreshed(anonymous, first["refresh_token"])
        assert (again.status_code, again.json()["code"]) == (401, code)
    still_good = code == "refresh_superseded"
    assert await status_of_me(anonymous, second["access_token"]) == (200 if still_good else 401)
    assert (await refreshed(anonymous, second["refresh_token"])).status_code == (200 if still_good else 401)


async def test_a_token_spent_just_now_tells_of_nothing_once_its_sign_in_has_ended(client, anonymous):
    account = await registered(client, "grace")
    for end in (sign_out, deactivate, reset_password):
        await client.patch(f"/security/users/{account['id']}", json={"active": True, "password": PASSWORD})
        first = await signed_in(anonymous, "grace")
        second = (await refreshed(anonymous, first["refresh_token"])).json()
        await end(client, account["id"], second)
        for tokens in (first, second):
            ended = await refreshed(anonymous, tokens["refresh_token"])
            assert (ended.status_code, ended.json()["code"]) == (401, "refresh_token_refused"), end


@pytest.mark.parametrize("token", ["rt_unknown", "x", "rt_" + "é" * 50, "\x00", "' OR 1=1 --"])
async def test_an_unknown_refresh_token_is_refused(anonymous, token):
    answer = await refreshed(anonymous, token)
    assert answer.status_code == 401
    assert token not in answer.text


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": "x" * 201}, {"refresh_token": None}])
async def test_a_refresh_without_a_token_is_invalid(anonymous, body):
    answer = await anonymous.post("/security/refresh", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/refresh_token"


async def test_an_access_token_is_no_refresh_token_and_the_other_way_round(client, anonymous):
    await registered(client, "grace")
    tokens = await signed_in(anonymous, "grace")
    assert (await refreshed(anonymous, tokens["access_token"][:200])).status_code == 401
    assert await status_of_me(anonymous, tokens["refresh_token"]) == 401


async def test_a_refresh_token_lives_for_fourteen_days(client, anonymous):
    assert timedelta(days=14) == REFRESH_TOKEN_LIFE
    await registered(client, "grace")
    first = await signed_in(anonymous, "grace")
    with clock.frozen(clock.now() + timedelta(days=13, hours=23)):
        second = (await refreshed(anonymous, first["refresh_token"])).json()
    with clock.frozen(clock.now() + timedelta(days=28)):
        assert (await refreshed(anonymous, second["refresh_token"])).status_code == 401


async def test_an_access_token_lives_for_fifteen_minutes(client, anonymous):
    await registered(client, "grace")
    start = clock.now().replace(microsecond=0)
    with clock.frozen(start):
        tokens = await signed_in(anonymous, "grace")
        assert await status_of_me(anonymous, tokens["access_token"]) == 200  # remembered from now on
    with clock.frozen(start + timedelta(minutes=14, seconds=59)):
        assert await status_of_me(anonymous, tokens["access_token"]) == 200
    with clock.frozen(start + timedelta(minutes=15)):
        assert await status_of_me(anonymous, tokens["access_token"]) == 401


async def test_logout_ends_the_sign_in_and_no_other(client, anonymous):
    await registered(client, "grace")
    here, there = await signed_in(anonymous, "grace"), await signed_in(anonymous, "grace")
    left = await anonymous.post(
        "/security/logout", json={"refresh_token": here["refresh_token"]}, headers=bearing(here["access_token"])
    )
    assert left.status_code == 204
    assert left.content == b""
    assert await status_of_me(anonymous, here["access_token"]) == 401
    assert (await refreshed(anonymous, here["refresh_token"])).status_code == 401
    assert await status_of_me(anonymous, there["access_token"]) == 200


async def test_nobody_can_sign_out_somebody_else(client, anonymous):
    await registered(client, "grace")
    await registered(client, "mallory")
    grace, mallory = await signed_in(anonymous, "grace"), await signed_in(anonymous, "mallory")
    for token in (grace["refresh_token"], "rt_unknown"):
        answer = await anonymous.post(
            "/security/logout", json={"refresh_token": token}, headers=bearing(mallory["access_token"])
        )
        assert answer.status_code == 204  # it says nothing about tokens that are not the caller's
    assert await status_of_me(anonymous, grace["access_token"]) == 200
    assert (await refreshed(anonymous, grace["refresh_token"])).status_code == 200


async def test_logout_during_a_refresh_ends_what_the_refresh_issued(live):
    """Whichever comes first, no token of the sign-in is good afterwards."""
    await registered(live, "grace")
    for _ in range(5):
        tokens = await signed_in(live, "grace")
        renewed, left = await asyncio.gather(
            refreshed(live, tokens["refresh_token"]),
            live.post(
                "/security/logout",
                json={"refresh_token": tokens["refresh_token"]},
                headers=bearing(tokens["access_token"]),
            ),
        )
        assert left.status_code == 204
        if renewed.status_code == 200:
            assert (await refreshed(live, renewed.json()["refresh_token"])).status_code == 401
        else:
            assert renewed.status_code == 401


async def test_an_inactive_account_neither_signs_in_nor_refreshes(client, anonymous):
    account = await registered(client, "grace")
    tokens = await signed_in(anonymous, "grace")
    change = await client.patch(f"/security/users/{account['id']}", json={"active": False})
    assert change.status_code == 200
    assert (await sign_in(anonymous, "grace")).status_code == 401
    assert (await refreshed(anonymous, tokens["refresh_token"])).status_code == 401
    assert await status_of_me(anonymous, tokens["access_token"]) == 401
    await client.patch(f"/security/users/{account['id']}", json={"active": True})
    assert (await sign_in(anonymous, "grace")).status_code == 200
    # Being active again does not bring old sessions back.
    assert (await refreshed(anonymous, tokens["refresh_token"])).status_code == 401
    assert await status_of_me(anonymous, tokens["access_token"]) == 401


async def test_refreshes_and_a_deactivation_at_once_never_deadlock(live):
    account = await registered(live, "grace")
    sessions = [await signed_in(live, "grace") for _ in range(6)]
    *renewed, changed = await asyncio.gather(
        *(refreshed(live, session["refresh_token"]) for session in sessions),
        live.patch(f"/security/users/{account['id']}", json={"active": False}),
    )
    assert changed.status_code == 200
    assert {answer.status_code for answer in renewed} <= {200, 401}
    for answer in renewed:
        if answer.status_code == 200:
            assert (await refreshed(live, answer.json()["refresh_token"])).status_code == 401


async def reuse(live: httpx.AsyncClient, account: str, tokens: dict[str, str]) -> None:
    assert (await refreshed(live, tokens["refresh_token"])).status_code == 200
    await time_passes(app_of(live).state.database, 10)
    assert (await refreshed(live, tokens["refresh_token"])).status_code == 401


async def sign_out(live: httpx.AsyncClient, account: str, tokens: dict[str, str]) -> None:
    body = {"refresh_token": tokens["refresh_token"]}
    answer = await live.post("/security/logout", json=body, headers=bearing(tokens["access_token"]))
    assert answer.status_code == 204


async def deactivate(live: httpx.AsyncClient, account: str, tokens: dict[str, str]) -> None:
    assert (await live.patch(f"/security/users/{account}", json={"active": False})).status_code == 200


async def change_role(live: httpx.AsyncClient, account: str, tokens: dict[str, str]) -> None:
    assert (await live.patch(f"/security/users/{account}", json={"roles": ["auditor"]})).status_code == 200


async def reset_password(live: httpx.AsyncClient, account: str, tokens: dict[str, str]) -> None:
    body = {"password": "an entirely different one"}
    assert (await live.patch(f"/security/users/{account}", json=body)).status_code == 200


@pytest.mark.parametrize("withdraw", [reuse, sign_out, deactivate, change_role, reset_password])
async def test_every_worker_refuses_a_withdrawn_token_within_a_second(live, elsewhere, watch, withdraw):
    account = await registered(live, "grace")
    tokens = await signed_in(live, "grace")
    bystander = await signed_in(live, (await registered(live, "rosa"))["username"])
    assert await status_of_me(elsewhere, tokens["access_token"]) == 200  # the other worker has looked just now
    await withdraw(live, account["id"], tokens)
    assert Tokens.FRESHNESS < 1
    watch.at += Tokens.FRESHNESS + 0.001
    assert await status_of_me(elsewhere, tokens["access_token"]) == 401
    # This worker knows at once, and nobody else is affected.
    assert await status_of_me(live, tokens["access_token"]) == 401
    assert await status_of_me(elsewhere, bystander["access_token"]) == 200


async def test_under_load_a_worker_looks_once_per_interval(live, elsewhere, other_worker, watch, monkeypatch):
    await registered(live, "grace")
    tokens = await signed_in(live, "grace")
    looks = 0

    async def counted(db):
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return await real(db)

    real = access_tokens.revocations
    monkeypatch.setattr(access_tokens, "revocations", counted)
    for _ in range(3):
        answers = await asyncio.gather(*(status_of_me(elsewhere, tokens["access_token"]) for _ in range(20)))
        assert set(answers) == {200}
        watch.at += Tokens.FRESHNESS + 0.001
    assert looks == 3


async def test_a_revocation_is_remembered_as_long_as_its_tokens_live(live, elsewhere, watch):
    account, _ = await registered(live, "grace"), await registered(live, "rosa")
    start = clock.now().replace(microsecond=0)
    with clock.frozen(start):
        tokens, bystander = await signed_in(live, "grace"), await signed_in(live, "rosa")
        await deactivate(live, account["id"], tokens)
    with clock.frozen(start + timedelta(minutes=14, seconds=59)):
        assert await status_of_me(elsewhere, tokens["access_token"]) == 401
        assert await status_of_me(elsewhere, bystander["access_token"]) == 200


async def test_a_worker_started_later_refuses_what_was_withdrawn_before(live, cloned_url, engines):
    account = await registered(live, "grace")
    tokens = await signed_in(live, "grace")
    await deactivate(live, account["id"], tokens)
    async with running(settings_for(cloned_url, engines.redis_url)) as app, connected(app) as late:
        assert await status_of_me(late, tokens["access_token"]) == 401


async def test_a_role_takes_effect_with_the_next_refresh(client, anonymous):
    account = await registered(client, "grace", "nurse")
    tokens = await signed_in(anonymous, "grace")
    await client.patch(f"/security/users/{account['id']}", json={"roles": ["auditor"]})
    assert await status_of_me(anonymous, tokens["access_token"]) == 401
    renewed = (await refreshed(anonymous, tokens["refresh_token"])).json()
    assert (await anonymous.get("/patients", headers=bearing(renewed["access_token"]))).status_code == 403
    me = await anonymous.get("/security/me", headers=bearing(renewed["access_token"]))
    assert me.json()["roles"] == ["auditor"]
    assert me.json()["scopes"] == ["audit:read"]


async def test_a_password_reset_ends_every_session_and_changes_the_password(client, anonymous):
    account = await registered(client, "grace")
    tokens = await signed_in(anonymous, "grace")
    new = "an entirely different one"
    assert (await client.patch(f"/security/users/{account['id']}", json={"password": new})).status_code == 200
    assert await status_of_me(anonymous, tokens["access_token"]) == 401
    assert (await refreshed(anonymous, tokens["refresh_token"])).status_code == 401
    assert (await sign_in(anonymous, "grace", PASSWORD)).status_code == 401
    assert (await sign_in(anonymous, "grace", new)).status_code == 200
