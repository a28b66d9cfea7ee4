"""The table of uses: who opened which restricted record, why, until when, and what a review made of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from rounds.data import new_id, timestamp
from rounds.data.erasure import erases

_UNREVIEWED = text("reviewed_at IS NULL")


class BreakGlass(SQLModel, table=True):
    """One use. It refers to nothing, so that it can be reviewed whatever becomes of record and account."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("num_nonnulls(reviewed_at, reviewed_by, outcome) IN (0, 3)", name="reviewed"),
        CheckConstraint("outcome IN ('justified', 'unjustified', 'escalated')", name="outcome"),
        CheckConstraint("reviewed_by <> actor_id", name="reviewed_by_another"),
        Index("ix_break_glass_patient_id_actor_id_expires_at", "patient_id", "actor_id", "expires_at"),
        Index("ix_break_glass_opened_at_id", "opened_at", "id"),
        Index("ix_break_glass_unreviewed_opened_at_id", "opened_at", "id", postgresql_where=_UNREVIEWED),
        Index("ix_break_glass_patient_id_opened_at_id", "patient_id", "opened_at", "id"),
        Index("ix_break_glass_actor_id_opened_at_id", "actor_id", "opened_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    actor_id: UUID
    actor: str = Field(sa_type=Text)  # the username, as it was
    reason: str | None = Field(default=None, sa_type=Text)  # empty once the patient has been erased
    request_id: str | None = Field(default=None, sa_type=Text)
    opened_at: datetime = timestamp(default=False)
    expires_at: datetime = timestamp(default=False)
    reviewed_at: datetime | None = timestamp(nullable=True)
    reviewed_by: UUID | None = None
    outcome: str | None = Field(default=None, sa_type=Text(collation="C"))
    comment: str | None = Field(default=None, sa_type=Text)


# That a record was opened, by whom and when, is of the trail; what was written about it is of the patient.
erases("break_glass", where="patient_id = :patient_id", change="reason = NULL, comment = NULL")
