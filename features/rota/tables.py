"""The tables of the rota."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import Column
from sqlmodel import Field

from rounds.data import Timestamped, new_id, timestamp


class WorkingHours(Timestamped, table=True):
    """A clinician's week; written and read as a whole."""

    __tablename__ = "working_hours"

    clinician_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("clinician.id", ondelete="CASCADE"), primary_key=True))
    time_zone: str = Field(sa_type=Text)
    hours: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))


class Absence(Timestamped, table=True):
    """A time in which a clinician is not available."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="forwards"),
        CheckConstraint("kind IN ('leave', 'training', 'other')", name="kind"),
        Index("ix_absence_clinician_id_start_at_id", "clinician_id", "start_at", "id"),
        Index("ix_absence_end_at", "end_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    clinician_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("clinician.id", ondelete="CASCADE"), nullable=False))
    start_at: datetime = timestamp(default=False)
    end_at: datetime = timestamp(default=False)
    kind: str = Field(sa_type=Text)
