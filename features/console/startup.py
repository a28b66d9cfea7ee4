"""Says where the console is."""

from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:  # noqa: ARG001 - what every slice is given
    """Nothing has to be made for it."""
    return None


async def greet(settings: Settings, database: Database, address: str) -> list[tuple[str, str]]:  # noqa: ARG001 - as above
    """Where to look at it."""
    return [("Console", f"{address}/console")]
