"""Charts as clients see them."""

import re
from datetime import datetime
from typing import (
    Annotated,
    Any,  # pydantic asks for this one below Python 3.12
)
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from features.chart.line_schema import (
    AllergyLine,
    AvoidLine,
    ChartAdviceLine,
    ChartConflict,
    ChartEncounterLine,
    ChartFindingLine,
    ChartResuscitationLine,
    ChartSymptomLine,
    FamilyLine,
    MeasurementLine,
    MedicationLine,
    NextStep,
    OverdueStep,
    ProblemLine,
    ProcedureLine,
)
from rounds.fields import Moment

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _end(value: Any) -> Any:
    """The last moment of a day, in UTC; whatever else, as it is."""
    return f"{value}T23:59:59.999999Z" if isinstance(value, str) and _DAY.fullmatch(value) else value


# One type and not a union of two: an error then names the parameter, and not what pydantic tried.
AsOf = Annotated[
    Moment,
    BeforeValidator(_end),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]


class ChartQuery(BaseModel):
    """Which chart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: AsOf | None = Field(
        None,
        description="The chart as the notes taken up to this moment, or to the end of this day, have it; left out, as "
        "they have it now.",
        examples=["2026-03-09T14:30:00Z"],
    )


class NoteUsed(BaseModel):
    """A note that the chart rests on."""

    note_id: UUID
    taken_at: datetime
    type: str = Field(examples=["progress"])


class ChartRead(BaseModel):
    """What is true of a patient at a moment."""

    patient_id: UUID
    as_of: datetime
    problems: list[ProblemLine]
    medications: list[MedicationLine]
    allergies: list[AllergyLine] = Field(description="Recorded nowhere, the list is empty; that is no denial.")
    avoid: list[AvoidLine]
    procedures: list[ProcedureLine]
    family_history: list[FamilyLine]
    measurements: list[MeasurementLine]
    next_steps: list[NextStep]
    overdue: list[OverdueStep] = Field(
        [],
        description="Tests, scans, stitches and the like that were planned, and whose time has gone by without a note "
        "that tells of them.",
    )
    advice: list[ChartAdviceLine] = Field(description="Of the newest note that advises anything.")
    encounters: list[ChartEncounterLine] = Field(description="Why the patient was seen, the newest first.")
    symptoms: list[ChartSymptomLine] = Field(description="What the patient complained of, in the newest notes.")
    findings: list[ChartFindingLine] = Field(description="Of the newest notes that have any.")
    resuscitation: list[ChartResuscitationLine] = Field(
        description="The decision that stands: one line, or none where no note tells one; that is no decision."
    )
    conflicts: list[ChartConflict]
    notes_used: list[NoteUsed]


class FlaggedAllergy(BaseModel):
    """An allergy that stands."""

    substance: str = Field(examples=["penicillin"])
    reaction: str | None = Field(examples=["rash"])


class FlaggedAvoidance(BaseModel):
    """What the patient is not to have."""

    substance: str = Field(examples=["nsaids"])
    reason: str | None = Field(examples=["acute kidney injury"])


class PatientFlags(BaseModel):
    """What a patient must not be given, as the chart has it."""

    allergies: list[FlaggedAllergy]
    avoid: list[FlaggedAvoidance]
    complete: bool = Field(
        description="False where too many notes would have to be gone through first: then read the chart."
    )
