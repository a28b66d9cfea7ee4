"""What can go wrong with accounts.

Conflict
  LastAdmin  409 last_admin
  UsernameTaken  409 username_taken
NotFound
  AccountNotFound  404 account_not_found
Unauthenticated
  RefreshSuperseded  401 refresh_superseded
  RefreshTokenRefused  401 refresh_token_refused
  WrongCredentials  401 wrong_credentials
"""

from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, Unauthenticated, named


class WrongCredentials(Unauthenticated):
    """The username or the password is wrong, or the account is not active; which of them is not said."""

    code = "wrong_credentials"
    title = N_("Sign-in failed")
    detail = N_("The username or the password is wrong. Check both and try again.")


class RefreshTokenRefused(Unauthenticated):
    """The refresh token is unknown, expired, revoked or was used before. A second use revokes the whole sign-in."""

    code = "refresh_token_refused"
    title = N_("The session has ended")
    detail = N_("This refresh token cannot be used. Sign in again.")


class RefreshSuperseded(Unauthenticated):
    """The refresh token was spent a moment ago, most likely by another tab of the same browser; the sign-in goes on.

    Take the newer tokens from where the other tab put them. Nothing was issued and nothing was revoked.
    """

    code = "refresh_superseded"
    title = N_("Refreshed a moment ago")
    detail = N_("This refresh token was used a few seconds ago. Go on with the newer tokens that it was exchanged for.")


class AccountNotFound(NotFound):
    """No account has this id."""

    code = "account_not_found"
    title = N_("Account not found")
    detail = N_("No account has this id. List the accounts with GET /security/users.")


class UsernameTaken(Conflict):
    """Another account has this username; upper and lower case do not tell usernames apart."""

    code = "username_taken"
    title = N_("The username is taken")
    detail = N_("Another account has this username. Choose a different one.")
    members = named(field=Literal["username"])
    sample = named(field="username")


class LastAdmin(Conflict):
    """The change would leave nobody who can manage accounts."""

    code = "last_admin"
    title = N_("The last administrator stays")
    detail = N_("This is the last active administrator. Give another account the role admin first.")


on_violation("uq_account_username_key", lambda: UsernameTaken(field="username"))

PASSWORD_SHORT = Refusal("password_too_short", N_("Use at least {minimum} characters, such as a few unrelated words."))
PASSWORD_GUESSABLE = Refusal(
    "password_guessable",
    N_("This is easy to guess: it is common, repeats itself, or is made of names. Use a few unrelated words instead."),
)
PASSWORD_NAMED = Refusal("password_contains_username", N_("Leave the username out of the password."))
