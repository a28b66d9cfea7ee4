"""The rules of accounts: signing in, staying signed in, and being withdrawn."""

import hashlib
import secrets
from collections.abc import Callable
from uuid import UUID

from limits import parse
from pydantic import SecretStr
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import persistence
from features.accounts.problems import AccountNotFound, LastAdmin, RefreshTokenRefused, WrongCredentials
from features.accounts.schema import (
    AccountChange,
    AccountQuery,
    AccountRead,
    Me,
    Registration,
    TokenPair,
    refuse_username_in,
    username_key,
)
from features.accounts.tables import Account, IssuedRefreshToken
from rounds import clock, security
from rounds.database import Read, changed, new_id
from rounds.http import expect_version
from rounds.paging import Cursors, Found
from rounds.problems import TooManyRequests, invalid
from rounds.ratelimit import RateLimiter
from rounds.security import ACCESS_TOKEN_LIFE, REFRESH_TOKEN_LIFE, Actor, Tokens

PER_USERNAME = parse("5/15 minutes")
PER_ADDRESS = parse("20/15 minutes")


async def sign_in(
    username: str, password: str, *, address: str, reads: Read, db: AsyncSession, tokens: Tokens, limiter: RateLimiter
) -> TokenPair:
    """Exchange a password for tokens.

    Attempts are counted before the password is looked at, so parallel guesses cannot slip through; a success clears the
    username's count. The address counts failures only, since a hospital shares one.

    Raises:
        TooManyRequests: after 5 failures in 15 minutes for the username, or 20 for the address.
        WrongCredentials: whatever was wrong, and equally slow.
    """
    by_username, by_address = f"username:{username_key(username)}", f"address:{address}"
    if not await limiter.allows(PER_ADDRESS, by_address):
        raise TooManyRequests(seconds=await limiter.wait(PER_ADDRESS, by_address))
    if not await limiter.hit(PER_USERNAME, by_username):
        raise TooManyRequests(seconds=await limiter.wait(PER_USERNAME, by_username))
    found = await persistence.credentials(username_key(username), reads)
    right = await security.verify_password(password, found["password_hash"] if found else None)
    # Locked and looked at again: what was withdrawn while the password was being verified stays withdrawn.
    account = await persistence.lock(found["id"], db) if found and right else None
    if found is None or account is None or not account.active or account.stamp != found["stamp"]:
        if not await limiter.hit(PER_ADDRESS, by_address):
            raise TooManyRequests(seconds=await limiter.wait(PER_ADDRESS, by_address))
        raise WrongCredentials
    # Guesses for many usernames at once all pass the first look; only the first twenty are told how they fared.
    if not await limiter.allows(PER_ADDRESS, by_address):
        raise TooManyRequests(seconds=await limiter.wait(PER_ADDRESS, by_address))
    await limiter.clear(PER_USERNAME, by_username)
    if security.outdated(account.password_hash):
        account.password_hash = await security.hash_password(password)
    await persistence.prune(account.id, clock.now(), db)
    return _issue(account, family=new_id(), db=db, tokens=tokens)


def _issue(account: Account, *, family: UUID, db: AsyncSession, tokens: Tokens) -> TokenPair:
    refresh_token = f"rt_{secrets.token_urlsafe(32)}"
    db.add(
        IssuedRefreshToken(
            token_hash=_hash(refresh_token),
            family=family,
            account_id=account.id,
            expires_at=clock.now() + REFRESH_TOKEN_LIFE,
        )
    )
    access_token = tokens.issue(
        account=account.id, username=account.username, roles=account.roles, stamp=account.stamp, family=family
    )
    return TokenPair(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=int(ACCESS_TOKEN_LIFE.total_seconds()),
    )


def _hash(refresh_token: str) -> bytes:
    # 256 random bits need no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(refresh_token.encode("utf-8", "replace")).digest()


