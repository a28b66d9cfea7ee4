"""Signing in: what is answered, what is never told apart, and how many guesses there are."""

import asyncio
import time
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

import httpx
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type
from sqlalchemy import text

from features.accounts import handler
from rounds import clock
from rounds.auth import passwords
from rounds.auth.rate_limits import RateLimiter
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
    decoy, real = passwords._decoy(), passwords._hasher.hash(WRONG)
    assert [len(part) for part in decoy.split("$")] == [len(part) for part in real.split("$")]
    with pytest.raises(VerifyMismatchError):  # and not InvalidHashError, which takes no time
        passwords._hasher.verify(decoy, WRONG)


async def test_passwords_are_stored_as_argon2id_and_refresh_tokens_as_hashes_only(client, database):
    await registered(client, "grace")
    tokens = await signed_in(client, "grace")
    source = database.reads._source
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
    assert fresh._hasher.type is Type.ID
    assert (fresh._hasher.memory_cost, fresh._hasher.time_cost, fresh._hasher.parallelism) == (65536, 3, 4)


async def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(client, database, monkeypatch):
    await registered(client, "grace")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await signed_in(client, "grace")
    stored = await database.reads._source.fetchval("SELECT password_hash FROM account WHERE username = 'grace'")
    assert "m=16,t=2,p=1" in stored
    await signed_in(client, "grace")


async def test_five_failures_lock_a_username_even_for_the_right_password(client, anonymous, hasher):
    await registered(client, "grace")
    await registered(client, "rosa")
    for _ in range(5):
        assert (await sign_in(anonymous, "grace", WRONG)).status_code == 401
    hasher.verified.clear()
    for username in ("grace", "GRACE", " grace "):
        locked = await sign_in(anonymous, username)
        assert locked.status_code == 429
        assert locked.json()["code"] == "too_many_requests"
        assert 1 <= int(locked.headers["retry-after"]) <= 15 * 60
        assert locked.headers["retry-after"] in locked.json()["detail"]
    assert hasher.verified == []
    assert (await sign_in(anonymous, "rosa")).status_code == 200


async def test_unknown_usernames_are_locked_just_the_same(anonymous):
    statuses = [(await sign_in(anonymous, "nobody", WRONG)).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_a_success_clears_the_count(client, anonymous):
    await registered(client, "grace")
    for _ in range(3):
        for _ in range(4):
            assert (await sign_in(anonymous, "grace", WRONG)).status_code == 401
        assert (await sign_in(anonymous, "grace")).status_code == 200


async def test_failures_are_forgotten_after_fifteen_minutes(client, anonymous, redis, monkeypatch):
    await registered(client, "grace")
    for _ in range(5):
        await sign_in(anonymous, "grace", WRONG)
    assert (await sign_in(anonymous, "grace")).status_code == 429
    # The moving window is kept in seconds since 1970, given by the program.
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 15 * 60 + 1)
    assert (await sign_in(anonymous, "grace")).status_code == 200


def at_address(app, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=(address, 50_000)), base_url="http://rounds.test"
    )


async def test_twenty_failures_lock_an_address_across_usernames(client, app):
    await registered(client, "grace")
    async with at_address(app, "192.0.2.7") as attacker, at_address(app, "192.0.2.8") as elsewhere:
        statuses = [(await sign_in(attacker, f"guess{n}", WRONG)).status_code for n in range(22)]
        assert statuses == [401] * 20 + [429] * 2
        locked = await sign_in(attacker, "grace")
        assert locked.status_code == 429
        assert 1 <= int(locked.headers["retry-after"]) <= 15 * 60
        assert (await sign_in(elsewhere, "grace")).status_code == 200


async def test_successes_do_not_count_against_an_address(client, app):
    await registered(client, "grace")
    async with at_address(app, "192.0.2.7") as ward:
        assert [(await sign_in(ward, "grace")).status_code for _ in range(25)] == [200] * 25


async def test_neither_usernames_nor_addresses_stand_in_redis(anonymous, redis):
    await sign_in(anonymous, "grace.okafor", WRONG)
    keys = b" ".join([key async for key in redis.scan_iter("*")])
    assert keys
    assert b"grace" not in keys
    assert b"127.0.0.1" not in keys


