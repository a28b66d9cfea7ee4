"""What is done about tasks when it is time."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from features.tasks import periodic
from rounds.events.periodic import periodically

_EVERY = timedelta(seconds=5)  # an index tells at once when there is nothing to do


@periodically(name="tasks-overdue", every=_EVERY)
async def tell_overdue(db: AsyncSession) -> bool:
    """Tell of overdue tasks."""
    return await periodic.tell_overdue(db)
