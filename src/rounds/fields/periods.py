"""Periods, from a moment to another, as queries ask for them with `from` and `to`."""

from datetime import datetime

from rounds.i18n import N_
from rounds.problems import Refusal, invalid

_BACKWARDS = Refusal("ends_before_it_begins", N_("The period must begin before it ends."))


def expect_forwards(since: datetime, until: datetime) -> None:
    """Make sure that a period begins before it ends.

    Raises:
        InvalidFields: when it does not.
    """
    if since >= until:
        raise invalid("?from", _BACKWARDS())


def rate(part: int, rest: int) -> float | None:
    """The share of `part` in it and the `rest`, from 0 to 1 to four decimals; None of nothing."""
    whole = part + rest
    return round(part / whole, 4) if whole else None
