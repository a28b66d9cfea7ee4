"""Notifications, analytics and event streams as clients see them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rounds.fields import Day
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

Channel = Literal["email", "sms", "none"]
Status = Literal["pending", "sent", "logged", "failed", "undeliverable", "cancelled"]
GroupBy = Literal["day", "rule"]
Kind = Literal[
    "recommendation", "appointment_booked", "appointment_moved", "appointment_cancelled", "appointment_reminder"
]


class EventTicketRead(BaseModel):
    """What lets somebody open one stream of events."""

    ticket: str = Field(description="For `GET /events?ticket=…`.", examples=["b1Qm…"])
    expires_in: int = Field(description="Seconds within which the stream has to be opened.", examples=[30])


class NotificationRead(BaseModel):
    """What a patient was told about a recommendation or an appointment."""

    id: UUID
    kind: Kind
    patient_id: UUID
    recommendation_id: UUID | None
    appointment_id: UUID | None
    channel: Channel = Field(description="E-mail if the patient has an address, else a text message.")
    status: Status = Field(
        description="`sent`: a carrier has taken it. `logged`: nothing left the house; no carrier is set up for its "
        "channel, and only the log says that there was a message. `undeliverable`: there was nowhere to send it. "
        "`failed`: it was refused, or given up.",
        examples=["sent"],
    )
    reason: str | None = Field(
        description="Why it was not sent: `no_address`, `recipient_refused`, `message_refused`, `address_unusable`, "
        "`not_delivered`.",
        examples=[None],
    )
    recipient: str | None = Field(
        description="The address or number when it was written.", examples=["maeve@example.org"]
    )
    subject: str = Field(examples=["A new recommendation from your care team"])
    body: str = Field(examples=["Dear Maeve Byrne,\n\nyour care team has a new recommendation for you: …"])
    attempts: int = Field(description="How often sending was tried.", examples=[1])
    created_at: datetime
    sent_at: datetime | None = Field(description="When a carrier took it; null for what was only logged.")


class NotificationSort(StrEnum):
    """What notifications can be sorted by."""

    CREATED_AT = "created_at"


class NotificationQuery(ListQuery):
    """How to list notifications. Sort by `created_at`."""

    sort: str | None = sortable(NotificationSort)
    patient_id: UUID | None = None
    recommendation_id: UUID | None = None
    appointment_id: UUID | None = None
    kind: Kind | None = None
    status: Status | None = None
    channel: Channel | None = None


class AnalyticsQuery(BaseModel):
    """Which recommendations to count, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day | None = Field(
        None, alias="from", description="First day (UTC). By default the 30 days up to `to`.", examples=["2026-03-01"]
    )
    until: Day | None = Field(
        None, alias="to", description="Last day (UTC), included. Today by default.", examples=["2026-03-31"]
    )
    group_by: GroupBy = Field("day", description="What each row stands for.")


class DayCount(BaseModel):
    """What was recommended on a day."""

    day: date
    recommendations: int = Field(examples=[12])
    patients: int = Field(description="Different patients on that day.", examples=[9])


class RuleCount(BaseModel):
    """What a rule has led to."""

    rule: str | None = Field(
        description="The rule's code as it was then; null for what was recommended without a rule.",
        examples=["physical_therapy"],
    )
    recommendations: int = Field(examples=[12])
    patients: int = Field(description="Different patients of that rule.", examples=[9])


class RecommendationTotal(BaseModel):
    """What was recommended in the whole period."""

    recommendations: int = Field(examples=[12])
    patients: int = Field(description="Different patients; who is in several rows is counted once here.", examples=[9])


class RecommendationAnalytics(BaseModel):
    """How many recommendations were made, for how many patients."""

    model_config = ConfigDict(populate_by_name=True)

    group_by: GroupBy
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    data: list[DayCount] | list[RuleCount] = Field(
        description="In order of the days, or of the codes; days and rules without a recommendation are left out."
    )
    total: RecommendationTotal
