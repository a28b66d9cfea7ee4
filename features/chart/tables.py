"""The table of charts: those that were made, with what they were made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from rounds.data import timestamp


class ChartRow(SQLModel, table=True):
    """The latest chart of a patient as of a moment that was asked for."""

    __tablename__ = "chart"

    patient_id: UUID = Field(foreign_key="patient.id", primary_key=True)
    # The moment as it was asked for; "" for the present.
    moment: str = Field(sa_type=Text, primary_key=True)
    # What the notes, the rules and the day were when it was made. It is answered only while they still are.
    stamp: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)  # JSON, as it is answered
    made_at: datetime = timestamp()


class ChartFacts(SQLModel, table=True):
    """What of a patient's chart rules for recommendations see, whatever the day."""

    __tablename__ = "chart_facts"

    patient_id: UUID = Field(foreign_key="patient.id", primary_key=True)
    # What the notes and the rules of the chart were when it was made.
    stamp: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_type=JSONB)
