"""Working hours and absences as clients see them."""

import re
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from features.rota.problems import ABSENCE_BACKWARDS, HOURS_BACKWARDS, HOURS_OVERLAP, HOURS_TIME
from features.rota.weekly import END_OF_DAY, WEEKDAYS
from rounds.fields import Moment, Strict
from rounds.fields.zones import DEFAULT_ZONE, TimeZone
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Kind = Literal["leave", "training", "other"]

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _wall_clock(value: str) -> str:
    if not _TIME.fullmatch(value) and value != END_OF_DAY:
        raise HOURS_TIME()
    return value


WallClock = Annotated[
    str,
    AfterValidator(_wall_clock),
    Field(max_length=5, json_schema_extra={"pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}),
]


class WorkingPeriod(Strict):
    """One stretch of work on a weekday, by the clocks of the time zone."""

    weekday: Weekday = Field(examples=["monday"])
    start: WallClock = Field(examples=["09:00"])
    end: WallClock = Field(description="`24:00` is the end of the day.", examples=["12:30"])

    @model_validator(mode="after")
    def _forwards(self) -> "WorkingPeriod":
        if self.start >= self.end:
            raise HOURS_BACKWARDS()
        return self


class WorkingHoursWrite(Strict):
    """A clinician's week. Without periods the clinician is not available at all."""

    time_zone: TimeZone = DEFAULT_ZONE
    hours: Annotated[list[WorkingPeriod], Field(max_length=50)] = Field(
        examples=[[{"weekday": "monday", "start": "09:00", "end": "12:30"}]]
    )

    @model_validator(mode="after")
    def _apart(self) -> "WorkingHoursWrite":
        in_order = sorted(self.hours, key=lambda each: (WEEKDAYS.index(each.weekday), each.start))
        for one, other in pairwise(in_order):
            if one.weekday == other.weekday and other.start < one.end:
                raise HOURS_OVERLAP()
        self.hours = in_order
        return self


class WorkingHoursRead(BaseModel):
    """A clinician's week."""

    clinician_id: UUID
    time_zone: str = Field(examples=[DEFAULT_ZONE])
    hours: list[WorkingPeriod]
    assumed: bool = Field(
        description="Nothing was set for this clinician; this is what availability goes by.", examples=[False]
    )
    version: int = Field(description="0 while the hours are assumed.", examples=[1])


class AbsenceWrite(Strict):
    """A time in which a clinician is not available. It cancels nothing that is booked."""

    start_at: Moment = Field(examples=["2026-08-03T00:00:00+01:00"])
    end_at: Moment = Field(examples=["2026-08-15T00:00:00+01:00"])
    kind: Kind = "leave"

    @model_validator(mode="after")
    def _forwards(self) -> "AbsenceWrite":
        if self.start_at >= self.end_at:
            raise ABSENCE_BACKWARDS()
        return self


class AbsenceRead(BaseModel):
    """A time in which a clinician is not available."""

    id: UUID
    clinician_id: UUID
    start_at: datetime
    end_at: datetime
    kind: Kind
    created_at: datetime


class AbsenceSort(StrEnum):
    """What absences can be sorted by."""

    START_AT = "start_at"


class AbsenceQuery(ListQuery):
    """How to list a clinician's absences. Sort by `start_at`."""

    sort: str | None = sortable(AbsenceSort)
    ends_after: Moment | None = Field(None, description="Only those that are not over at this moment.")
