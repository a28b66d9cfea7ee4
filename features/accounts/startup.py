"""Makes sure that somebody can sign in, and says how."""

import os
import shlex
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from features.accounts.handler import ensure_first_account, try_passwords
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


async def greet(settings: Settings, database: Database, address: str) -> list[tuple[str, str]]:
    """Say how to sign in with the password that the account has, which need not be the one that is set."""
    username = settings.admin_username
    known = _known_passwords(settings)
    async with Passwords() as hashing:
        account, right = await try_passwords(username, list(known.values()), reads=database.reads, hashing=hashing)
    if account is None:
        return [("Sign in", f"with an account of yours (there is no {username}): {_program()} user list")]
    if not account["active"]:
        again = f"{_program()} user activate {shlex.quote(username)}"
        return [("Sign in", f"{username} is deactivated; to let it in again: {again}")]
    wrong = list(known)[:right]
    reset = f"{_program()} user reset-password {shlex.quote(username)}"
    lines = [(" ", f"{place} is not its password; it counts only when the account is made") for place in wrong]
    if right is None:
        return [("Sign in", f"{username} / the password it was given since"), *lines, ("Reset", reset)]
    place, password = list(known.items())[right]
    generated = place == str(settings.generated_password_file)
    lines += [(" ", f"generated once, kept in {place}")] if generated else []
    lines += [("Reset", reset)] if wrong else []
    shown = shlex.quote(password) if generated else '"$ROUNDS_ADMIN_PASSWORD"' if os.environ.get(_SET) else None
    if shown is not None:  # what stands in .env alone, a shell does not know
        form = f"-d username={shlex.quote(username)} --data-urlencode password={shown}"
        lines.append(("Try", f"curl -s {address}/security/token {form}"))
    return [("Sign in", f"{username} / {password if generated else f'the password in {place}'}"), *lines]


_SET = "ROUNDS_ADMIN_PASSWORD"


def _known_passwords(settings: Settings) -> dict[str, str]:
    """The passwords that may be the account's, by where each is to be found."""
    known = {}
    if settings.admin_password is not None:
        place = f"{_SET} ({'from the environment' if os.environ.get(_SET) else 'from .env'})"
        known[place] = settings.admin_password.get_secret_value()
    file = settings.generated_password_file
    if not settings.production and file.is_file():
        known[str(file)] = file.read_text(encoding="utf-8").strip()
    return known


def _program() -> str:
    """This program as it is called from here."""
    beside = Path(sys.executable).with_name("rounds")
    found = beside if beside.exists() else Path("rounds")
    return shlex.quote(str(found.relative_to(Path.cwd()) if found.is_relative_to(Path.cwd()) else found))
