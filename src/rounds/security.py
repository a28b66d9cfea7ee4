"""Who calls, and what they may do: password hashing, access tokens, roles and scopes, and the guard of endpoints."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Security
from fastapi.openapi.models import OAuth2 as OAuth2Model
from fastapi.openapi.models import OAuthFlowPassword, OAuthFlows
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from rounds import clock
from rounds.database import Read, new_id
from rounds.problems import Forbidden, Unauthenticated

ACCESS_TOKEN_LIFE = timedelta(minutes=15)
REFRESH_TOKEN_LIFE = timedelta(days=14)
CLOCK_SKEW_SECONDS = 2  # how far the clocks of two servers may be apart without a fresh token being refused
ISSUER = "rounds"
AUDIENCE = "rounds-api"
_ALGORITHM = "HS256"

SCOPES: dict[str, str] = {
    "patients:read": "Read patients and addresses",
    "patients:write": "Create and change patients and addresses",
    "patients:delete": "Delete patients and addresses",
    "notes:read": "Read clinical notes",
    "notes:write": "Add clinical notes",
    "notes:delete": "Delete clinical notes",
    "summaries:read": "Ask for patient summaries",
    "procedures:read": "Read procedures",
    "procedures:write": "Record procedures",
    "procedures:delete": "Delete procedures",
    "rules:read": "Read recommendation rules",
    "rules:write": "Change recommendation rules",
    "evaluate:run": "Evaluate patients against the rules",
    "recommendations:read": "Read recommendations and notifications",
    "recommendations:write": "Record feedback on recommendations",
    "recommendations:delete": "Delete recommendations",
    "tasks:read": "Read tasks",
    "tasks:write": "Order and move tasks",
    "appointments:read": "Read appointments",
    "appointments:write": "Book, move and cancel appointments",
    "appointments:override": "Book over another appointment",
    "staff:read": "Read departments and clinicians",
    "staff:write": "Change departments and clinicians",
    "events:read": "Listen to events",
    "audit:read": "Read and verify the audit trail",
    "users:read": "List accounts",
    "users:write": "Create and change accounts",
}
_CLINICAL = frozenset(
    scope for scope in SCOPES if scope.split(":")[0] not in {"audit", "users"} and scope != "staff:write"
) - {"appointments:override"}
ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "clinician": _CLINICAL,
    "nurse": frozenset(scope for scope in _CLINICAL if not scope.endswith(":delete")) - {"rules:write"},
    "scheduler": frozenset(
        {"patients:read", "appointments:read", "appointments:write", "appointments:override", "staff:read"}
    ),
    "auditor": frozenset({"audit:read"}),
    "service": frozenset({"patients:read", "evaluate:run", "events:read"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request, as its access token describes it."""

    id: UUID
    username: str
    roles: tuple[str, ...]
    scopes: frozenset[str]
    stamp: int
    family: UUID
    expires: float

    def may(self, scope: str) -> bool:
        """Whether the roles include `scope`."""
        return scope in self.scopes


# RFC 9106's second recommended option, which is argon2-cffi's default: 64 MiB, 3 passes, 4 lanes. No more than two run
# at once in a process, so that a wave of sign-ins takes neither all memory nor all cores from the requests around it.
# They have threads of their own, so that nothing else that runs in threads can keep people from signing in.
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(2, thread_name_prefix="password-hashing")
_hashing = asyncio.Semaphore(2)


def _decoy() -> str:
    """A well-formed hash that no password has, verified for unknown usernames so that they take just as long."""
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


