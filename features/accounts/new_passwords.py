"""Setting a password: one that is easy to guess is refused, whoever sets it and wherever."""

from functools import partial

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from features.accounts.problems import PASSWORD_GUESSABLE
from features.accounts.schema import refuse_username_in
from rounds.auth import NoRoom, Passwords, guessable
from rounds.problems import Unavailable, invalid


async def hash_new(password: SecretStr, *, username: str, full_name: str, passwords: Passwords) -> str:
    """The hash of a new password for this account. Takes a while, so call it before any row is locked.

    Raises:
        InvalidFields: when it contains the username or is easy to guess.
        Unavailable: when too many passwords are being hashed at this moment.
    """
    typed = password.get_secret_value()
    try:
        refuse_username_in(password, username)
        if await passwords.run(partial(guessable, typed, (username, full_name))):
            raise PASSWORD_GUESSABLE()
        return await passwords.hash(typed)
    except PydanticCustomError as refusal:
        raise invalid("/password", refusal) from None
    except NoRoom:
        raise Unavailable from None
