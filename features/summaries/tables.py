"""The tables of summaries: those that were made, and who is making one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from rounds.data import timestamp


class Summary(SQLModel, table=True):
    """The latest summary of a patient of each kind that was asked for, with what it was made from."""

    __tablename__ = "summary"

    patient_id: UUID = Field(foreign_key="patient.id", primary_key=True)
    # What was asked for, of whom, and on which day.
    kind: str = Field(sa_type=Text, primary_key=True)
    # What the record and the notes were when it was made. It is answered only while they still are.
    stamp: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)  # JSON, as it is answered
    made_at: datetime = timestamp()
    # One that was made for want of something better is not kept for long.
    expires_at: datetime | None = timestamp(nullable=True)


class SummaryFlight(SQLModel, table=True):
    """Somebody is making the summary at this address; whoever else wants it waits for theirs."""

    __tablename__ = "summary_flight"

    key: str = Field(sa_type=Text, primary_key=True)
    holder: UUID
    until: datetime = timestamp(default=False)
