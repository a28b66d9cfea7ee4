"""Access tokens: issued, verified, and withdrawn within a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import jwt

from rounds import clock
from rounds.auth.actor import Actor
from rounds.auth.scope_registry import ROLES
from rounds.data import Read, new_id
from rounds.problems import Unauthenticated
from rounds.signing_keys import SigningKeys

ACCESS_TOKEN_LIFE = timedelta(minutes=15)
REFRESH_TOKEN_LIFE = timedelta(days=14)
CLOCK_SKEW_SECONDS = 2  # how far the clocks of two servers may be apart without a fresh token being refused
ISSUER = "rounds"
AUDIENCE = "rounds-api"
_ALGORITHM = "HS256"
_OPTIONS: Any = {
    "require": ["exp", "iat", "nbf", "sub", "iss", "aud"],
    # Times are judged by the clock that tests can hold.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


@dataclass(frozen=True, slots=True)
class Revoked:
    """What was withdrawn within the life of an access token: accounts (the lowest stamp still good) and sign-ins."""

    stamps: dict[UUID, int]
    families: frozenset[UUID]


revocations: Callable[[Read], Awaitable[Revoked]] | None = None


def revocation_source(load: Callable[[Read], Awaitable[Revoked]]) -> Callable[[Read], Awaitable[Revoked]]:
    """Register how revocations are read; the slice that owns the accounts does this."""
    global revocations  # noqa: PLW0603 - one source per program, set at import
    revocations = load
    return load


def scopes_of(roles: tuple[str, ...]) -> frozenset[str]:
    """All that these roles may do.

    Raises:
        KeyError: when one of them is no role.
    """
    return frozenset().union(*(ROLES[role] for role in roles))


class Tokens:
    """Issues and verifies the access tokens of one process.

    Verified tokens are remembered, since checking a signature costs more than the rest of the guard. What was revoked
    is read again whenever the last look is older than `FRESHNESS` seconds, by the first request that needs it, so a
    deactivated account is refused within that time on every worker, with one tiny query per interval under load and
    none when idle.
    """

    FRESHNESS: ClassVar[float] = 0.5
    REMEMBERED: ClassVar[int] = 10_000

    def __init__(self, keys: SigningKeys, db: Read) -> None:
        self._keys = keys
        self._db = db
        self._known: dict[str, Actor] = {}
        self._revoked = Revoked({}, frozenset())
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    def issue(self, *, account: UUID, username: str, roles: list[str], stamp: int, family: UUID) -> str:
        """A signed access token for `account`, good for `ACCESS_TOKEN_LIFE`."""
        issued = clock.now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(account),
            "jti": str(new_id()),
            "iat": issued,
            "nbf": issued,
            "exp": issued + ACCESS_TOKEN_LIFE,
            "name": username,
            "roles": roles,
            "stamp": stamp,
            "family": str(family),
        }
        return jwt.encode(claims, self._keys.current, algorithm=_ALGORITHM)

    async def verify(self, token: str) -> Actor:
        """The actor behind `token`.

        Raises:
            Unauthenticated: when it is not ours, expired, not yet valid, or revoked.
        """
        actor = self._known.get(token) or self._decode(token)
        if actor.expires <= clock.now().timestamp():
            self._known.pop(token, None)
        await self.confirm(actor)
        return actor

    async def confirm(self, actor: Actor) -> None:
        """Make sure that a token of this actor would still be accepted.

        Raises:
            Unauthenticated: when it has expired, or was revoked.
        """
        if actor.expires <= clock.now().timestamp():
            raise Unauthenticated
        since = time.monotonic() - self.FRESHNESS
        if self._looked_at < since:
            await self._look(since)
        if self._revoked.stamps.get(actor.id, 0) > actor.stamp or actor.family in self._revoked.families:
            raise Unauthenticated

    def forget(self) -> None:
        """Look at the revocations again with the next request."""
        self._looked_at = float("-inf")

    def remembers(self, token: str) -> bool:
        """Whether this token need not be decoded again."""
        return token in self._known

    @property
    def remembered(self) -> int:
        """How many tokens need not be decoded again."""
        return len(self._known)

    async def _look(self, since: float) -> None:
        """Know the revocations as they stood at that moment or later.

        Of many who wait, one asks, and whoever came before it asked, or soon after, goes by its answer, however long
        that took. If each asked anew what had become old while they waited, the last would wait for all others.
        """
        async with self._looking:
            if self._looked_at < since:
                asked_at = time.monotonic()
                if revocations is not None:
                    self._revoked = await revocations(self._db)
                self._looked_at = asked_at

    def _decode(self, token: str) -> Actor:
        try:
            claims, until = self._claims(token)
            if max(claims["iat"], claims["nbf"]) > clock.now().timestamp() + CLOCK_SKEW_SECONDS:
                raise Unauthenticated
            roles = tuple(claims["roles"])
            actor = Actor(
                id=UUID(claims["sub"]),
                username=claims["name"],
                roles=roles,
                scopes=scopes_of(roles),
                stamp=int(claims["stamp"]),
                family=UUID(claims["family"]),
                expires=min(float(claims["exp"]), until),
            )
        except (jwt.InvalidTokenError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise Unauthenticated from None
        if len(self._known) >= self.REMEMBERED:
            self._known.clear()
        self._known[token] = actor
        return actor

    def _claims(self, token: str) -> tuple[dict[str, Any], float]:
        """What the token says, and until when its signature counts.

        Raises:
            InvalidTokenError: when none of the keys has signed it, or it says too little.
        """
        for key, until in self._keys.accepted():
            with suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    token, key, algorithms=[_ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_OPTIONS
                ), until
        raise jwt.InvalidSignatureError
