"""What time brings about: tasks that are overdue."""

from sqlalchemy.ext.asyncio import AsyncSession

from features.tasks import write_statements
from features.tasks.events import TaskOverdue, about
from rounds import clock
from rounds.events import publish

_AT_ONCE = 500  # in one transaction


async def tell_overdue(db: AsyncSession) -> bool:
    """Tell of open tasks whose due date has passed; each once for a due date, however long nobody looked."""
    rows = await write_statements.take_overdue(clock.now(), most=_AT_ONCE, db=db)
    await publish([TaskOverdue(**about(row)) for row in rows], db)
    return len(rows) == _AT_ONCE