def use_cheap_hashing() -> None:
    """Trade strength for speed in the test programs, which hash hundreds of throw-away passwords."""
    global _hasher  # noqa: PLW0603 - the hasher is a process-wide choice
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def hash_password(password: str) -> str:
    """The Argon2id hash of `password`, with its parameters and salt."""
    async with _hashing:
        return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether `password` is the one behind `stored`; just as slow when there is no such account (`None`)."""
    async with _hashing:
        return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        _hasher.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@dataclass(frozen=True, slots=True)
class Revoked:
    """What was withdrawn within the life of an access token: accounts (the lowest stamp still good) and sign-ins."""

    stamps: dict[UUID, int]
    families: frozenset[UUID]


_revocations: Callable[[Read], Awaitable[Revoked]] | None = None


def revocation_source(load: Callable[[Read], Awaitable[Revoked]]) -> Callable[[Read], Awaitable[Revoked]]:
    """Register how revocations are read; the slice that owns the accounts does this."""
    global _revocations  # noqa: PLW0603 - one source per program, set at import
    _revocations = load
    return load


class Tokens:
    """Issues and verifies the access tokens of one process.

    Verified tokens are remembered, since checking a signature costs more than the rest of the guard. What was revoked
    is read again whenever the last look is older than `FRESHNESS` seconds, by the first request that needs it, so a
    deactivated account is refused within that time on every worker, with one tiny query per interval under load and
    none when idle.
    """

    FRESHNESS: ClassVar[float] = 0.5
    REMEMBERED: ClassVar[int] = 10_000

    def __init__(self, key: bytes, db: Read) -> None:
        self._key = key
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
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    async def verify(self, token: str) -> Actor:
        """The actor behind `token`.

        Raises:
            Unauthenticated: when it is not ours, expired, not yet valid, or revoked.
        """
        actor = self._known.get(token) or self._decode(token)
        if actor.expires <= clock.now().timestamp():
            self._known.pop(token, None)
            raise Unauthenticated
        if time.monotonic() - self._looked_at > self.FRESHNESS:
            await self._look()
        if self._revoked.stamps.get(actor.id, 0) > actor.stamp or actor.family in self._revoked.families:
            raise Unauthenticated
        return actor

    def forget(self) -> None:
        """Look at the revocations again with the next request."""
        self._looked_at = float("-inf")

    async def _look(self) -> None:
        async with self._looking:
            if time.monotonic() - self._looked_at > self.FRESHNESS:
                asked_at = time.monotonic()
                if _revocations is not None:
                    self._revoked = await _revocations(self._db)
                self._looked_at = asked_at

    def _decode(self, token: str) -> Actor:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": ["exp", "iat", "nbf", "sub", "iss", "aud"],
                    # Times are judged below and in `verify`, by the clock that tests can hold.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            if max(claims["iat"], claims["nbf"]) > clock.now().timestamp() + CLOCK_SKEW_SECONDS:
                raise Unauthenticated
            roles = tuple(claims["roles"])
            actor = Actor(
                id=UUID(claims["sub"]),
                username=claims["name"],
                roles=roles,
                scopes=frozenset().union(*(ROLES[role] for role in roles)),
                stamp=int(claims["stamp"]),
                family=UUID(claims["family"]),
                expires=float(claims["exp"]),
            )
        except (jwt.InvalidTokenError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise Unauthenticated from None
        if len(self._known) >= self.REMEMBERED:
            self._known.clear()
        self._known[token] = actor
        return actor


def bearer(request: Request) -> str:
    """The token of the `Authorization` header.

    Raises:
        Unauthenticated: when there is none.
    """
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer" and token:
                return str(token.strip())
    raise Unauthenticated


class Guard(SecurityBase):
    """The dependency that hands an endpoint its actor.

    `rounds.http.Route` reads `scope_needed` and checks the token before anything else of the request is looked at; by
    the time FastAPI resolves the dependency, the actor is known. A route without a guard does not come to life unless
    it is marked public.
    """

    scheme_name = "OAuth2"
    model = OAuth2Model(flows=OAuthFlows(password=OAuthFlowPassword(tokenUrl="/security/token", scopes=SCOPES)))

    def __init__(self, scope: str | None) -> None:
        self.scope_needed = scope

    async def __call__(self, request: Request) -> Actor:
        """The actor that `admit` found."""
        return request.scope["rounds.actor"]  # type: ignore[no-any-return]  # the ASGI scope is untyped

    async def admit(self, request: Request) -> Actor:
        """Check the token and the scope.

        Raises:
            Unauthenticated: without a valid token.
            Forbidden: with one whose roles lack the scope.
        """
        tokens: Tokens = request.app.state.tokens
        actor = await tokens.verify(bearer(request))
        if self.scope_needed is not None and self.scope_needed not in actor.scopes:
            raise Forbidden(scope=self.scope_needed)
        request.scope["rounds.actor"] = actor
        return actor


def require(scope: str) -> Any:
    """Demand that the caller has `scope`; stands in an actor's annotation."""
    if scope not in SCOPES:
        raise KeyError(f"unknown scope {scope!r}")
    return Security(Guard(scope), scopes=[scope])


AnyActor = Annotated[Actor, Security(Guard(None))]
