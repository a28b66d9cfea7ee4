"""The rules of summaries: when one is made, by whom, and that nobody is told what the notes do not say."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from features.patients import PatientNotFound
from features.summaries import persistence, writing
from features.summaries.shape import Options
from features.summaries.writing import Tell, Writer
from rounds import clock
from rounds.cache import Cache
from rounds.database import Database, new_id

# Bounds what Redis keeps, not staleness: what changes has another address.
_KEPT_SECONDS = 6 * 3600
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Made:
    """A summary as JSON, with its entity tag."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes, address: str, made_at: datetime) -> "Made":
        """From its bytes, what it was made of, and when."""
        return cls(body, f'"{hashlib.sha256(f"{address}|{made_at.timestamp()}".encode()).hexdigest()[:32]}"')


async def summarise(
    patient_id: UUID,
    options: Options,
    *,
    refresh: bool,
    database: Database,
    cache: Cache,
    writer: Writer,
    tell: Tell | None = None,
) -> Made:
    """The summary of a patient; made once, however many ask for it at once, and kept until something changes.

    Args:
        patient_id: The patient.
        options: What was asked for.
        refresh: Make it anew, even though nothing has changed.
        database: Where the chart is, and the summaries that were made.
        cache: Where they are found faster.
        writer: Who makes one.
        tell: Called with each statement of a model as soon as it has been checked, if one is made for this call.

    Raises:
        PatientNotFound: when there is no such patient.
    """
    kind = kind_of(options, writer)
    if refresh:
        async with database.transaction() as db:
            await persistence.discard(patient_id, kind, db)
    standing = await persistence.find_standing(patient_id, kind, database.reads)
    if standing is None:
        raise PatientNotFound
    key = hashlib.sha256(f"{patient_id}|{kind}|{standing['stamp']}".encode()).hexdigest()
    if standing["body"] is not None:
        return Made.of(standing["body"], key, standing["made_at"])
    making = Making(patient_id, kind, key, options, database, writer, tell)

    async def load() -> Any:
        return orjson.loads(await making.make())

    identity = {"key": key, "refresh": str(new_id())} if refresh else {"key": key}
    found = await cache.through("summary", identity, load, generation=None, ttl_seconds=_ttl)
    return Made.of(orjson.dumps(found), key, datetime.fromisoformat(found["generated_at"]))


def kind_of(options: Options, writer: Writer) -> str:
    """All that a summary depends on besides record and notes: what was asked for, who writes it how, and the day."""
    parts = [
        clock.today().isoformat(),  # ages, and what is recent
        options.audience,
        options.length,
        options.language,
        options.since.isoformat() if options.since else None,
        *writer.identity,
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _ttl(found: Mapping[str, Any]) -> int:
    """How long Redis may keep a summary: not at all while a model should have written it and could not."""
    return 0 if writing.is_makeshift(found["generator"]) else _KEPT_SECONDS


@dataclass(frozen=True, slots=True)
class Making:
    """One summary in the making."""

    patient_id: UUID
    kind: str
    key: str
    options: Options
    database: Database
    writer: Writer
    tell: Tell | None

    async def make(self) -> bytes:
        """The summary at this address: as it was stored, as somebody else is making it right now, or else made here.

        Raises:
            PatientNotFound: when the patient is deleted meanwhile.
        """
        holder = new_id()
        patience = timedelta(seconds=self.writer.seconds + 5)
        deadline = clock.now() + 2 * patience
        while True:
            stored = await self._stored()
            if stored is not None:
                return stored
            async with self.database.transaction() as db:
                mine = await persistence.take_off(self.key, holder, clock.now() + patience, db)
            if mine or clock.now() > deadline:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        try:
            # Made and stored by somebody between the two looks?
            return await self._stored() or await self._write()
        finally:
            async with self.database.transaction() as db:
                await persistence.land(self.key, holder, db)

    async def _stored(self) -> bytes | None:
        found = await persistence.find_standing(self.patient_id, self.kind, self.database.reads)
        body: bytes | None = found["body"] if found else None
        return body

    async def _write(self) -> bytes:
        found = await persistence.read_chart(self.patient_id, self.database.reads)
        if found is None:
            raise PatientNotFound
        chart, stamp, unread = found
        # No transaction meanwhile: a model may take many seconds.
        summary = await self.writer.write(chart, self.options, unread=unread, tell=self.tell)
        body, now = summary.model_dump_json().encode(), summary.generated_at
        makeshift = writing.is_makeshift(summary.generator.model_dump())
        values = {
            "patient_id": self.patient_id,
            "kind": self.kind,
            "stamp": stamp,
            "body": body,
            "made_at": now,
            "expires_at": now + timedelta(seconds=writing.MAKESHIFT_SECONDS) if makeshift else None,
        }
        async with self.database.transaction() as db:
            await persistence.store(values, db)
        return body


async def forget(patient_id: UUID, db: AsyncSession) -> None:
    """Nothing that was made of a note or a patient outlives them."""
    await persistence.forget(patient_id, db)