async def test_fifty_guesses_at_once_are_five_guesses(live, hasher):
    await registered(live, "grace")
    answers = await asyncio.gather(*(sign_in(live, "grace", f"{WRONG} {n}") for n in range(50)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 45
    assert len(hasher.verified) == 5
    assert (await sign_in(live, "grace")).status_code == 429


async def test_guesses_for_many_usernames_at_once_tell_of_twenty(live):
    await registered(live, "grace")
    guesses = [sign_in(live, f"guess{n}", WRONG) for n in range(40)]
    answers = await asyncio.gather(*guesses, sign_in(live, "grace"))
    *wrong, right = [answer.status_code for answer in answers]
    assert sorted(wrong) == [401] * 20 + [429] * 20
    assert right in {200, 429}


async def test_a_right_guess_among_too_many_is_not_told(live, live_app, monkeypatch):
    await registered(live, "grace")
    verified = handler.auth.verify_password

    async def while_the_address_is_locked(password: str, stored: str | None) -> bool:
        right = await verified(password, stored)
        for _ in range(20):
            await live_app.state.limiter.hit(handler.PER_ADDRESS, "address:127.0.0.1")
        return right

    monkeypatch.setattr(handler.auth, "verify_password", while_the_address_is_locked)
    assert (await sign_in(live, "grace")).status_code == 429


@pytest.fixture
async def dead_limiter(tmp_path, settings):
    limiter = RateLimiter(f"unix://{tmp_path}/nobody.sock", key=settings.signing_key)
    yield limiter
    await limiter.close()


async def test_without_redis_an_in_process_limit_takes_over(client, anonymous, app, dead_limiter):
    await registered(client, "grace")
    await registered(client, "rosa")
    app.state.limiter = dead_limiter
    assert (await sign_in(anonymous, "grace")).status_code == 200
    statuses = [(await sign_in(anonymous, "grace", WRONG)).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    locked = await sign_in(anonymous, "grace")
    assert locked.status_code == 429
    assert 1 <= int(locked.headers["retry-after"]) <= 15 * 60
    assert (await sign_in(anonymous, "rosa")).status_code == 200


async def test_without_redis_fifty_guesses_at_once_are_still_five(live, live_app, dead_limiter, hasher):
    await registered(live, "grace")
    live_app.state.limiter = dead_limiter
    answers = await asyncio.gather(*(sign_in(live, "grace", f"{WRONG} {n}") for n in range(50)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 45
    assert len(hasher.verified) == 5


async def test_without_redis_an_address_is_still_limited(client, app, dead_limiter):
    app.state.limiter = dead_limiter
    async with at_address(app, "192.0.2.7") as attacker:
        statuses = [(await sign_in(attacker, f"guess{n}", WRONG)).status_code for n in range(21)]
    assert statuses == [401] * 20 + [429]


async def test_redis_is_used_again_when_it_is_back(limiter, monkeypatch):
    now = 0.0
    monkeypatch.setattr("rounds.auth.rate_limits.time.monotonic", lambda: now)

    async def refuse(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(limiter._shared, "hit", refuse)
        for _ in range(5):
            assert await limiter.hit(handler.PER_USERNAME, "grace")
        assert not await limiter.hit(handler.PER_USERNAME, "grace")
    now = 10.0
    assert await limiter.hit(handler.PER_USERNAME, "grace")


async def test_a_password_changed_during_a_sign_in_wins(live, live_app, monkeypatch):
    """Whoever started to sign in with the old password gets no session that outlives the reset."""
    account = await registered(live, "grace")
    verified = handler.auth.verify_password

    async def slowly(password: str, stored: str | None) -> bool:
        right = await verified(password, stored)
        new = {"password": "an entirely different one"}
        assert (await live.patch(f"/security/users/{account['id']}", json=new)).status_code == 200
        return right

    monkeypatch.setattr(handler.auth, "verify_password", slowly)
    assert (await sign_in(live, "grace")).status_code == 401


async def test_expired_refresh_tokens_are_cleared_away_by_the_next_sign_in(client, database):
    await registered(client, "grace")
    await signed_in(client, "grace")
    with clock.frozen(clock.now() + timedelta(days=15)):
        await signed_in(client, "grace")
    assert await database.reads._source.fetchval("SELECT count(*) FROM refresh_token") == 1


async def test_a_failed_sign_in_leaves_nothing_behind(client, anonymous, connection):
    await registered(client, "grace")
    await sign_in(anonymous, "grace", WRONG)
    assert await connection.scalar(text("SELECT count(*) FROM refresh_token")) == 0
