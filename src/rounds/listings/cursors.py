"""Opaque cursors: sealed, bound to one list, and showing nobody the values they carry."""

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from rounds.i18n import N_
from rounds.problems import Refusal, invalid
from rounds.signing_keys import SigningKeys

_BAD_CURSOR = Refusal(
    "cursor",
    N_("This cursor is not valid for this list. Take next_cursor from a page with the same filters and sort."),
)


class Cursors:
    """Seals and opens cursors with a key derived from the signing key; opens those of another that is accepted."""

    def __init__(self, keys: SigningKeys | bytes) -> None:
        self._keys = keys if isinstance(keys, SigningKeys) else SigningKeys(keys)
        self._cipher = _cipher_of(self._keys.current)

    def seal(self, values: Sequence[Any], *, context: str) -> str:
        """An opaque cursor for `values` that opens under the same `context` only."""
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, orjson.dumps([_plain(value) for value in values]), context.encode())
        return _text_of(nonce + sealed)

    def open(self, cursor: str, *, context: str) -> list[Any]:
        """The values in `cursor`.

        Raises:
            InvalidFields: when it was not sealed here, or for another list, other filters or another order.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            opened = orjson.loads(self._unsealed(raw, context.encode()))
        except (ValueError, InvalidTag):
            raise invalid("?cursor", _BAD_CURSOR()) from None
        if _text_of(raw) != cursor:  # base64 leaves bits unused at its end, but one cursor has one spelling
            raise invalid("?cursor", _BAD_CURSOR())
        return [_revived(value) for value in opened]

    def _unsealed(self, raw: bytes, context: bytes) -> bytes:
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], context)
        except InvalidTag:
            for key, _ in self._keys.accepted():
                if key != self._keys.current:
                    return _cipher_of(key).decrypt(raw[:12], raw[12:], context)
            raise


def _cipher_of(key: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.blake2b(key, digest_size=32, person=b"rounds.cursors").digest())


def _text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date() | UUID():  # a datetime is a date too; the type's own name tells them apart again
            return {type(value).__name__ if isinstance(value, datetime | date) else "UUID": str(value)}
        case _:
            return value


_REVIVE: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "UUID": UUID,
}


def _revived(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _REVIVE[kind](text)
    return value
