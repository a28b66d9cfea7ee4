"""The guard of endpoints: checks the token and the scope before anything else of a request is looked at."""

from typing import Annotated, Any

from fastapi import Security
from fastapi.openapi.models import OAuth2 as OAuth2Model
from fastapi.openapi.models import OAuthFlowPassword, OAuthFlows
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from rounds.auth.actor import Actor
from rounds.auth.scope_registry import SCOPES, need
from rounds.auth.tokens import Tokens
from rounds.problems import Forbidden, Unauthenticated


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

    @property
    def model(self) -> OAuth2Model:  # type: ignore[override]  # an attribute there; the scopes are known only when asked
        """How to sign in, and for which scopes, as OpenAPI shows it."""
        return OAuth2Model(
            flows=OAuthFlows(
                password=OAuthFlowPassword(tokenUrl="/security/token", scopes=dict(sorted(SCOPES.items())))
            )
        )

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
        request.scope["rounds.actor"] = actor  # also of who is refused: the log and the trail say who it was
        if self.scope_needed is not None and self.scope_needed not in actor.scopes:
            raise Forbidden(scope=self.scope_needed)
        return actor


def require(scope: str) -> Any:
    """Demand that the caller has `scope`; stands in an actor's annotation."""
    need(scope)
    return Security(Guard(scope), scopes=[scope])


AnyActor = Annotated[Actor, Security(Guard(None))]
