"""Feedback on facts as clients see it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from rounds.fields import Strict
from rounds.fields.text import Prose

Kind = Literal["vitals", "medications", "diagnoses", "allergies", "avoid", "procedures", "labs"]


class FactFeedbackWrite(Strict):
    """Which fact is wrong, and perhaps how."""

    kind: Kind = Field(description="The list of `facts` that it stands in.", examples=["medications"])
    start: int = Field(strict=True, ge=0, le=2**31 - 1, description="`start` of the fact.", examples=[107])
    end: int = Field(strict=True, ge=1, le=2**31 - 1, description="`end` of the fact.", examples=[152])
    comment: Annotated[Prose, Field(max_length=2000)] | None = Field(
        None, description="What is wrong, in the words of whoever says so.", examples=["She takes 250 mg, not 500."]
    )


class FactFeedbackRead(BaseModel):
    """What somebody says is wrong with a fact."""

    id: UUID
    patient_id: UUID
    note_id: UUID
    kind: Kind = Field(examples=["medications"])
    start: int = Field(examples=[107])
    end: int = Field(examples=[152])
    original: str = Field(description="The words that the fact was taken from.", examples=["amoxicillin 500 mg"])
    comment: str | None = Field(examples=["She takes 250 mg, not 500."])
    created_by: UUID = Field(description="The account that says so.")
    created_at: datetime


class FactFeedbackList(BaseModel):
    """All that is said of the facts of a note, the newest first."""

    data: list[FactFeedbackRead]
