"""Who calls, and what they may do: passwords, access tokens, scopes, and the guard of endpoints."""

from rounds.auth.actor import Actor
from rounds.auth.guard import AnyActor, Guard, bearer, require
from rounds.auth.passwords import hash_password, outdated, use_cheap_hashing, verify_password
from rounds.auth.scopes import ROLES, SCOPES
from rounds.auth.tickets import TICKET_LIFE, Tickets, require_with_ticket
from rounds.auth.tokens import (
    ACCESS_TOKEN_LIFE,
    AUDIENCE,
    CLOCK_SKEW_SECONDS,
    ISSUER,
    REFRESH_TOKEN_LIFE,
    Revoked,
    Tokens,
    revocation_source,
)

__all__ = [
    "ACCESS_TOKEN_LIFE",
    "AUDIENCE",
    "CLOCK_SKEW_SECONDS",
    "ISSUER",
    "REFRESH_TOKEN_LIFE",
    "ROLES",
    "SCOPES",
    "TICKET_LIFE",
    "Actor",
    "AnyActor",
    "Guard",
    "Revoked",
    "Tickets",
    "Tokens",
    "bearer",
    "hash_password",
    "outdated",
    "require",
    "require_with_ticket",
    "revocation_source",
    "use_cheap_hashing",
    "verify_password",
]
