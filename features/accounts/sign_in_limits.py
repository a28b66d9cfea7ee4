"""How many failures to sign in there may be: per username and address, per address, and per username.

How they are counted is in `rounds.auth.rate_limiter`; whose count for whom, in `features.accounts.signing_in`.
"""

from rounds.auth.attempt_counts import Limit

_WINDOW_SECONDS = 15 * 60
PER_USERNAME_AND_ADDRESS = Limit("username_and_address", 5, _WINDOW_SECONDS)
PER_ADDRESS = Limit("address", 20, _WINDOW_SECONDS)
PER_USERNAME = Limit("username", 50, _WINDOW_SECONDS)
