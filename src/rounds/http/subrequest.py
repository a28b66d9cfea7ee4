"""Asks the application what a caller would see who asked for something else."""

from dataclasses import dataclass, field

import orjson
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message, Scope

from rounds.problems import MEDIA_TYPE

_NOT_OF_A_LOOK = {
    b"content-length",
    b"content-type",
    b"content-encoding",
    b"transfer-encoding",
    b"expect",
    b"idempotency-key",
    b"if-match",
    b"if-none-match",
}
_OF_THE_ROUTE = {"route", "endpoint", "path_params", "rounds.actor", "rounds.session"}


@dataclass
class Seen:
    """What was answered."""

    status: int = 500
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def code(self) -> str | None:
        """The code of the problem, if it is one."""
        if self.headers.get("content-type") != MEDIA_TYPE:
            return None
        code: str | None = orjson.loads(self.body).get("code")
        return code


async def look_at(request: Request, path: str) -> Seen:
    """What the caller of `request` would see under `path`, past all that guards it and as it is written down."""
    seen = Seen()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status, seen.headers = message["status"], Headers(raw=message["headers"])
        else:
            seen.body += message.get("body", b"")

    given = request.scope
    where = f"{given.get('root_path', '')}{path}"
    scope: Scope = {
        **{name: value for name, value in given.items() if name not in _OF_THE_ROUTE},
        "method": "GET",
        "path": where,
        "raw_path": where.encode(),
        "query_string": b"",
        "headers": [header for header in given["headers"] if header[0] not in _NOT_OF_A_LOOK],
    }
    # Reads that answer themselves leave what they raise to the application around them: here that is us.
    await wrap_app_handling_exceptions(request.app.router, Request(scope))(scope, receive, send)
    return seen
