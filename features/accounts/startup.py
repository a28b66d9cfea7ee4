"""Makes sure that somebody can sign in."""

from pydantic import TypeAdapter, ValidationError

from features.accounts.handler import ensure_first_account
from rounds.auth import Passwords
from rounds.data import Database
from rounds.fields.text import Name
from rounds.settings import Misconfigured, Settings

_USERNAME: TypeAdapter[str] = TypeAdapter(Name)  # as a sign-in reads it


async def prepare(settings: Settings, database: Database) -> str | None:
    """Create the administrator when there is no account yet."""
    try:
        username = _USERNAME.validate_python(settings.admin_username)
    except ValidationError:
        raise Misconfigured("ROUNDS_ADMIN_USERNAME is blank, too long or holds control characters.") from None
    async with Passwords() as passwords, database.transaction() as db:
        made = await ensure_first_account(username, lambda: settings.first_password, db=db, passwords=passwords)
    return f"the account {username}" if made else None
