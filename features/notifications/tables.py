"""The tables of notifications, and the tally that analytics are made from."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from rounds.data import new_id, timestamp
from rounds.data.erasure import erases

_LIVE = text("deleted_at IS NULL")


class Notification(SQLModel, table=True):
    """What a patient is told about a recommendation, once whatever is delivered twice, or about an appointment."""

    __tablename__ = "notification"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms', 'none')", name="channel"),
        CheckConstraint("status IN ('pending', 'sent', 'failed', 'undeliverable', 'cancelled')", name="status"),
        CheckConstraint("(channel = 'none') = (recipient IS NULL)", name="recipient"),
        CheckConstraint("(channel = 'none') = (status = 'undeliverable')", name="undeliverable"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("NOT only_logged OR status = 'sent'", name="only_logged"),
        CheckConstraint("(status IN ('failed', 'undeliverable')) = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("num_nonnulls(recommendation_id, appointment_id) = 1", name="about"),
        Index("uq_notification_recommendation_id", "recommendation_id", unique=True),
        Index("ix_notification_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_notification_patient_id_created_at_id", "patient_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_notification_status_created_at_id", "status", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_notification_channel_created_at_id", "channel", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_notification_kind_created_at_id", "kind", "created_at", "id", postgresql_where=_LIVE),
        Index(
            "ix_notification_appointment_id_created_at_id",
            "appointment_id",
            "created_at",
            "id",
            postgresql_where=_LIVE,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    kind: str = Field(
        default="recommendation", sa_type=Text(collation="C"), sa_column_kwargs={"server_default": "recommendation"}
    )
    recommendation_id: UUID | None = Field(default=None, foreign_key="recommendation.id")
    appointment_id: UUID | None = Field(default=None, foreign_key="appointment.id")
    channel: str = Field(sa_type=Text(collation="C"))
    status: str = Field(default="pending", sa_type=Text(collation="C"))
    reason: str | None = Field(default=None, sa_type=Text)
    # The address or number as it was when the message was written.
    recipient: str | None = Field(default=None, sa_type=Text)
    subject: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    calendar: str | None = Field(default=None, sa_type=Text)  # an entry that goes with an e-mail
    attempts: int = 0
    created_at: datetime = timestamp()
    sent_at: datetime | None = timestamp(nullable=True)
    # It went no further than the log. Not a status of its own here: the version before this one, which runs beside it
    # during an upgrade, could not read such a row. Clients see it as `logged`.
    only_logged: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    deleted_at: datetime | None = timestamp(nullable=True)


class RecommendationTally(SQLModel, table=True):
    """That something was recommended to somebody; kept beyond the event, and without what it was.

    It refers to nothing, so that counts of the past stay as they were whatever becomes of records and rules.
    """

    __tablename__ = "recommendation_tally"
    __table_args__ = (
        Index("ix_recommendation_tally_occurred_on_rule_patient_id", "occurred_on", "rule", "patient_id"),
    )

    event_id: UUID = Field(primary_key=True)
    # Tells people apart: a patient's id, or one that stands for a number of somebody else's; empty for the unknown.
    patient_id: UUID | None = None
    rule: str | None = Field(default=None, sa_type=Text(collation="C"))
    occurred_on: date
    occurred_at: datetime = timestamp(default=False)


# Counts of the past stay as they were, and those who were counted stay apart; who this one was is forgotten.
erases("recommendation_tally", where="patient_id = :patient_id", change="patient_id = :stranger")
