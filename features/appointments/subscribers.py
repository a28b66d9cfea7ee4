"""What is done about appointments when it is time."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import periodic
from rounds.events.periodic import periodically

_EVERY = timedelta(seconds=5)  # an index tells at once when there is nothing to do


@periodically(name="appointments-missed", every=_EVERY)
async def tell_missed(db: AsyncSession) -> bool:
    """Tell of missed appointments."""
    return await periodic.tell_missed(db)


@periodically(name="appointments-reminders", every=_EVERY)
async def remind(db: AsyncSession) -> bool:
    """Tell of appointments that are near."""
    return await periodic.remind(db)
