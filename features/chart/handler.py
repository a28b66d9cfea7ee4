"""The rules of charts: made once, kept until a note or the day changes, and gone with a deleted note."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.chart import chart_making, persistence
from features.chart.chart_making import NoteRow
from features.chart.reconciling import VERSION
from features.notes import hold_chart
from features.patients import PatientNotFound, require_patient
from rounds import clock
from rounds.data import Database
from rounds.problems import Unavailable
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

# Facts of so many characters are gone through in a few milliseconds; more are left to a child process.
AT_ONCE_CHARACTERS = 60_000
_SECONDS, _PATIENCE_SECONDS, _COME_BACK_SECONDS = 15.0, 10.0, 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as JSON, with its entity tag."""

    body: bytes
    etag: str


async def read_chart(
    patient_id: UUID,
    as_of: datetime | None,
    *,
    database: Database,
    child_processes: ChildProcesses,
    whose: UUID | None = None,
) -> Chart:
    """The chart of a patient.

    Args:
        patient_id: Whose chart.
        as_of: The moment up to which notes count; None for now.
        database: Where the notes are, and the charts that were made.
        child_processes: Where a large chart is made.
        whose: On whose account's behalf.

    Raises:
        PatientNotFound: when there is no such patient.
        Unavailable: when too many wait already, or making it takes too long.
    """
    moment = as_of.isoformat() if as_of else ""
    # As of a moment gone by, a chart does not depend on the day.
    made_by = f"{VERSION}|{'' if as_of else clock.today().isoformat()}|"
    standing = await persistence.find_standing(patient_id, moment, made_by, database.reads)
    if standing is None:
        raise PatientNotFound
    body: bytes | None = standing["body"]
    stamp: str = standing["stamp"]
    if body is None:
        stamp, body = await _make(patient_id, as_of, moment, made_by, database, child_processes, whose)
    tag = hashlib.sha256(f"{patient_id}|{moment}|{stamp}".encode()).hexdigest()[:32]
    return Chart(body, f'"{tag}"')


async def _make(
    patient_id: UUID,
    as_of: datetime | None,
    moment: str,
    made_by: str,
    database: Database,
    child_processes: ChildProcesses,
    whose: UUID | None,
) -> tuple[str, bytes]:
    """A new chart, kept if the notes are still the same afterwards; with its stamp."""
    found = await persistence.read_facts(patient_id, made_by, database.reads)
    if found is None:
        raise PatientNotFound
    stamp, rows = found
    now = clock.now()
    body = await reconciled(patient_id, rows, as_of or now, child_processes, whose)
    values = {"patient_id": patient_id, "moment": moment, "stamp": stamp, "body": body, "made_at": now}
    async with database.transaction() as db:
        # What is deleted right now must not live on in what was made of it before.
        await require_patient(patient_id, db=db)
        await hold_chart(patient_id, db)
        await persistence.store(values, made_by, db)
    return stamp, body


async def reconciled(
    patient_id: UUID, rows: list[NoteRow], as_of: datetime, child_processes: ChildProcesses, whose: UUID | None
) -> bytes:
    """The chart as JSON: made at once where the facts are few, else in a child process.

    Raises:
        Unavailable: when too many wait already, or making it takes too long.
    """
    size = sum(len(row.facts) for row in rows)
    if size <= AT_ONCE_CHARACTERS:
        return chart_making.make_chart(patient_id, rows, as_of)
    try:
        return await child_processes.run(
            chart_making.make_chart,
            patient_id,
            rows,
            as_of,
            seconds=_SECONDS,
            whose=whose,
            size=size,
            patience=_PATIENCE_SECONDS,
        )
    except (Busy, TookTooLong, Died):
        raise Unavailable(seconds=_COME_BACK_SECONDS) from None


async def forget(patient_id: UUID, db: AsyncSession) -> None:
    """Nothing that was made of a note or a patient outlives them."""
    await persistence.forget(patient_id, db)


async def forget_with_note(patient_id: UUID, _note_id: UUID, db: AsyncSession) -> None:
    """What was made of all notes goes with any of them."""
    await forget(patient_id, db)
