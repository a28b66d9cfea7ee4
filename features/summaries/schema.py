"""Summaries as clients see them."""

import re
from datetime import date, datetime
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # pydantic asks for this one below Python 3.12
)
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

from features.notes import BOX, PAGE, Box, Vital
from features.summaries.problems import LANGUAGE
from features.summaries.shape import Audience, Length, Options
from rounds.fields import Moment
from rounds.fields.text import Line

LANGUAGES = ("en",)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _spoken(value: str) -> str:
    language = value.lower().partition("-")[0]
    if language not in LANGUAGES:
        raise LANGUAGE(supported=", ".join(LANGUAGES))
    return language


def _beginning(value: Any) -> Any:
    """The first moment of a day, in UTC; whatever else, as it is."""
    return f"{value}T00:00:00Z" if isinstance(value, str) and _DAY.fullmatch(value) else value


# One type and not a union of two: an error then names the parameter, and not what pydantic tried.
Since = Annotated[
    Moment,
    BeforeValidator(_beginning),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]


class SummaryQuery(BaseModel):
    """What the summary is to be like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Audience = Field(
        "clinician", description="`family`: in plain words. `clinician`: in the words of the trade."
    )
    length: Length = Field("standard", description="`brief` fits the screen of a phone.")
    language: Annotated[Line, AfterValidator(_spoken)] = Field(
        "en",
        description="Only `en` at present.",
        json_schema_extra={"pattern": "^[Ee][Nn](-[A-Za-z0-9-]*)?$"},
    )
    since: Since | None = Field(
        None,
        description="Tell only what has happened since this moment or day. Allergies and current medications are told "
        "all the same.",
        examples=["2026-01-01T00:00:00Z"],
    )
    refresh: bool = Field(False, description="Make it anew, even though nothing has changed.")

    def options(self) -> Options:
        """What was asked for, as the steps of a summary take it."""
        return Options(audience=self.audience, length=self.length, language=self.language, since=self.since)


class SummaryHeading(BaseModel):
    """Whom it is about."""

    name: str = Field(examples=["Maeve O’Sullivan"])
    age: int = Field(examples=[69])
    date_of_birth: date
    sex: str = Field(examples=["female"])
    mrn: str | None = Field(examples=["RX-1042"])
    nhs_number: str | None = Field(examples=["9434765919"])


class SummaryCitation(BaseModel):
    """What a statement rests on: words that stand in the note exactly so."""

    note_id: UUID
    taken_at: datetime
    quote: str = Field(examples=["Start amoxicillin 500 mg PO three times daily."])
    start: int | None = Field(
        description="Where the quote begins in `content`, in characters; null where it is not found again.",
        examples=[107],
    )
    end: int | None = Field(examples=[153])
    page: int | None = Field(description=PAGE, examples=[1])
    box: Box | None = Field(description=BOX)


class SummaryStatement(BaseModel):
    """One thing said about the patient."""

    text: str = Field(examples=["Amoxicillin 500 mg by mouth three times daily, started 9 March 2026."])
    citations: list[SummaryCitation]
    supported: bool = Field(
        description="Whether the server found the quotes in the notes and nothing in the statement that they do not "
        "say. What is not supported is left out, and counted in `warnings`.",
        examples=[True],
    )


class SummarySection(BaseModel):
    """Statements under a heading."""

    title: str = Field(examples=["Medications"])
    statements: list[SummaryStatement]


@with_config(ConfigDict(extra="allow"))
class KeyFact(TypedDict):
    """A fact as it was understood, and the words that say so; what is not known of it is not there."""

    note_id: UUID
    taken_at: datetime
    original: NotRequired[Annotated[str, Field(description="As it stands in the note.")]]
    start: NotRequired[Annotated[int, Field(description="Where that begins in `content`, in characters.")]]
    end: NotRequired[int]
    page: NotRequired[Annotated[int | None, Field(description=PAGE)]]
    box: NotRequired[Annotated[Box | None, Field(description=BOX)]]
    concept: NotRequired[Annotated[str | None, Field(description="The name under which its synonyms are one.")]]


class KeyDiagnosis(KeyFact):
    """A condition that the patient has, may have, had or has not, or that runs in the family."""

    text: Annotated[str, Field(examples=["acute bronchitis"])]
    certainty: Literal["confirmed", "possible", "ruled_out", "historical", "family"]
    detail: NotRequired[str | None]
    relative: NotRequired[str | None]


class KeyMedication(KeyFact):
    """A drug, and what becomes of it."""

    name: Annotated[str, Field(examples=["amoxicillin"])]
    status: Literal["started", "continued", "changed", "stopped", "mentioned"]
    ingredient: NotRequired[str | None]
    dose: NotRequired[Annotated[str | None, Field(examples=["500 mg"])]]
    route: NotRequired[Annotated[str | None, Field(examples=["oral"])]]
    frequency: NotRequired[Annotated[str | None, Field(examples=["three times daily"])]]
    reason: NotRequired[str | None]


class KeyAllergy(KeyFact):
    """What is not tolerated, or was said not to be."""

    substance: Annotated[str, Field(examples=["penicillin"])]
    status: Literal["present", "denied"]
    reaction: NotRequired[Annotated[str | None, Field(examples=["rash"])]]


class KeyVital(KeyFact):
    """The latest value of a vital sign."""

    name: Vital
    value: Annotated[float, Field(examples=[72])]
    unit: Annotated[str | None, Field(examples=["bpm"])]
    at: NotRequired[Annotated[str | None, Field(description="The moment or day of the measurement.")]]


class KeyFacts(BaseModel):
    """The facts of all notes taken together; each with `note_id` and `taken_at` of the note it is from."""

    diagnoses: list[KeyDiagnosis] = []
    medications: list[KeyMedication] = []
    allergies: list[KeyAllergy] = []
    latest_vitals: list[KeyVital] = []


class NoteMention(BaseModel):
    """A note that was used or left out."""

    note_id: UUID
    taken_at: datetime
    type: str = Field(examples=["progress"])


class SummaryGenerator(BaseModel):
    """Who wrote it."""

    provider: Literal["openai", "extractive"] = Field(examples=["extractive"])
    model: str | None = Field(description="The model asked; null when none was.", examples=[None])
    prompt_version: str | None = Field(examples=[None])
    degraded: bool = Field(description="Whether a model should have written it and did not.", examples=[True])
    reason: str | None = Field(description="Why.", examples=["No model is configured (OPENAI_API_KEY is not set)."])


class SummaryRead(BaseModel):
    """A summary of what a patient's notes say."""

    patient_id: UUID
    heading: SummaryHeading
    summary: str = Field(examples=["69-year-old woman with acute bronchitis, treated with amoxicillin since 9 March."])
    sections: list[SummarySection]
    key_facts: KeyFacts
    notes_used: list[NoteMention]
    notes_omitted: list[NoteMention] = Field(description="Left out because they exceed what the model can take in.")
    generator: SummaryGenerator
    warnings: list[str] = Field(examples=[[]])
    generated_at: datetime
