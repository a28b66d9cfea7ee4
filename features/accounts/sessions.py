"""Staying signed in: refresh tokens are spent for new ones, and a sign-in ends when one of them was stolen."""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import persistence
from features.accounts.problems import RefreshSuperseded, RefreshTokenRefused
from features.accounts.schema import TokenPair
from features.accounts.tables import Account, IssuedRefreshToken
from rounds import clock
from rounds.audit import record
from rounds.auth import ACCESS_TOKEN_LIFE, REFRESH_TOKEN_LIFE, Actor, SignInWatch, Tokens


def issue(account: Account, *, family: UUID, db: AsyncSession, tokens: Tokens) -> TokenPair:
    """A new pair of tokens for the sign-in `family`."""
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


async def refresh(refresh_token: str, *, db: AsyncSession, tokens: Tokens, watch: SignInWatch) -> TokenPair:
    """Spend a refresh token for a new pair (RFC 9700, section 4.14.2: rotation with reuse detection).

    Raises:
        RefreshSuperseded: when it was spent a moment ago, by another tab of the same browser most likely.
        RefreshTokenRefused: when it is not good any more. One that was spent before ends its whole sign-in, since
            either this caller or the one before is a thief.
    """
    account = await persistence.lock_holder(_hash(refresh_token), db)
    spent = await persistence.spend(_hash(refresh_token), clock.now(), db)
    if account is None or spent is None:
        await _refuse(refresh_token, db=db, tokens=tokens, watch=watch)
        raise RefreshTokenRefused
    if not account.active:
        watch.failed("inactive_account", account=account.id)
        raise RefreshTokenRefused
    watch.succeeded()
    return issue(account, family=spent.family, db=db, tokens=tokens)


async def _refuse(refresh_token: str, *, db: AsyncSession, tokens: Tokens, watch: SignInWatch) -> None:
    """Tell why the token cannot be spent, and end its sign-in if it was spent before."""
    found = await persistence.token(_hash(refresh_token), db)
    if found is None:
        watch.failed("unknown_token")
        return
    known, just_now = found
    if known.revoked_at is None and known.spent_at is not None and just_now:
        watch.failed("superseded", account=known.account_id)
        raise RefreshSuperseded
    if known.revoked_at is not None or known.spent_at is None:
        watch.failed("revoked" if known.revoked_at is not None else "expired", account=known.account_id)
        return
    watch.failed("reused", account=known.account_id)
    await persistence.revoke_family(known.family, clock.now(), db)
    await db.commit()  # the refusal would roll the revocation back
    tokens.forget()


async def sign_out(refresh_token: str, *, actor: Actor, db: AsyncSession, tokens: Tokens) -> None:
    """End the sign-in that the token belongs to, if it is the caller's; silent about tokens that are not."""
    account = await persistence.lock_holder(_hash(refresh_token), db)
    found = await persistence.token(_hash(refresh_token), db)
    if found is not None and account is not None and account.id == actor.id:
        await persistence.revoke_family(found[0].family, clock.now(), db)
        await record("sign_out", "session", db, resource_id=found[0].family)
        tokens.forget()
