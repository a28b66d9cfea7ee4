"""How long an appointment is, in the spellings that people and programs use.

`1h30m`, `45m` and `2h` are the short spelling; `PT1H30M` is that of ISO 8601 (section 5.5.2.4), whole hours and minutes
only. Anything else is refused: seconds, days and months have no place in a diary, and a bare number has no unit.
"""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from features.appointments.problems import DURATION, TOO_LONG, TOO_SHORT

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
ACCEPTED = "1h30m, 45m, 2h, PT1H30M, PT45M"

_SHORT = re.compile(r"(?=[0-9])(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?")
_ISO = re.compile(r"PT(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,4})M)?")


def parse_duration(value: str) -> timedelta:
    """The length that `value` spells; not yet judged.

    Raises:
        PydanticCustomError: `duration_format`, saying what is accepted.
    """
    found = _SHORT.fullmatch(value) or _ISO.fullmatch(value)
    if found is None or not any(found.groups()):
        raise DURATION(accepted=ACCEPTED)
    hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes)


def bounded(length: timedelta) -> timedelta:
    """The length, unless it is shorter or longer than an appointment may be.

    Raises:
        PydanticCustomError: `too_short_length` or `too_long_length`.
    """
    if length < SHORTEST:
        raise TOO_SHORT(minutes=SHORTEST // timedelta(minutes=1))
    if length > LONGEST:
        raise TOO_LONG(hours=LONGEST // timedelta(hours=1))
    return length


def _read(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return bounded(value)
    if not isinstance(value, str):
        raise DURATION(accepted=ACCEPTED)
    return bounded(parse_duration(value))


Duration = Annotated[
    timedelta,
    BeforeValidator(_read, json_schema_input_type=str),
    Field(
        description=f"From 5 minutes to 24 hours: {ACCEPTED}.",
        examples=["45m"],
        json_schema_extra={
            "maxLength": 12,
            "pattern": "^([0-9]{1,4}h([0-9]{1,4}m)?|[0-9]{1,4}m|PT([0-9]{1,4}H([0-9]{1,4}M)?|[0-9]{1,4}M))$",
        },
    ),
]
