"""Notes as clients see them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from clinical.sections.note_types import NoteType
from features.notes.fact_schema import NoteFacts, Vital
from features.notes.json_notes import LARGEST_BYTES
from features.notes.problems import TAKEN_LATER, TAKEN_LONG_AGO, NoteTooLarge
from rounds.fields import Moment, Strict, is_ahead
from rounds.fields.text import Name, normalise, not_blank
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# So much of each note's text stands in lists; the whole of it on the note itself.
SHOWN_IN_LISTS = 20_000

_SOAP = """S: Cough for three days, no fever. Denies chest pain.
O: BP 128/82 mmHg, HR 72, Temp 98.2°F, SpO2 98% on room air. Lungs clear.
A: Acute bronchitis
P: Start amoxicillin 500 mg PO three times daily. Review in a week."""


def _plausible(value: datetime) -> datetime:
    if is_ahead(value):
        raise TAKEN_LATER()
    if value < EARLIEST:
        raise TAKEN_LONG_AGO(year=EARLIEST.year)
    return value


def _content(value: str) -> str:
    if len(value) > LARGEST_BYTES or len(value.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        raise NoteTooLarge(megabytes=LARGEST_BYTES // 1024**2)
    return not_blank(normalise(value.replace("\r\n", "\n").replace("\r", "\n"), multiline=True))


TakenAt = Annotated[Moment, AfterValidator(_plausible)]
# Its own bound, in bytes, answers 413. What is left out is read from the note where it stands there.
Content = Annotated[str, AfterValidator(_content), WithJsonSchema({"type": "string", "minLength": 1})]

_TAKEN_AT = "When the note was taken, with an offset from UTC. Left out, the date is taken from the note's text."
_TYPE = "Left out, it is worked out from the text."
_AUTHOR = "Left out, it is taken from the note's text, where it is signed."


class NoteDetails(Strict):
    """What may be said about a note, beside the note."""

    taken_at: TakenAt | None = Field(None, description=_TAKEN_AT, examples=["2026-03-09T14:30:00Z"])
    type: NoteType | None = Field(None, description=_TYPE, examples=["progress"])
    author: Name | None = Field(None, description=_AUTHOR, examples=["Dr Grace Okafor"])


class NoteWrite(NoteDetails):
    """A note as text."""

    content: Content = Field(description="At most 10 MB.", examples=[_SOAP])


class NoteSections(BaseModel):
    """The parts of a SOAP note, or what corresponds to them under other headings; null where the note has none."""

    subjective: str | None = Field(None, examples=["Cough for three days, no fever. Denies chest pain."])
    objective: str | None = Field(None, examples=["BP 128/82 mmHg, HR 72, Temp 98.2°F. Lungs clear."])
    assessment: str | None = Field(None, examples=["Acute bronchitis"])
    plan: str | None = Field(None, examples=["Start amoxicillin 500 mg PO three times daily."])


class NoteFileRead(BaseModel):
    """The file that a note came in."""

    filename: str = Field(examples=["clinic-letter.pdf"])
    media_type: str = Field(description="Going by its content.", examples=["application/pdf"])
    bytes: int = Field(examples=[48213])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    pages: int | None = Field(
        None,
        description="How many pages a PDF or a scan has; null for a text, and in a note that an older version read.",
        examples=[2],
    )


class NoteExtraction(BaseModel):
    """How far the text has been read and understood."""

    status: Literal["done", "pending", "failed"] = Field(
        description="`pending`: the consumer is going to read it; the event rounds.note.extracted tells when it has.",
        examples=["done"],
    )
    method: Literal["text", "pdf", "ocr"] = Field(examples=["text"])
    confidence: float | None = Field(
        description="1 for text as it was written; 0.95 or 0.8 where its encoding was guessed; for scans an estimate "
        "of the share of characters that are right. Check what is below 0.9 against the file.",
        examples=[1.0],
    )
    error: str | None = Field(description="Why it failed, and what to do.", examples=[None])


class NoteRead(BaseModel):
    """A note."""

    id: UUID
    patient_id: UUID
    taken_at: datetime
    taken_at_source: Literal["given", "note", "received"] = Field(
        description="`given` by the caller, read from the `note`, or, failing both, the moment it was `received`.",
        examples=["given"],
    )
    type: NoteType = Field(examples=["progress"])
    type_source: Literal["given", "classified"] = Field(examples=["classified"])
    type_confidence: float | None = Field(description="0 to 1; null for a type that was given.", examples=[0.93])
    author: str | None = Field(examples=["Dr Grace Okafor"])
    author_source: Literal["given", "note"] | None = Field(examples=["given"])
    content: str = Field(examples=[_SOAP])
    truncated: bool = Field(
        False, description="In lists a very long text stops short and has no sections.", examples=[False]
    )
    sections: NoteSections | None
    facts: NoteFacts
    file: NoteFileRead | None
    extraction: NoteExtraction
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None = Field(description="The account that added it.")


class NoteFound(NoteRead):
    """A note in a list."""

    snippet: str | None = Field(
        None,
        description="With `q`: where it matches, as HTML in which only `<mark>` is markup.",
        examples=["<mark>Cough</mark> for three days"],
    )


class NoteSort(StrEnum):
    """What notes can be sorted by."""

    TAKEN_AT = "taken_at"
    CREATED_AT = "created_at"


class NoteQuery(ListQuery):
    """How to list the notes of one patient. Sort by `taken_at` or `created_at`; with `q` the best match comes first."""

    sort: str | None = sortable(NoteSort)
    type: NoteType | None = None
    author: Name | None = Field(None, description="A part of the author's name; case and accents are forgiven.")
    taken_from: Moment | None = Field(None, description="Taken at this moment or later.")
    taken_to: Moment | None = Field(None, description="Taken at this moment or earlier.")
    q: Name | None = Field(
        None,
        description='Words in the text, in any of their forms. `"…"` for a phrase, `or`, `-` to exclude.',
        examples=["chest pain"],
    )


class AllNotesQuery(NoteQuery):
    """How to list notes."""

    patient_id: UUID | None = None


class LatestVital(BaseModel):
    """The newest value of a vital sign, at a glance."""

    name: Vital
    value: float = Field(examples=[72])
    unit: str | None = Field(examples=["bpm"])
    at: datetime
    note_id: UUID


class LastNote(BaseModel):
    """The note that was taken last, at a glance."""

    id: UUID
    taken_at: datetime
    type: NoteType
    author: str | None = Field(examples=["Dr Grace Okafor"])


class ObservationRead(BaseModel):
    """A measurement that a note reports."""

    name: str = Field(examples=["heart_rate"])
    kind: Literal["vital", "lab"] = Field(examples=["vital"])
    value: float = Field(examples=[72])
    unit: str | None = Field(examples=["bpm"])
    at: datetime
    original: str = Field(description="As it stands in the note.", examples=["HR 72"])
    note_id: UUID


class ObservationSort(StrEnum):
    """What measurements can be sorted by."""

    AT = "at"


class ObservationQuery(ListQuery):
    """How to list measurements, earliest first. Sort by `at`."""

    model_config = ConfigDict(populate_by_name=True)

    sort: str | None = sortable(ObservationSort)
    name: list[Name] | None = Field(
        None,
        min_length=1,
        max_length=50,
        description="Only this measurement; repeat it for several, of which each is a series.",
        examples=[["systolic_blood_pressure", "diastolic_blood_pressure"]],
    )
    kind: Literal["vital", "lab"] | None = None
    at_from: Moment | None = Field(None, alias="from", description="At this moment or later.")
    at_to: Moment | None = Field(None, alias="to", description="At this moment or earlier.")


class ReferenceRange(BaseModel):
    """Between which values a sign is unremarkable; null where there is no such end."""

    low: float | None = Field(examples=[51])
    high: float | None = Field(examples=[90])


class ObservationSeries(BaseModel):
    """What there is of one measurement of a patient."""

    name: str = Field(examples=["heart_rate"])
    kind: Literal["vital", "lab"] = Field(examples=["vital"])
    unit: str | None = Field(description="Of the latest value.", examples=["bpm"])
    count: int = Field(examples=[12])
    first_at: datetime
    last_at: datetime
    latest: float = Field(examples=[72])
    lowest: float = Field(examples=[64])
    highest: float = Field(examples=[104])
    reference: ReferenceRange | None = Field(
        description="The values that score 0 in NEWS2, for people of 16 years and older; null for everything else."
    )


class ObservationCatalogue(BaseModel):
    """Every series of measurements that a patient has: vital signs, then laboratory values, each by name."""

    data: list[ObservationSeries]


def upload_schema() -> dict[str, Any]:
    """What the form of an upload looks like, for OpenAPI. Forms have no null, but fields left empty."""
    details = NoteDetails.model_json_schema()
    fields: dict[str, Any] = {
        "file": {"type": "string", "format": "binary", "description": "Text, PDF, PNG, JPEG or TIFF, at most 10 MB."}
    }
    for name, field in details["properties"].items():
        choices = [choice for choice in field["anyOf"] if choice != {"type": "null"}]
        fields[name] = {**field, "anyOf": [*choices, {"const": ""}]}
        fields[name].pop("default", None)
    return {
        **details,
        "title": "NoteUpload",
        "description": "A note as a file.",
        "properties": fields,
        "required": ["file"],
    }


UPLOAD_EXAMPLE = {
    "file": "Seen in clinic. Chest clear, oxygen saturation 97% on air.",
    "taken_at": "2026-03-09T14:30:00Z",
    "type": "progress",
    "author": "Dr Grace Okafor",
}
