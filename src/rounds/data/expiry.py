"""What is kept for a time only, and swept away after it, whichever table it stands in."""

from datetime import timedelta
from typing import Any

from sqlalchemy import column, delete, select, table

from rounds import clock
from rounds.data.connection_pools import Database

_BATCH = 1_000
_expiring: dict[str, tuple[str, str, timedelta]] = {}


def expires(name: str, *, key: str, since: str, after: timedelta) -> None:
    """Sweep rows of a table once they are older than that.

    Args:
        name: The table.
        key: Its primary key.
        since: The column with the moment from which a row's time runs; ship an index with it.
        after: How long a row is of use.
    """
    _expiring[name] = (key, since, after)


async def sweep_expired(database: Database) -> int:
    """Delete what has expired, in small bites; answers how many rows."""
    total = 0
    for name, (key, since, after) in _expiring.items():
        rows = table(name, column(key), column(since))
        expired = select(rows.c[key]).where(rows.c[since] <= clock.now() - after).limit(_BATCH)
        while True:
            async with database.transaction() as db:
                found: Any = await db.execute(delete(rows).where(rows.c[key].in_(expired)))
            total += found.rowcount
            if found.rowcount < _BATCH:
                break
    return total
