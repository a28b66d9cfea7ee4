"""What the consumer does for the trail: it seals what was recorded, and makes the partitions of the months to come."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from features.audit import partitions, sealing
from rounds.events.periodic import periodically


@periodically(name="audit.seal", every=sealing.EVERY)
async def seal(db: AsyncSession) -> bool:
    """Seal what was recorded."""
    return await sealing.seal(db)


@periodically(name="audit.partitions", every=timedelta(hours=6))
async def make_partitions(db: AsyncSession) -> bool:
    """Make the partitions of this month and of those to come."""
    await partitions.make_ahead(db)
    return False
