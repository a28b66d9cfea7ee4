"""Appointments as clients see them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from features.appointments.durations import Duration, bounded
from features.appointments.problems import (
    END_AND_DURATION,
    END_BEFORE_START,
    END_OR_DURATION,
    MOMENT_RANGE,
    WHOLE_MINUTES,
)
from rounds.fields import Moment, Strict
from rounds.fields.text import Name, Prose
from rounds.fields.zones import DEFAULT_ZONE, TimeZone
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)


class AppointmentStatus(StrEnum):
    """What became of an appointment; derived from what was noted, and from the time."""

    ACTIVE = "active"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"


class AppointmentSort(StrEnum):
    """What appointments can be sorted by."""

    START_AT = "start_at"
    CREATED_AT = "created_at"


def _bookable(value: datetime) -> datetime:
    if not FIRST <= value < LAST:
        raise MOMENT_RANGE(first=FIRST.date().isoformat(), last=LAST.date().isoformat())
    return value


Bookable = Annotated[Moment, AfterValidator(_bookable)]


def _refused(field: str, error: PydanticCustomError) -> ValidationError:
    """The error of one field that only the whole model can judge."""
    return ValidationError.from_exception_data("Time", [InitErrorDetails(type=error, loc=(field,), input=None)])


class Time(Strict):
    """When an appointment is: from its start to `end_at`, or for a `duration`."""

    start_at: Bookable = Field(
        description="With its offset from UTC. The past is accepted: what was not planned is noted afterwards.",
        examples=["2026-03-09T09:30:00Z"],
    )
    end_at: Bookable | None = Field(
        None, description="From 5 minutes to 24 hours after the start, in whole minutes; or send `duration`."
    )
    duration: Duration | None = Field(None, description="Instead of `end_at`.", examples=["45m"])

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.duration is not None:
            if self.end_at is not None:
                raise _refused("duration", END_AND_DURATION())
            return self
        if self.end_at is None:
            raise _refused("duration", END_OR_DURATION())
        length = self.end_at - self.start_at
        if length.total_seconds() <= 0:
            raise _refused("end_at", END_BEFORE_START())
        try:
            bounded(length)
        except PydanticCustomError as error:
            raise _refused("end_at", error) from None
        if length.total_seconds() % 60:
            raise _refused("end_at", WHOLE_MINUTES())
        return self

    @property
    def ends(self) -> datetime:
        """The end, however it was said. Exact: clocks that change meanwhile make it neither longer nor shorter."""
        return self.start_at + self.duration if self.duration is not None else self.end_at or self.start_at


class AppointmentWrite(Time):
    """An appointment as booked or moved."""

    patient_id: UUID
    clinician_id: UUID
    department_id: UUID | None = Field(None, description="By default the clinician's.")
    time_zone: TimeZone = DEFAULT_ZONE
    reason: Prose | None = Field(
        None,
        description="Why the patient comes. Clinical, so only shown to those who may read notes.",
        examples=["Follow-up after hip replacement"],
    )
    location: Name | None = Field(
        None, description="By default the address of the department, or else of the clinician.", examples=["Room 4"]
    )
    allow_overlap: Annotated[bool, Field(strict=True)] = Field(
        False,
        description="Book although clinician or patient are booked already; needs `appointments:override`. "
        "Later bookings keep off this one as off any other.",
    )


class RebookWrite(Time):
    """The new time of a missed or cancelled appointment. What is left out is as it was."""

    clinician_id: UUID | None = None
    department_id: UUID | None = Field(None, description="With another clinician, by default theirs.")
    time_zone: TimeZone | None = None
    location: Name | None = None
    allow_overlap: Annotated[bool, Field(strict=True)] = False


class CancelWrite(Strict):
    """Why an appointment is cancelled."""

    reason: Prose | None = Field(
        None,
        description="Administrative, and shown to everybody who reads appointments: nothing clinical belongs here.",
        examples=["Asked for another day"],
    )


class AttendedWrite(Strict):
    """When the patient arrived."""

    attended_at: Moment | None = Field(
        None, description="From 60 minutes before the start until the end; by default now.", examples=[None]
    )


class AppointmentRead(BaseModel):
    """An appointment."""

    id: UUID
    patient_id: UUID
    clinician_id: UUID
    department_id: UUID
    start_at: datetime = Field(examples=["2026-07-09T08:30:00Z"])
    end_at: datetime = Field(examples=["2026-07-09T09:15:00Z"])
    duration_minutes: int = Field(description="Exact, also when clocks change meanwhile.", examples=[45])
    time_zone: str = Field(examples=[DEFAULT_ZONE])
    local_start: str = Field(
        description="The start by the clocks of `time_zone`.", examples=["2026-07-09T09:30:00+01:00"]
    )
    local_end: str = Field(description="The end by the clocks of `time_zone`.", examples=["2026-07-09T10:15:00+01:00"])
    status: AppointmentStatus = Field(
        description="`cancelled`; else `attended`; else `missed` once the end has passed; else `active`."
    )
    reason: str | None = Field(
        description="Null also for those who may not read clinical notes.", examples=["Follow-up after hip replacement"]
    )
    location: str | None = Field(examples=["14 Mill Lane, Selby, YO8 8QN"])
    allow_overlap: bool = Field(examples=[False])
    cancelled_at: datetime | None
    cancel_reason: str | None = Field(examples=[None])
    attended_at: datetime | None
    rebooked_from: UUID | None = Field(description="The missed or cancelled appointment that this one stands for.")
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class NextAppointment(BaseModel):
    """The appointment that comes next, or goes on now, at a glance."""

    id: UUID
    start_at: datetime
    end_at: datetime
    time_zone: str = Field(examples=[DEFAULT_ZONE])
    clinician_id: UUID
    clinician: str | None = Field(description="The clinician's name.", examples=["Dr Grace Okafor"])


class AppointmentIncluded(BaseModel):
    """An appointment as it stands on its patient with `include=appointments`."""

    id: UUID
    clinician_id: UUID
    department_id: UUID
    start_at: datetime
    end_at: datetime
    duration_minutes: int
    time_zone: str
    status: AppointmentStatus
    location: str | None


class AppointmentQuery(ListQuery):
    """How to list appointments: the earliest first, or by `sort`."""

    sort: str | None = sortable(AppointmentSort)
    status: AppointmentStatus | None = Field(None, description="As it is at this moment.")
    patient_id: UUID | None = None
    clinician_id: UUID | None = None
    department_id: UUID | None = None
    since: Moment | None = Field(
        None, alias="from", description="Starting at this moment or later.", examples=["2026-03-09T00:00:00Z"]
    )
    until: Moment | None = Field(
        None, alias="to", description="Starting before this moment.", examples=["2026-03-10T00:00:00Z"]
    )
    must_rebook: bool | None = Field(
        None,
        description="`true`: only active ones that cannot take place as booked, because the clinician is not active "
        "any more or away, or the department is not active.",
    )


class AppointmentChange(BaseModel):
    """A step in the life of an appointment, as it stood after it."""

    version: int = Field(examples=[1])
    at: datetime
    actor_id: UUID | None = Field(description="The account that did it; null for an import.")
    action: str = Field(description="`booked`, `moved`, `changed`, `cancelled` or `attended`.", examples=["booked"])
    start_at: datetime
    end_at: datetime
    clinician_id: UUID
    department_id: UUID
    location: str | None = Field(examples=["Outpatients, room 4"])
    allow_overlap: bool = Field(description="Whether it was booked over others.", examples=[False])


class AppointmentHistory(BaseModel):
    """What happened to an appointment, the oldest first."""

    data: list[AppointmentChange]


class FreeSlot(BaseModel):
    """A time in which a clinician could see somebody."""

    start_at: datetime
    end_at: datetime
    local_start: str = Field(examples=["2026-07-09T09:30:00+01:00"])


class AvailabilityQuery(BaseModel):
    """When to look for free slots, and how long they shall be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Bookable = Field(alias="from", description="What is past is never free.", examples=["2026-03-09T00:00:00Z"])
    until: Bookable = Field(alias="to", description="31 days later at most.", examples=["2026-03-16T00:00:00Z"])
    duration: Duration = Field(description="How long a slot shall be.", examples=["30m"])


class Availability(BaseModel):
    """The free slots of a clinician, one after the other."""

    clinician_id: UUID
    duration_minutes: int = Field(examples=[30])
    time_zone: str = Field(description="Of the working hours.", examples=[DEFAULT_ZONE])
    assumed_hours: bool = Field(
        description="No working hours are set for this clinician; Monday to Friday from nine to five are assumed."
    )
    data: list[FreeSlot]
