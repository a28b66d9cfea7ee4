"""What every call goes through: one HTTP client with its session and its retries."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from rounds_client.problems import RoundsProblem
from rounds_client.retrying import Retrying
from rounds_client.session import Session


class Connection:
    """An open connection to a server; use it with `async with`, or `close` it."""

    def __init__(
        self,
        address: str,
        *,
        language: str = "en",
        attempts: int = 4,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            address: Where the API answers, e.g. `http://127.0.0.1:8000`.
            language: The language of what problems say.
            attempts: How often a call is tried that may be tried again.
            timeout: How many seconds a connection may be silent.
            transport: How requests travel, where that is not by network.
        """
        self.http = httpx.AsyncClient(
            base_url=address,
            timeout=timeout,
            headers={"Accept-Language": language, "Accept": "application/json"},
            transport=Retrying(transport or httpx.AsyncHTTPTransport(), attempts),
        )
        self._session = Session(self.http)

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in. From now on tokens are sent, and exchanged before they end.

        Raises:
            RoundsProblem: 401 for a wrong password, 429 after too many.
        """
        await self._session.sign_in(username, password)

    async def sign_out(self) -> None:
        """End this sign-in, here and at the server."""
        await self._session.sign_out()

    async def close(self) -> None:
        """Close the connections; the sign-in stays."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | int | None] | None = None,
        body: object = None,
        keyed: bool = False,
        **more: Any,
    ) -> httpx.Response:
        """Send a call; a POST that is `keyed` gets an Idempotency-Key, with which it may be sent again.

        Raises:
            NotSignedIn: when nobody is, any more.
            RoundsProblem: whatever the server refuses.
        """
        sent = {name: _header(value) for name, value in (headers or {}).items() if value is not None}
        if keyed:
            sent.setdefault("Idempotency-Key", str(uuid4()))
        if body is not None:
            more["json"] = body
        response = await self.http.request(
            method,
            path,
            params={name: value for name, value in (query or {}).items() if value is not None},
            headers=sent,
            auth=self._session,
            **more,
        )
        if response.is_error:
            raise RoundsProblem.of(response)
        return response

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        return (await self._send(method, path, **options)).json()


def _header(value: str | int) -> str:
    """A header's value; a version becomes its tag."""
    return f'"{value}"' if isinstance(value, int) else value
