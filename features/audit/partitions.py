"""The partitions of the trail: one for each month, made ahead of time."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

AHEAD = 3  # months; what comes when there is none goes into the partition for the rest

_MAKE = text("""
SELECT audit_prepare_month(CAST(date_trunc('month', now() AT TIME ZONE 'UTC') + ahead * interval '1 month' AS date))
FROM generate_series(0, :ahead) AS ahead
""")


async def make_ahead(db: AsyncSession) -> int:
    """Make the partitions that are not there yet; answers how many months that were."""
    return sum((await db.scalars(_MAKE, {"ahead": AHEAD})).all())
