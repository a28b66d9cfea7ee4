"""Who is signed in: adds the access token to requests, and exchanges it before it ends, once for all who wait."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx

from rounds_client.problems import RoundsProblem

EARLY_SECONDS = 30.0  # a token that ends sooner is exchanged before it is used


class NotSignedIn(Exception):  # noqa: N818 - it reads as the sentence it tells
    """Nobody is signed in, or the sign-in has ended: `sign_in` again."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens."""

    access: str
    refresh: str
    ends: float
    """When the access token does, by the monotonic clock, in seconds."""


class Session(httpx.Auth):
    """One sign-in. Any number of tasks may use it; a refresh token is only ever sent once."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._tokens: Tokens | None = None
        self._renewing = asyncio.Lock()

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in.

        Raises:
            RoundsProblem: 401 for a wrong password, 429 after too many.
        """
        self._tokens = await self._pair("/security/token", data={"username": username, "password": password})

    async def sign_out(self) -> None:
        """End this sign-in, here and at the server."""
        tokens, self._tokens = self._tokens, None
        if tokens is not None:
            await self._http.post("/security/logout", json={"refresh_token": tokens.refresh})

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send a request with a token that is good; if it is refused all the same, once more with a new one."""
        tokens = self._signed_in()
        if tokens.ends - time.monotonic() < EARLY_SECONDS:
            tokens = await self._renew(tokens)
        request.headers["Authorization"] = f"Bearer {tokens.access}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            tokens = await self._renew(tokens)
            request.headers["Authorization"] = f"Bearer {tokens.access}"
            yield request

    async def _renew(self, spent: Tokens) -> Tokens:
        async with self._renewing:
            tokens = self._signed_in()
            if tokens is not spent:  # another task was faster
                return tokens
            try:
                self._tokens = await self._pair("/security/refresh", json={"refresh_token": spent.refresh})
            except RoundsProblem as problem:
                if problem.status == httpx.codes.UNAUTHORIZED:
                    self._tokens = None
                    raise NotSignedIn("The sign-in has ended.") from problem
                raise
            return self._tokens

    def _signed_in(self) -> Tokens:
        if self._tokens is None:
            raise NotSignedIn("Call sign_in first.")
        return self._tokens

    async def _pair(self, path: str, **body: dict[str, str]) -> Tokens:
        asked = time.monotonic()
        response = await self._http.request("POST", path, **body)  # type: ignore[arg-type] # either `data` or `json`
        if response.is_error:
            raise RoundsProblem.of(response)
        pair = response.json()
        return Tokens(pair["access_token"], pair["refresh_token"], asked + pair["expires_in"])
