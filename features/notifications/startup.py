"""Makes sure that messages can leave the way they are meant to."""

from features.notifications.adapters import configure
from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Choose the adapters.

    Raises:
        Misconfigured: when the one chosen for e-mail lacks what it needs.
    """
    del database
    configure(settings)
    return None
