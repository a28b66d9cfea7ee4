"""Gives a new development database something to look at."""

from features.patients import any_patient
from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Load the sample ward into an empty database, where that is wanted."""
    if not settings.with_sample_data or await any_patient(database.reads):
        return None
    # Hardly any start needs it, and importing it takes as long as the rest of its slice's work.
    from features.loading.handler import load_sample_ward  # noqa: PLC0415

    made = await load_sample_ward(database)
    return f"a sample ward of {made} patients" if made else None
