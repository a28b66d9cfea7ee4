"""Guessing passwords: how many guesses there are, whom they lock out, and whom they keep waiting."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from features.accounts.sign_in_limits import PER_USERNAME_AND_ADDRESS
from rounds import clock
from rounds.auth import passwords
from rounds.auth.rate_limiter import LimitReached, RateLimiter
from tests.features.accounts.conftest import at_address, registered, sign_in

WRONG = "not the right password"


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


async def test_failures_are_forgotten_after_fifteen_minutes(client, anonymous):
    await registered(client, "grace")
    start = clock.now()
    for minute in range(5):
        with clock.frozen(start + timedelta(minutes=minute)):
            await sign_in(anonymous, "grace", WRONG)
    with clock.frozen(start + timedelta(minutes=14, seconds=59)):
        locked = await sign_in(anonymous, "grace")
        assert (locked.status_code, locked.headers["retry-after"]) == (429, "1")
    with clock.frozen(start + timedelta(minutes=15)):
        # One of the five is forgotten, the window has moved by as much and no further.
        assert (await sign_in(anonymous, "grace", WRONG)).status_code == 401
        assert (await sign_in(anonymous, "grace")).status_code == 429
    with clock.frozen(start + timedelta(minutes=16)):
        assert (await sign_in(anonymous, "grace")).status_code == 200


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
    monkeypatch.setattr("rounds.auth.rate_limiter.time.monotonic", lambda: now)
    counted = [(PER_USERNAME_AND_ADDRESS, "grace")]

    async def refuse(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(limiter.shared, "reserve", refuse)
        for _ in range(5):
            await limiter.reserve(counted)
        with pytest.raises(LimitReached):
            await limiter.reserve(counted)
    now = 10.0
    await limiter.reserve(counted)


async def guess(app, username: str, addresses: list[str], each: int) -> list[int]:
    """Wrong passwords for `username`, so many from each address."""
    statuses = []
    for address in addresses:
        async with at_address(app, address) as guesser:
            statuses += [(await sign_in(guesser, username, WRONG)).status_code for _ in range(each)]
    return statuses


async def test_five_guesses_by_anybody_lock_nobody_else_out(client, app, anonymous):
    await registered(client, "root", "admin")
    assert await guess(app, "root", ["203.0.113.9"], 6) == [401] * 5 + [429]
    assert (await sign_in(anonymous, "root")).status_code == 200


async def test_fifty_guesses_from_everywhere_lock_a_username_but_not_where_it_is_at_home(client, app):
    await registered(client, "grace")
    async with at_address(app, "198.51.100.1") as home, at_address(app, "198.51.100.2") as elsewhere:
        assert (await sign_in(home, "grace")).status_code == 200
        crowd = [f"203.0.113.{n}" for n in range(11)]
        assert await guess(app, "grace", crowd, 5) == [401] * 50 + [429] * 5
        locked = await sign_in(elsewhere, "grace")
        assert locked.status_code == 429
        assert 1 <= int(locked.headers["retry-after"]) <= 15 * 60
        assert (await sign_in(home, "grace")).status_code == 200
        # Being at home is no licence to guess.
        assert [(await sign_in(home, "grace", WRONG)).status_code for _ in range(6)] == [401] * 5 + [429]
        # And nobody else is at home there.
        assert await guess(app, "nobody", crowd[:1], 1) == [401]


async def test_unknown_usernames_are_locked_from_everywhere_just_the_same(app):
    crowd = [f"203.0.113.{n}" for n in range(11)]
    assert await guess(app, "nobody", crowd, 5) == [401] * 50 + [429] * 5


async def test_a_home_is_remembered_without_redis_and_for_ninety_days(client, app, dead_limiter):
    await registered(client, "grace")
    crowd = [f"203.0.113.{n}" for n in range(10)]
    async with at_address(app, "198.51.100.1") as home:
        assert (await sign_in(home, "grace")).status_code == 200
        app.state.limiter = dead_limiter
        await guess(app, "grace", crowd, 5)
        assert (await sign_in(home, "grace")).status_code == 200
    with clock.frozen(clock.now() + timedelta(days=91)):
        await guess(app, "grace", crowd, 5)
        async with at_address(app, "198.51.100.1") as home:
            assert (await sign_in(home, "grace")).status_code == 429


async def test_homes_are_kept_as_keyed_hashes_and_not_for_ever(client, app, database):
    account = await registered(client, "grace")
    source = database.reads.source
    for day, address in enumerate(["198.51.100.1", "198.51.100.1", "2001:db8::1", "::ffff:198.51.100.1"]):
        async with at_address(app, address) as home:
            with clock.frozen(clock.now() + timedelta(hours=day)):
                assert (await sign_in(home, "grace")).status_code == 200
    rows = await source.fetch("SELECT p, p.place FROM account_place p WHERE account_id = $1", account["id"])
    assert [len(row["place"]) for row in rows] == [16, 16]
    assert "198.51" not in str(rows)
    async with at_address(app, "192.0.2.1") as home:
        with clock.frozen(clock.now() + timedelta(days=100)):
            await sign_in(home, "grace")
    assert await source.fetchval("SELECT count(*) FROM account_place") == 1


async def test_no_more_homes_are_kept_than_a_hundred(client, app, database):
    await registered(client, "grace")
    for n in range(103):
        with clock.frozen(clock.now() + timedelta(seconds=n)):
            async with at_address(app, f"198.51.100.{n}") as home:
                assert (await sign_in(home, "grace")).status_code == 200
    assert await database.reads.source.fetchval("SELECT count(*) FROM account_place") == 100


@pytest.mark.parametrize(
    "addresses",
    [
        [f"2001:db8:1:2:{n:x}::{n:x}" for n in range(1, 21)],  # one household
        ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207", "64:ff9b::192.0.2.7", "::FFFF:192.0.2.7"] * 4,
        ["not an address", "", "unix:", "192.0.2.7.1", "192.0.2.7, 203.0.113.1"] * 4,
        ["fe80::1%eth0", "fe80::2%eth1", "fe80::3"] * 7,
    ],
)
async def test_other_spellings_of_an_address_are_no_other_address(client, app, addresses):
    statuses = [(await guess(app, f"guess{n}", [address], 1))[0] for n, address in enumerate(addresses[:20])]
    assert statuses == [401] * 20
    assert await guess(app, "one.more", addresses[:1], 1) == [429]


async def test_other_households_are_other_addresses(app):
    assert await guess(app, "nobody", ["2001:db8:1:2::1"], 6) == [401] * 5 + [429]
    assert await guess(app, "nobody", ["2001:db8:1:3::1"], 1) == [401]


async def test_a_refused_attempt_counts_nowhere(client, app):
    """Else whoever hammers at one locked account would lock out everybody behind the same address."""
    await registered(client, "rosa")
    assert await guess(app, "grace", ["192.0.2.7"], 30) == [401] * 5 + [429] * 25
    async with at_address(app, "192.0.2.7") as ward:
        assert (await sign_in(ward, "rosa")).status_code == 200


async def test_a_right_password_is_not_looked_at_when_the_address_is_locked(client, app, hasher):
    await registered(client, "grace")
    async with at_address(app, "192.0.2.7") as attacker:
        for n in range(20):
            await sign_in(attacker, f"guess{n}", WRONG)
        hasher.verified.clear()
        assert (await sign_in(attacker, "grace")).status_code == 429
    assert hasher.verified == []


async def test_an_attempt_that_failed_because_of_us_is_not_counted(live, monkeypatch):
    await registered(live, "grace")

    async def broken(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as outage:
        outage.setattr("features.accounts.persistence.lock", broken)
        assert [(await sign_in(live, "grace")).status_code for _ in range(8)] == [503] * 8
    with monkeypatch.context() as outage:
        outage.setattr(passwords.Turn, "verify", broken)
        assert [(await sign_in(live, "grace", WRONG)).status_code for _ in range(8)] == [503] * 8
    assert (await sign_in(live, "grace")).status_code == 200


@pytest.fixture
def slow_hashing(hasher, monkeypatch):
    """Every verification takes a while, as real ones do."""
    real = hasher.verify

    def verify(stored: str, password: str) -> bool:
        time.sleep(0.06)
        return real(stored, password)

    monkeypatch.setattr(hasher, "verify", verify)
    return hasher


async def test_two_hundred_guesses_at_once_keep_no_honest_sign_in_waiting(live, live_app, slow_hashing):
    await registered(live, "grace")
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(at_address(live_app, f"203.0.113.{n}")) for n in range(4)]
        guesses = [asyncio.ensure_future(sign_in(crowd[n % 4], f"guess{n}", WRONG)) for n in range(200)]
        await until(lambda: sum(guess.done() for guess in guesses) >= 100)  # all are there, most are refused already
        before = len(slow_hashing.verified)
        ward = await stack.enter_async_context(at_address(live_app, "198.51.100.1"))
        assert (await sign_in(ward, "grace")).status_code == 200
        # Not behind the two hundred, nor behind the dozens that wait; some had their turn while it was on its way.
        assert turn_of_an_account(slow_hashing) - before <= 24
        statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert set(statuses) <= {401, 429, 503}
    assert statuses.count(401) <= 80
    assert len(slow_hashing.verified) == statuses.count(401) + 1


async def test_when_everybody_guesses_those_who_are_at_home_go_first(live, live_app, slow_hashing):
    await registered(live, "grace")
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(at_address(live_app, "198.51.100.1"))
        assert (await sign_in(home, "grace")).status_code == 200
        slow_hashing.verified.clear()
        crowd = [await stack.enter_async_context(at_address(live_app, f"203.0.113.{n}")) for n in range(150)]
        guesses = [asyncio.ensure_future(sign_in(one, f"guess{n}", WRONG)) for n, one in enumerate(crowd)]
        await until(lambda: sum(guess.done() for guess in guesses) >= 80)
        before = len(slow_hashing.verified)
        assert (await sign_in(home, "grace")).status_code == 200
        assert turn_of_an_account(slow_hashing) - before <= 24
        answers = await asyncio.gather(*guesses)
    assert {answer.status_code for answer in answers} == {401, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "unavailable"
            assert 1 <= int(answer.headers["retry-after"]) <= 10


async def test_a_shift_that_signs_in_at_once_behind_one_address_is_let_in(live, live_app, slow_hashing):
    names = [f"user{n:02}" for n in range(24)]
    for name in names:
        await registered(live, name)
    answers = await asyncio.gather(*(sign_in(live, name) for name in names))
    assert [answer.status_code for answer in answers] == [200] * 24


def turn_of_an_account(hasher) -> int:
    """How many unknown usernames had their turn before the first account that is there."""
    return [stored == passwords.decoy() for stored in hasher.verified].index(False)


async def until(true) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)
