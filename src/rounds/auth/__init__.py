"""Who calls, and what they may do: passwords, access tokens, scopes, and the guard of endpoints."""

from rounds.auth.actor import Actor
from rounds.auth.client_address import ClientAddress
from rounds.auth.guard import AnyActor, Guard, bearer, require
from rounds.auth.password_strength import guessable
from rounds.auth.passwords import Passwords, Turn, canonical, outdated, use_cheap_hashing
from rounds.auth.scope_registry import ROLES, SCOPES, Role, check_needed, declare, need
from rounds.auth.sign_in_metrics import SignInMetrics, SignInWatch
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
from rounds.auth.turns_by_party import NoRoom

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
    "ClientAddress",
    "Guard",
    "NoRoom",
    "Passwords",
    "Revoked",
    "Role",
    "SignInMetrics",
    "SignInWatch",
    "Tickets",
    "Tokens",
    "Turn",
    "bearer",
    "canonical",
    "check_needed",
    "declare",
    "guessable",
    "need",
    "outdated",
    "require",
    "require_with_ticket",
    "revocation_source",
    "use_cheap_hashing",
]
