"""The rules of summaries: when one is made, by whom, and that nobody is told what the notes do not say."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from features.notes import hold_chart, layouts_of
from features.patients import PatientNotFound, require_patient
from features.summaries import persistence, writing
from features.summaries.shape import Options
from features.summaries.workshop import Workshop
from features.summaries.writing import Tell, Writer
from rounds import clock
from rounds.cache import Cache
from rounds.data import Database, Row, new_id
from rounds.viewer import PROGRAM, looking_as

# Bounds what Redis keeps, not staleness: what changes has another address.
_KEPT_SECONDS = 6 * 3600
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """Which summary is wanted, as things are now; with its body where it has been made already."""

    patient_id: UUID
    options: Options
    kind: str
    standing: Row
    refresh: bool

    @property
    def key(self) -> str:
        """The address of all that it depends on."""
        return hashlib.sha256(f"{self.patient_id}|{self.kind}|{self.standing['stamp']}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A summary as JSON, with its entity tag."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes, asked: Asked, made_at: datetime) -> "Made":
        """From its bytes, what it was made of, and when."""
        return cls(body, f'"{hashlib.sha256(f"{asked.key}|{made_at.timestamp()}".encode()).hexdigest()[:32]}"')


async def ask(patient_id: UUID, options: Options, *, refresh: bool, database: Database, writer: Writer) -> Asked:
    """Find out who the patient is, and whether there is a summary already. With `refresh` there is none.

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
    return Asked(patient_id, options, kind, standing, refresh)


async def summarise(
    asked: Asked,
    *,
    database: Database,
    cache: Cache,
    writer: Writer,
    workshop: Workshop,
    tell: Tell | None = None,
) -> Made:
    """The summary that was asked for; made once, however many ask for it at once, and kept until something changes.

    Args:
        asked: See `ask`.
        database: Where the chart is, and the summaries that were made.
        cache: Joins those who ask at once, and keeps a sealed copy.
        writer: Who makes one.
        workshop: Where the notes are gone through.
        tell: Called with each statement of a model as soon as it has been checked, if one is made for this call.

    Raises:
        PatientNotFound: when the patient has been deleted meanwhile.
    """
    if asked.standing["body"] is not None:
        return Made.of(asked.standing["body"], asked, asked.standing["made_at"])
    making = Making(asked, database, writer, workshop, tell)

    async def load() -> Any:
        # It is made once for all who ask at this moment, and each of them has been let see the record by `ask`.
        with looking_as(PROGRAM):
            return orjson.loads(await making.make())

    identity = {"key": asked.key, "refresh": str(new_id()) if asked.refresh else None}
    found = await cache.through(
        "summary", identity, load, generation=None, ttl_seconds=lambda _: _KEPT_SECONDS if making.lasts else 0
    )
    return Made.of(orjson.dumps(found), asked, datetime.fromisoformat(found["generated_at"]))


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


@dataclass(slots=True)
class Making:
    """One summary in the making."""

    asked: Asked
    database: Database
    writer: Writer
    workshop: Workshop
    tell: Tell | None = None
    # Whether it may be kept outside the database: not what stands in for a model's, nor what a deletion overtook.
    lasts: bool = False

    async def make(self) -> bytes:
        """The summary: made here, or else by whoever is at it already.

        Raises:
            PatientNotFound: when the patient has been deleted meanwhile.
        """
        holder = new_id()
        patience = timedelta(seconds=self.writer.seconds + 5)
        deadline = clock.now() + 2 * patience
        while not await self._taken_off(holder, patience) and clock.now() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
            stored = await self._stored()
            if stored is not None:
                return stored
        try:
            # Somebody may have stored theirs, and landed, since this was asked for.
            return await self._stored() or await self._write()
        finally:
            async with self.database.transaction() as db:
                await persistence.land(self.asked.key, holder, clock.now() - patience, db)

    async def _taken_off(self, holder: UUID, patience: timedelta) -> bool:
        async with self.database.transaction() as db:
            return await persistence.take_off(self.asked.key, holder, clock.now() + patience, db)

    async def _stored(self) -> bytes | None:
        asked = self.asked
        found = await persistence.find_standing(asked.patient_id, asked.kind, self.database.reads)
        body: bytes | None = found["body"] if found else None
        return body

    async def _write(self) -> bytes:
        asked = self.asked
        found = await persistence.read_chart(asked.patient_id, self.database.reads)
        if found is None:
            raise PatientNotFound
        chart, stamp, unread = found
        # No transaction meanwhile: a model may take many seconds.
        summary = await self.writer.write(
            chart,
            asked.options,
            unread=unread,
            workshop=self.workshop,
            layouts=partial(layouts_of, db=self.database.reads),
            tell=self.tell,
        )
        body, now = summary.model_dump_json().encode(), summary.generated_at
        makeshift = writing.is_makeshift(summary)
        values = {
            "patient_id": asked.patient_id,
            "kind": asked.kind,
            "stamp": stamp,
            "body": body,
            "made_at": now,
            "expires_at": now + timedelta(seconds=writing.MAKESHIFT_SECONDS) if makeshift else None,
        }
        async with self.database.transaction() as db:
            # What is deleted right now must not live on in what was made of it before.
            await require_patient(asked.patient_id, db=db)
            await hold_chart(asked.patient_id, db)
            self.lasts = await persistence.store(values, db) and not makeshift
        return body


async def forget(patient_id: UUID, db: AsyncSession) -> None:
    """Nothing that was made of a note or a patient outlives them."""
    await persistence.forget(patient_id, db)


async def forget_with_note(patient_id: UUID, _note_id: UUID, db: AsyncSession) -> None:
    """What was made of all notes goes with any of them."""
    await forget(patient_id, db)
