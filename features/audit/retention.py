"""Dropping the months that need not be kept any more, oldest first, with the chain still whole.

A month goes as a whole, with its events, what their fields held, and the lists of what its seals cover. The seals
stay, and a link is added that says which month went: so verification knows that its events were not taken away.
"""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from features.audit import chain_persistence, sealing
from features.audit.chain import FIRST_PREVIOUS, RETIRED, Link
from rounds import clock
from rounds.audit import record

_MONTHS = text("SELECT month FROM audit_months() AS month WHERE month < :before ORDER BY month")
_DROP = text("SELECT audit_drop_month(:month)")


class NotSealed(Exception):  # noqa: N818 - a finding
    """The month has events that are not sealed yet, for instance because a transaction has been running since then."""


async def retire(before: date, db: AsyncSession) -> list[date]:
    """Drop every month before this one; answers which.

    Args:
        before: The first day of the first month that is kept.
        db: The transaction in which it is done; a failure keeps everything.

    Raises:
        NotSealed: when an event of such a month is not sealed.
    """
    while await sealing.seal(db):
        pass
    await chain_persistence.alone(db)
    months: list[date] = list(await db.scalars(_MONTHS, {"before": before}))
    for month in months:
        await _retire(month, db)
    return months


async def _retire(month: date, db: AsyncSession) -> None:
    now = await chain_persistence.now(db)
    found = await chain_persistence.head(db)
    head, seal = found or (None, FIRST_PREVIOUS)
    era, end = (head.era, head.end) if head else (1, 0)
    if await chain_persistence.has_unsealed(month, era, end, db):
        raise NotSealed
    link = Link(
        number=head.number + 1 if head else 1,
        previous=seal,
        month=month,
        era=era,
        begin=end,
        end=end,
        newest=now["newest"],
        events=0,
        digest=RETIRED,
        sealed_at=now["at"],
    )
    await chain_persistence.add(link, None, db)
    await db.execute(_DROP, {"month": month})
    await record("retire", "audit_trail", db, resource_id=f"{month:%Y-%m}")


def first_kept(months: int) -> date:
    """The first day of the first month that is kept, when so many whole months before this one are."""
    today = clock.today()
    counted = today.year * 12 + today.month - 1 - months
    return date(counted // 12, counted % 12 + 1, 1)
