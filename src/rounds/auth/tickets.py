"""Tickets: for callers that cannot send a header, such as a browser's `EventSource`, whose address is all they choose.

An address is seen where a token must not be: in histories, and in the logs of proxies. So a ticket lets its account in
once, within seconds, to one kind of call, and for no longer than the sign-in it was made from. It is sealed and shows
nobody whose it is; that it has been used is remembered by PostgreSQL, for all workers alike.
"""

import base64
import hashlib
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from fastapi import Security
from sqlalchemy import text
from starlette.requests import Request

from rounds import clock
from rounds.auth.actor import Actor
from rounds.auth.guard import Guard, require
from rounds.auth.tokens import Tokens, scopes_of
from rounds.data import Database, expires, new_id
from rounds.problems import Forbidden, Unauthenticated

TICKET_LIFE = timedelta(seconds=30)
PARAMETER = "ticket"
_SPEND = text("INSERT INTO spent_ticket (id, spent_at) VALUES (:id, :now) ON CONFLICT DO NOTHING RETURNING 1")

# Kept for longer than a ticket can be tried, whatever the clocks of two servers say.
expires("spent_ticket", key="id", since="spent_at", after=TICKET_LIFE + timedelta(minutes=5))


class Tickets:
    """Issues and spends the tickets for one kind of call."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._cipher = ChaCha20Poly1305(hashlib.blake2b(key, digest_size=32, person=b"rounds.tickets").digest())
        self._purpose = purpose.encode()

    def issue(self, actor: Actor) -> str:
        """A ticket for `actor`."""
        content = {
            "id": str(new_id()),
            "until": (clock.now() + TICKET_LIFE).timestamp(),
            "account": str(actor.id),
            "username": actor.username,
            "roles": actor.roles,
            "stamp": actor.stamp,
            "family": str(actor.family),
            "expires": actor.expires,
        }
        nonce = os.urandom(12)
        sealed = nonce + self._cipher.encrypt(nonce, orjson.dumps(content), self._purpose)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    async def spend(self, ticket: str, *, database: Database, tokens: Tokens) -> Actor:
        """Whose ticket it is.

        Raises:
            Unauthenticated: when it is none, too old, or has been used, or when its sign-in is no longer good.
        """
        content = self._open(ticket)
        if content["until"] <= clock.now().timestamp():
            raise Unauthenticated
        roles = tuple(content["roles"])
        actor = Actor(
            id=UUID(content["account"]),
            username=content["username"],
            roles=roles,
            scopes=scopes_of(roles),
            stamp=content["stamp"],
            family=UUID(content["family"]),
            expires=content["expires"],
        )
        await tokens.confirm(actor)
        async with database.transaction() as db:
            if await db.scalar(_SPEND, {"id": UUID(content["id"]), "now": clock.now()}) is None:
                raise Unauthenticated
        return actor

    def _open(self, ticket: str) -> dict[str, Any]:
        try:
            sealed = base64.b64decode(ticket + "=" * (-len(ticket) % 4), altchars=b"-_", validate=True)
            content: dict[str, Any] = orjson.loads(self._cipher.decrypt(sealed[:12], sealed[12:], self._purpose))
        except (ValueError, InvalidTag):
            raise Unauthenticated from None
        return content


class TicketGuard(Guard):
    """Admits with a token, or with a ticket in the address."""

    def __init__(self, scope: str, purpose: str) -> None:
        super().__init__(scope)
        self._purpose = purpose

    async def admit(self, request: Request) -> Actor:
        """See `Guard.admit`."""
        given = request.query_params.getlist(PARAMETER)
        if not given:
            return await super().admit(request)
        if len(given) > 1:
            raise Unauthenticated
        state = request.app.state
        tickets = Tickets(state.settings.signing_key, self._purpose)
        actor = await tickets.spend(given[0], database=state.database, tokens=state.tokens)
        if self.scope_needed is not None and not actor.may(self.scope_needed):
            raise Forbidden(scope=self.scope_needed)
        request.scope["rounds.actor"] = actor
        return actor


def require_with_ticket(scope: str, purpose: str) -> Any:
    """`require`, for a call that also takes tickets made for `purpose`."""
    require(scope)
    return Security(TicketGuard(scope, purpose), scopes=[scope])
