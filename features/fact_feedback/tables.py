"""The table of feedback on facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from rounds.data import new_id, timestamp


class FactFeedback(SQLModel, table=True):
    """What somebody says of one fact of a note: the words it was taken from, and what is wrong with it.

    Notes are understood anew by newer rules, so it holds the words and their place, which stay, and not the fact.
    """

    __tablename__ = "fact_feedback"
    __table_args__ = (
        Index("ix_fact_feedback_note_id_created_at_id", "note_id", "created_at", "id"),
        Index("uq_fact_feedback_fact", "note_id", "kind", "start", "end", "created_by", unique=True),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    note_id: UUID = Field(foreign_key="note.id")
    kind: str = Field(sa_type=Text)
    start: int
    end: int
    original: str = Field(sa_type=Text)
    comment: str | None = Field(default=None, sa_type=Text)
    created_by: UUID
    created_at: datetime = timestamp()
