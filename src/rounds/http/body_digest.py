"""A digest of a body while it is being read."""

import hashlib

from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive


class BodyDigest:
    """Reads along.

    The boundary of a form is drawn anew for each sending, and is no part of what is said: it is left out, so that a
    form that is sent again has the digest it had.
    """

    def __init__(self, receive: Receive, *, content_type: str | None, about: bytes, key: bytes) -> None:
        self._receive = receive
        self._hash = hashlib.blake2b(about, key=key, digest_size=32)
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        self._mark = b"--" + boundary if boundary else b""
        self._pending = b""
        self._ended = False
        self.length = 0

    async def receive(self) -> Message:
        """The next part, for whoever reads the body."""
        message = await self._receive()
        if message["type"] == "http.request":
            part = message.get("body", b"")
            self.length += len(part)
            self._ended = not message.get("more_body", False)
            self._take(part)
        return message

    async def finish(self, most: int | None = None) -> str | None:
        """The digest of the whole body, after reading what nobody has read; None if it is longer than `most`.

        Raises:
            ClientDisconnect: when the rest does not come.
        """
        while not self._ended:
            if most is not None and self.length > most:
                return None
            if (await self.receive())["type"] == "http.disconnect":
                raise ClientDisconnect
        return self._hash.hexdigest()

    def _take(self, part: bytes) -> None:
        if not self._mark:
            self._hash.update(part)
            return
        # A NUL stands for the boundary: it cannot be the beginning of another one.
        self._pending = (self._pending + part).replace(self._mark, b"\0")
        told = len(self._pending) if self._ended else max(len(self._pending) - len(self._mark) + 1, 0)
        self._hash.update(self._pending[:told])
        self._pending = self._pending[told:]
