"""Time zones of the IANA database, by which moments are shown and working hours are meant."""

from functools import cache
from importlib import resources
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints
from pydantic.fields import Field

from rounds.i18n import N_
from rounds.problems import Refusal

DEFAULT_ZONE = "Europe/London"

_UNKNOWN_ZONE = Refusal(
    "unknown_time_zone", N_("Name a time zone of the IANA database, for example Europe/London; case matters.")
)


@cache
def _names() -> frozenset[str]:
    # The list that ships with Python's data, and not the host's, which has files in it that are no zones.
    return frozenset((resources.files("tzdata") / "zones").read_text(encoding="utf-8").split())


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, which has been checked."""
    return ZoneInfo(name)


def _known(value: str) -> str:
    if value not in _names():
        raise _UNKNOWN_ZONE()
    return value


TimeZone = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(_known),
    Field(description="A time zone of the IANA database.", examples=[DEFAULT_ZONE]),
]
