"""Days and moments as clients write them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from rounds import clock
from rounds.i18n import N_
from rounds.problems import Refusal

GRACE = timedelta(minutes=5)  # how far a client's clock may be ahead of ours

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_NOT_A_DAY = Refusal("date_format", N_("Write the date as YYYY-MM-DD."))
_NOT_A_MOMENT = Refusal(
    "moment_format",
    N_("Write the moment as RFC 3339 has it, with its offset from UTC, for example 2026-03-09T14:30:00Z."),
)


def _iso_day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _NOT_A_DAY()
    return value


# A calendar date, written YYYY-MM-DD and in no other way.
Day = Annotated[date, BeforeValidator(_iso_day)]


def _rfc_3339(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _NOT_A_MOMENT()
    return value.upper()


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first or last hours of all that a datetime can hold
        raise _NOT_A_MOMENT() from None


# A moment as RFC 3339 has it, in UTC once it is read; without an offset it is refused.
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_in_utc)]


def is_ahead(moment: datetime) -> bool:
    """Whether `moment` lies further in the future than a client's clock may be wrong."""
    return moment > clock.now() + GRACE
