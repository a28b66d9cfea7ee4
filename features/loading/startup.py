"""Gives a new development database something to look at."""

from features.loading.handler import load_sample_ward
from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Load the sample ward into an empty database, where that is wanted."""
    made = await load_sample_ward(database) if settings.with_sample_data else 0
    return f"a sample ward of {made} patients" if made else None
