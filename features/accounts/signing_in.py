"""Signing in with a password: how many guesses there are, and whose guesses count against whom."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import persistence, sessions
from features.accounts.problems import WrongCredentials
from features.accounts.schema import TokenPair, username_key
from features.accounts.sign_in_limits import PER_ADDRESS, PER_USERNAME, PER_USERNAME_AND_ADDRESS
from features.accounts.tables import Account
from rounds import clock
from rounds.audit import circumstances, record
from rounds.auth import NoRoom, Passwords, SignInWatch, Tokens, Turn, outdated
from rounds.auth.attempt_counts import Attempt
from rounds.auth.rate_limiter import LimitReached, RateLimiter
from rounds.data import Read, Row, new_id
from rounds.problems import TooManyRequests, Unavailable

_UNBOUNDED = 1_000_000  # attempts from known addresses count for others and are not refused for others' sake
_SECONDS_UNTIL_ROOM = 2  # by then a full queue has moved on


async def sign_in(
    username: str,
    password: str,
    *,
    reads: Read,
    db: AsyncSession,
    tokens: Tokens,
    limiter: RateLimiter,
    passwords: Passwords,
    watch: SignInWatch,
    key: bytes,
) -> TokenPair:
    """Exchange a password for tokens.

    An attempt waits for its turn among those of other addresses, is counted, and only then is the password looked at:
    neither many guesses at once nor guesses of others keep anybody from signing in. A success is not counted, and
    clears the count of the username at this address.

    Raises:
        TooManyRequests: after 5 failures in 15 minutes for the username from this address, 20 from the address, or 50
            for the username from all addresses together but those that its account signed in from before.
        Unavailable: when too many sign in at this moment.
        WrongCredentials: whatever was wrong, and equally slow.
    """
    name, address = username_key(username), watch.address.counted
    place = _place(name, address, key)
    found = await persistence.credentials(name, place, reads)
    known = found is not None and found["seen_at"] is not None and found["seen_at"] > clock.now() - persistence.KNOWN
    account_id: UUID | None = found["id"] if found else None
    counted = [
        (PER_USERNAME_AND_ADDRESS, f"{name}\n{address}"),
        (PER_ADDRESS, address),
        (replace(PER_USERNAME, most=_UNBOUNDED) if known else PER_USERNAME, name),
    ]
    try:
        async with passwords.turn(address, first=known) as turn:
            attempt = await limiter.reserve(counted)
            async with _given_back_unless_wrong(attempt, limiter):
                right, renewed = await _verified(found, password, turn=turn, watch=watch)
    except LimitReached as reached:
        watch.failed(f"too_many_per_{reached.limit.name}", account=account_id)
        raise TooManyRequests(seconds=reached.seconds) from None
    except NoRoom as full:
        watch.failed("busy", account=account_id)
        raise (Unavailable if full.everybody else TooManyRequests)(seconds=_SECONDS_UNTIL_ROOM) from None
    async with _given_back_unless_wrong(attempt, limiter):
        account = await _held(right, renewed, db=db, watch=watch)
        await persistence.remember_place(account.id, place, clock.now(), db)
        await persistence.prune(account.id, clock.now(), db)
    await limiter.give_back(attempt)
    await limiter.clear(*counted[0])
    watch.succeeded()
    family = new_id()
    now = circumstances()
    now.actor, now.actor_id = account.username, account.id
    await record("sign_in", "session", db, resource_id=family)
    return sessions.issue(account, family=family, db=db, tokens=tokens)


@asynccontextmanager
async def _given_back_unless_wrong(attempt: Attempt, limiter: RateLimiter) -> AsyncIterator[None]:
    """Not to count an attempt that failed because of us, say while the database is away: it told nobody anything."""
    try:
        yield
    except WrongCredentials:
        raise
    except Exception:
        await limiter.give_back(attempt)
        raise


async def _verified(found: Row | None, password: str, *, turn: Turn, watch: SignInWatch) -> tuple[Row, str | None]:
    """The credentials that are right, and a new hash of the password if theirs is outdated.

    Raises:
        WrongCredentials: when it is not the account's password, or there is no active account.
    """
    right = await turn.verify(password, found["password_hash"] if found else None)
    if found is None:
        watch.failed("unknown_account")
    elif not found["active"]:
        watch.failed("inactive_account", account=found["id"])
    elif not right:
        watch.failed("wrong_password", account=found["id"])
    else:
        return found, await turn.hash(password) if outdated(password, found["password_hash"]) else None
    raise WrongCredentials


async def _held(found: Row, renewed: str | None, *, db: AsyncSession, watch: SignInWatch) -> Account:
    """The account, locked and looked at again: what was withdrawn while the password was verified stays withdrawn.

    Raises:
        WrongCredentials: when it was.
    """
    account = await persistence.lock(found["id"], db)
    if account is None or not account.active or account.stamp != found["stamp"]:
        watch.failed("withdrawn_meanwhile", account=found["id"])
        raise WrongCredentials
    if renewed is not None:
        account.password_hash = renewed
    return account


def _place(name: str, address: str, key: bytes) -> bytes:
    """What is kept of an address that an account signed in from: keyed, one-way, and of use for this account only."""
    place = f"{name}\n{address}".encode("utf-8", "replace")
    return hashlib.blake2b(place, key=key[:64], digest_size=16, person=b"rounds.place").digest()
