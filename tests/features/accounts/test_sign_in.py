"""Signing in: what is answered, and what is never told apart."""

import asyncio
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from threading import Event

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type
from sqlalchemy import text

from rounds import clock
from rounds.auth import passwords
from tests.features.accounts.conftest import PASSWORD, bearing, registered, sign_in, signed_in

WRONG = "not the right password"


async def test_a_sign_in_answers_tokens_that_work(client, anonymous):
    await registered(client, "grace", "clinician")
    answer = await sign_in(anonymous, "grace")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 15 * 60
    assert answer.headers["cache-control"] == "no-store"
    me = await anonymous.get("/security/me", headers=bearing(body["access_token"]))
    assert me.status_code == 200
    assert me.json()["username"] == "grace"


async def test_the_username_is_recognised_in_any_case_and_the_password_is_not(client, anonymous):
    await registered(client, "Grace.Okafor")
    assert (await sign_in(anonymous, " gRACE.oKAFOR ")).status_code == 200
    assert (await sign_in(anonymous, "grace.okafor", PASSWORD.upper())).status_code == 401


@pytest.mark.parametrize(
    ("form", "pointers"),
    [
        ({}, ["/username", "/password"]),
        ({"username": "grace"}, ["/password"]),
        ({"username": "", "password": "x"}, ["/username"]),
        ({"username": "grace", "password": ""}, ["/password"]),
        ({"username": "gr\x00ace", "password": "x"}, ["/username"]),
        ({"username": "grace", "password": "x" * 1025}, ["/password"]),
        ({"username": "g" * 201, "password": "x"}, ["/username"]),
        ({"username": "grace", "password": "x", "otp": "123"}, ["/otp"]),
        ({"username": "grace", "password": "x", "grant_type": "client_credentials"}, ["/grant_type"]),
    ],
)
async def test_an_incomplete_form_is_refused_before_any_hashing(anonymous, hasher, form, pointers):
    answer = await anonymous.post("/security/token", data=form)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert hasher.verified == []


async def test_the_form_is_a_form(anonymous):
    answer = await anonymous.post("/security/token", json={"username": "grace", "password": "x"})
    assert answer.status_code == 415


async def test_what_oauth2_clients_send_besides_is_accepted(client, anonymous):
    await registered(client, "grace")
    form = {"grant_type": "password", "scope": "patients:read", "client_id": "", "client_secret": ""}
    answer = await anonymous.post("/security/token", data={"username": "grace", "password": PASSWORD, **form})
    assert answer.status_code == 200


async def test_wrong_password_unknown_user_and_inactive_account_look_the_same(client, anonymous, hasher):
    await registered(client, "grace")
    inactive = await registered(client, "former")
    assert (await client.patch(f"/security/users/{inactive['id']}", json={"active": False})).status_code == 200
    answers, efforts = [], []
    for username, password in [("grace", WRONG), ("nobody", WRONG), ("former", PASSWORD), ("former", WRONG)]:
        hasher.verified.clear()
        answers.append(await sign_in(anonymous, username, password))
        efforts.append([stored.split("$")[:4] for stored in hasher.verified])
    assert [answer.status_code for answer in answers] == [401] * 4
    # One verification each, of a hash that takes the same work: kind, version, and parameters.
    assert efforts == [[hasher.hash("anything").split("$")[:4]]] * 4
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "wrong_credentials"
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in answers)


def test_the_hash_of_nobody_is_worked_through_and_fits_no_password(engines):
    decoy, real = passwords.decoy(), passwords.hasher.hash(WRONG)
    assert [len(part) for part in decoy.split("$")] == [len(part) for part in real.split("$")]
    with pytest.raises(VerifyMismatchError):  # and not InvalidHashError, which takes no time
        passwords.hasher.verify(decoy, WRONG)


async def test_passwords_are_stored_as_argon2id_and_refresh_tokens_as_hashes_only(client, database):
    await registered(client, "grace")
    tokens = await signed_in(client, "grace")
    source = database.reads.source
    stored = await source.fetchval("SELECT password_hash FROM account WHERE username = 'grace'")
    assert stored.startswith("$argon2id$v=19$")
    row = await source.fetchrow("SELECT t, t.token_hash FROM refresh_token t")
    assert tokens["refresh_token"] not in str(row)
    assert tokens["refresh_token"].encode().hex() not in str(row)
    assert len(row["token_hash"]) == 32


def test_production_hashes_with_the_strength_rfc_9106_recommends():
    # The test program runs on cheap hashing, so a fresh copy of the module is looked at.
    spec = spec_from_file_location("fresh_security", passwords.__file__)
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.hasher.type is Type.ID
    assert (fresh.hasher.memory_cost, fresh.hasher.time_cost, fresh.hasher.parallelism) == (65536, 3, 4)


async def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(client, database, monkeypatch):
    await registered(client, "grace")
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await signed_in(client, "grace")
    stored = await database.reads.source.fetchval("SELECT password_hash FROM account WHERE username = 'grace'")
    assert "m=16,t=2,p=1" in stored
    await signed_in(client, "grace")


async def test_a_password_changed_during_a_sign_in_wins(live, monkeypatch):
    """Whoever started to sign in with the old password gets no session that outlives the reset."""
    account = await registered(live, "grace")
    verified = passwords.Turn.verify

    async def slowly(turn: passwords.Turn, password: str, stored: str | None) -> bool:
        right = await verified(turn, password, stored)
        new = {"password": "an entirely different one"}
        assert (await live.patch(f"/security/users/{account['id']}", json=new)).status_code == 200
        return right

    monkeypatch.setattr(passwords.Turn, "verify", slowly)
    assert (await sign_in(live, "grace")).status_code == 401


async def test_expired_refresh_tokens_are_cleared_away_by_the_next_sign_in(client, database):
    await registered(client, "grace")
    await signed_in(client, "grace")
    with clock.frozen(clock.now() + timedelta(days=15)):
        await signed_in(client, "grace")
    assert await database.reads.source.fetchval("SELECT count(*) FROM refresh_token") == 1


async def test_a_failed_sign_in_leaves_nothing_behind(client, anonymous, connection):
    await registered(client, "grace")
    await sign_in(anonymous, "grace", WRONG)
    assert await connection.scalar(text("SELECT count(*) FROM refresh_token")) == 0


async def test_a_sign_in_waits_for_no_work_of_another_kind(client, anonymous):
    """The loop's own threads are anybody's: what fills them, as long summaries once did, locks nobody out."""
    await registered(client, "grace")
    enough = Event()
    loop = asyncio.get_running_loop()
    busy = [loop.run_in_executor(None, enough.wait, 60) for _ in range(64)]  # twice what there can be
    try:
        async with asyncio.timeout(20):
            assert (await sign_in(anonymous, "grace")).status_code == 200
        assert not any(each.done() for each in busy)
    finally:
        enough.set()
        await asyncio.gather(*busy)