async def refresh(refresh_token: str, *, db: AsyncSession, tokens: Tokens) -> TokenPair:
    """Spend a refresh token for a new pair (RFC 9700, section 4.14.2: rotation with reuse detection).

    Raises:
        RefreshTokenRefused: when it is not good any more. One that was spent before ends its whole sign-in, since
            either this caller or the one before is a thief.
    """
    now = clock.now()
    account = await persistence.lock_holder(_hash(refresh_token), db)
    spent = await persistence.spend(_hash(refresh_token), now, db)
    if spent is None:
        known = await persistence.token(_hash(refresh_token), db)
        if known is not None and known.spent_at is not None:
            await persistence.revoke_family(known.family, now, db)
            await db.commit()  # the refusal below would roll the revocation back
            tokens.forget()
        raise RefreshTokenRefused
    if account is None or not account.active:
        raise RefreshTokenRefused
    return _issue(account, family=spent.family, db=db, tokens=tokens)


async def sign_out(refresh_token: str, *, actor: Actor, db: AsyncSession, tokens: Tokens) -> None:
    """End the sign-in that the token belongs to, if it is the caller's; silent about tokens that are not."""
    account = await persistence.lock_holder(_hash(refresh_token), db)
    known = await persistence.token(_hash(refresh_token), db)
    if known is not None and account is not None and account.id == actor.id:
        await persistence.revoke_family(known.family, clock.now(), db)
        tokens.forget()


async def register(registration: Registration, *, db: AsyncSession) -> AccountRead:
    """Create an account. A taken username is refused by the database."""
    account = Account(
        username=registration.username,
        username_key=username_key(registration.username),
        full_name=registration.full_name,
        roles=sorted(set(registration.roles)),
        password_hash=await security.hash_password(registration.password.get_secret_value()),
    )
    db.add(account)
    await db.flush()
    return AccountRead.model_validate(account)


async def change_account(
    account_id: UUID, change: AccountChange, *, if_match: str | None, db: AsyncSession, tokens: Tokens
) -> AccountRead:
    """Change an account. What narrows or moves its rights withdraws the tokens it holds.

    Raises:
        AccountNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        LastAdmin: when nobody could manage accounts afterwards.
    """
    account, other_admins = await persistence.lock_with_admins(account_id, db)
    if account is None:
        raise AccountNotFound
    expect_version(if_match, account.version)
    _check_password(change.password, account.username)
    roles: list[str] = account.roles if change.roles is None else [str(role) for role in sorted(set(change.roles))]
    active = account.active if change.active is None else change.active
    steps_down = account.active and "admin" in account.roles and not (active and "admin" in roles)
    if steps_down and not other_admins:
        raise LastAdmin
    if change.full_name is not None:
        account.full_name = change.full_name
    if change.password is not None:
        account.password_hash = await security.hash_password(change.password.get_secret_value())
    if roles != account.roles or active != account.active or change.password is not None:
        account.withdraw_tokens()
        tokens.forget()
    account.roles, account.active = roles, active
    changed(account, db)
    if change.password is not None or not active:
        await persistence.revoke_account(account.id, clock.now(), db)
    await db.flush()
    return AccountRead.model_validate(account)


def _check_password(password: SecretStr | None, username: str) -> None:
    try:
        refuse_username_in(password, username)
    except PydanticCustomError as refusal:
        raise invalid("/password", refusal) from None


async def read_me(actor: Actor, *, reads: Read) -> Me:
    """The caller's own account."""
    found = await persistence.find(actor.id, reads)
    if found is None:
        raise AccountNotFound
    return Me(**dict(found), scopes=sorted(actor.scopes))


async def list_accounts(query: AccountQuery, *, reads: Read, cursors: Cursors) -> Found:
    """One page of accounts."""
    values = query.model_dump(include={"active", "role"}, exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    return await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)


async def ensure_first_account(username: str, password: Callable[[], str], *, db: AsyncSession) -> bool:
    """Create the administrator when there is no account yet; programs that start together make one."""
    await persistence.first_account_lock(db)
    if await persistence.any_account(db):
        return False
    db.add(
        Account(
            username=username,
            username_key=username_key(username),
            full_name="Administrator",
            roles=["admin"],
            password_hash=await security.hash_password(password()),
        )
    )
    await db.flush()
    return True


async def reset_password(username: str, password: str, *, db: AsyncSession) -> None:
    """Set a password from the command line and end every sign-in of the account.

    Raises:
        AccountNotFound: when nobody has this username.
    """
    account = await persistence.by_key(username_key(username), db)
    if account is None:
        raise AccountNotFound
    account.password_hash = await security.hash_password(password)
    account.active = True
    account.withdraw_tokens()
    account.touch()
    await persistence.revoke_account(account.id, clock.now(), db)
