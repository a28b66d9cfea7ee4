"""Makes sure that messages can leave the way they are meant to."""

from features.notifications.adapters import Adapters
from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Try the adapters.

    Raises:
        Misconfigured: when the one chosen for e-mail lacks what it needs.
    """
    del database
    Adapters.of(settings)
    return None
