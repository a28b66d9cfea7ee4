"""Sends again what may be sent again: what the server says it has not done, and what does no harm if done twice."""

import asyncio
import random

import httpx

_NOT_DONE = frozenset({429, 503})  # the server refused before it changed anything
_UNKNOWN = frozenset({502, 504})  # a proxy lost the answer, as a broken connection does
_FIRST_SECONDS = 0.2
_MOST_SECONDS = 10.0  # who is told to wait longer is told the problem instead


class Retrying(httpx.AsyncBaseTransport):
    """A transport that tries up to `attempts` times, longer apart each time, or as `Retry-After` says."""

    def __init__(self, transport: httpx.AsyncBaseTransport, attempts: int) -> None:
        self._transport = transport
        self._attempts = attempts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        wait = _FIRST_SECONDS
        for _ in range(self._attempts - 1):
            pause = wait * random.uniform(0.5, 1.0)  # noqa: S311 - so that many callers do not come back at once
            try:
                response = await self._transport.handle_async_request(request)
            except httpx.TransportError:
                if not _harmless_twice(request):
                    raise
            else:
                status = response.status_code
                if status not in _NOT_DONE and not (status in _UNKNOWN and _harmless_twice(request)):
                    return response
                told = response.headers.get("Retry-After", "")
                pause = max(pause, float(told)) if told.isdigit() else pause
                if pause > _MOST_SECONDS:
                    return response
                await response.aclose()
            await asyncio.sleep(pause)
            wait *= 2
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


def _harmless_twice(request: httpx.Request) -> bool:
    if request.method in {"GET", "HEAD"} or "Idempotency-Key" in request.headers:
        return True
    # With a version the second one would meet what the first one has done, and be refused.
    return request.method == "PUT" and "If-Match" not in request.headers
