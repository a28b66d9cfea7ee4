"""Makes sure that somebody can sign in."""

from features.accounts.handler import ensure_first_account
from rounds.data import Database
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Create the administrator when there is no account yet."""
    async with database.transaction() as db:
        made = await ensure_first_account(settings.admin_username, lambda: settings.first_password, db=db)
    return f"the account {settings.admin_username}" if made else None
