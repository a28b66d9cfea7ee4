"""The answers to requests that may be repeated: sealed, and kept for a day.

A row shows nothing to who reads the table. It is found by a digest of the account and the key, and sealed with a secret
that is made of both: whoever has the database, and even the server's signing key, still lacks the client's key.
"""

import hashlib
import os
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import ARRAY, Column, Index, LargeBinary, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from rounds import clock
from rounds.data import CONCERNED, AnyTransaction, Query, Read, expires, send, timestamp
from rounds.data.erasure import erases
from rounds.events import also_withdraw

LIFE = timedelta(hours=24)


class KeptAnswer(SQLModel, table=True):
    """One answer. Without `sealed` it has been erased, and only says that the request was answered."""

    __tablename__ = "kept_answer"
    __table_args__ = (
        Index("ix_kept_answer_kept_at", "kept_at"),
        Index("ix_kept_answer_concerned", "concerned", postgresql_using="gin"),
    )

    id: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    concerned: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))  # the patients it may tell of
    kept_at: datetime = timestamp()


expires("kept_answer", key="id", since="kept_at", after=LIFE)
erases("kept_answer", where="concerned @> ARRAY[:patient_id]", change="sealed = NULL, concerned = '{}'")


class Answer:
    """What was answered, and to which request."""

    def __init__(
        self, *, fingerprint: str, body_bytes: int, status: int, headers: list[tuple[str, str]], body: bytes
    ) -> None:
        self.fingerprint = fingerprint
        self.body_bytes = body_bytes
        self.status = status
        self.headers = headers
        self.body = body

    def packed(self) -> bytes:
        """As bytes."""
        head = {name: getattr(self, name) for name in ("fingerprint", "body_bytes", "status", "headers")}
        return orjson.dumps(head) + b"\n" + self.body

    @classmethod
    def unpacked(cls, packed: bytes) -> "Answer":
        """From bytes."""
        head, _, body = packed.partition(b"\n")
        return cls(**orjson.loads(head), body=body)


class Slot:
    """Where the answer to one key of one account is kept."""

    def __init__(self, account: UUID, key: str, *, signing_key: bytes) -> None:
        name = account.bytes + key.encode("ascii")
        self._id = hashlib.sha256(name).digest()
        # Only who knows all three can open it.
        secret = hashlib.blake2b(signing_key, digest_size=64, person=b"rounds.kept").digest()
        self.secret = hashlib.blake2b(name, key=secret, digest_size=32).digest()

    async def find(self, reads: Read) -> "tuple[bool, Answer | None]":
        """Whether the key has been used, and the answer it got, unless that has been erased."""
        row = await reads.one(_FIND, id=self._id, since=clock.now() - LIFE)
        if row is None:
            return False, None
        sealed: bytes | None = row["sealed"]
        if sealed is None:
            return True, None
        try:
            return True, Answer.unpacked(ChaCha20Poly1305(self.secret).decrypt(sealed[:12], sealed[12:], self._id))
        except InvalidTag:  # the signing key is another one now
            return True, None

    async def put(self, answer: Answer, db: AnyTransaction) -> bool:
        """Keep an answer, in the transaction of what it tells of; False when another one is kept already.

        While somebody else is about to keep one, this waits to see whether they do.
        """
        if isinstance(db, AsyncSession):
            await db.flush()
        nonce = os.urandom(12)
        values = {
            "id": self._id,
            "sealed": nonce + ChaCha20Poly1305(self.secret).encrypt(nonce, answer.packed(), self._id),
            "concerned": sorted(db.info.get(CONCERNED, ())),
            "now": clock.now(),
            "since": clock.now() - LIFE,
        }
        return bool(await send(_PUT, db, values))


_FIND = Query(
    select(col(KeptAnswer.sealed)).where(
        col(KeptAnswer.id) == bindparam("id"), col(KeptAnswer.kept_at) > bindparam("since")
    )
)
_PUT = Query(
    text("""
INSERT INTO kept_answer (id, sealed, concerned, kept_at)
VALUES (:id, :sealed, CAST(:concerned AS uuid[]), :now)
ON CONFLICT (id) DO UPDATE
SET sealed = excluded.sealed, concerned = excluded.concerned, kept_at = excluded.kept_at
WHERE kept_answer.kept_at <= :since
RETURNING 1
""")
)
_ERASE = text(
    "UPDATE kept_answer SET sealed = NULL, concerned = '{}' WHERE concerned @> ARRAY[CAST(:patient_id AS uuid)]"
)


async def erase(patient_id: UUID, db: AsyncSession) -> None:
    """Erase every answer that may tell of a patient."""
    await db.execute(_ERASE, {"patient_id": patient_id})


also_withdraw(erase)
