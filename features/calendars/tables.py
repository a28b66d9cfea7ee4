"""The table of calendar feeds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, Uuid
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds.data import new_id, timestamp


class CalendarFeed(SQLModel, table=True):
    """An address at which a clinician's calendar can be read without signing in. Only a hash of its secret is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("uq_calendar_feed_secret_hash", "secret_hash", unique=True),
        Index("ix_calendar_feed_clinician_id_created_at_id", "clinician_id", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    clinician_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("clinician.id", ondelete="CASCADE"), nullable=False))
    label: str | None = Field(default=None, sa_type=Text)
    secret_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_by: UUID
    created_at: datetime = timestamp()
