"""What the trail needs before the program starts: the era of this cluster, and partitions for the months to come."""

from sqlalchemy import text

from features.audit.partitions import make_ahead
from rounds.data import Database
from rounds.settings import Settings

_ERA = text("SELECT audit_begin_era()")


async def prepare(settings: Settings, database: Database) -> str | None:
    """Begin a new era if the database has moved to another cluster, and make the partitions that are missing."""
    del settings
    async with database.transaction() as db:
        await db.execute(_ERA)
        await make_ahead(db)
    return None
