"""What time brings about: appointments that were missed, and those that are near."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import booking_persistence
from features.appointments.booking_rules import about
from features.appointments.events import AppointmentEvent, AppointmentMissed, AppointmentReminder
from rounds import clock
from rounds.events import publish

AHEAD = timedelta(hours=24)
_AT_ONCE = 500  # in one transaction


async def tell_missed(db: AsyncSession) -> bool:
    """Tell of appointments whose end passed without the patient; each once, however long nobody looked."""
    rows = await booking_persistence.take_missed(clock.now(), most=_AT_ONCE, db=db)
    return await _tell(AppointmentMissed, rows, db)


async def remind(db: AsyncSession) -> bool:
    """Tell of active appointments that begin within a day; each once, unless it is moved.

    What was due while nobody looked is told late, but not after the start.
    """
    now = clock.now()
    rows = await booking_persistence.take_to_remind(now, now + AHEAD, most=_AT_ONCE, db=db)
    return await _tell(AppointmentReminder, rows, db)


async def _tell(kind: type[AppointmentEvent], rows: Sequence[Mapping[str, Any]], db: AsyncSession) -> bool:
    await publish([kind(**about(row)) for row in rows], db)
    return len(rows) == _AT_ONCE
