"""Procedures as clients see them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from features.patients import PatientRead
from features.procedures.problems import CODE_CHARACTERS, PERFORMED_LATER, PERFORMED_LONG_AGO
from rounds.expansions import expandable
from rounds.fields import Moment, Strict, is_ahead, partial
from rounds.fields.text import Line, Name, Prose
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LONGEST_CODE = 40


def _plausible(value: datetime) -> datetime:
    if is_ahead(value):
        raise PERFORMED_LATER()
    if value < EARLIEST:
        raise PERFORMED_LONG_AGO(year=EARLIEST.year)
    return value


def _code(value: str) -> str:
    trimmed = value.strip(" ")
    if not (trimmed and len(value) <= LONGEST_CODE and value.isascii() and value.isprintable()):
        raise CODE_CHARACTERS()
    return trimmed


Code = Annotated[
    str,
    Field(
        description="Kept as written; upper and lower case make no difference.",
        examples=["hip-replacement"],
        json_schema_extra={"maxLength": LONGEST_CODE, "pattern": "^[ -~]*[!-~][ -~]*$"},
    ),
    AfterValidator(_code),
]


class ProcedureWrite(Strict):
    """A procedure as created or replaced."""

    code: Code
    name: Name = Field(examples=["Hip replacement"])
    department: Name = Field(description="The name of the department that does it.", examples=["orthopaedics"])
    surgical: Annotated[bool, Field(strict=True)] = False


class ProcedurePatch(partial(ProcedureWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Total hip replacement"}]})


class ProcedureRead(BaseModel):
    """A procedure."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str = Field(examples=["hip-replacement"])
    name: str = Field(examples=["Hip replacement"])
    department: str = Field(examples=["orthopaedics"])
    surgical: bool = Field(examples=[True])
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class ProcedureSort(StrEnum):
    """What procedures can be sorted by."""

    CODE = "code"
    NAME = "name"
    CREATED_AT = "created_at"


class ProcedureQuery(ListQuery):
    """How to list procedures. Sort by `code`, `name` or `created_at`."""

    sort: str | None = sortable(ProcedureSort)
    code: Code | None = Field(None, description="Exactly this code, in capitals or not.")
    department: Name | None = Field(None, description="Done by this department; case and accents are forgiven.")
    surgical: bool | None = None


class PatientProcedureWrite(Strict):
    """A procedure that a patient underwent, as recorded or replaced."""

    patient_id: UUID
    procedure_id: UUID
    performed_at: Annotated[Moment, AfterValidator(_plausible)] = Field(
        description="With an offset from UTC; not in the future, not before 1900.", examples=["2026-03-09T14:30:00Z"]
    )
    report: Prose | None = Field(None, examples=["Uneventful. Weight-bearing from the first day."])


class PatientProcedurePatch(partial(PatientProcedureWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"report": "Uneventful."}]})


class PatientProcedureRead(BaseModel):
    """A procedure that a patient underwent."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    patient_id: UUID
    procedure_id: UUID
    performed_at: datetime
    report: str | None = Field(examples=["Uneventful. Weight-bearing from the first day."])
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class PatientProcedureWithExpanded(PatientProcedureRead):
    """A procedure that a patient underwent, with what `expand` asked for."""

    patient: PatientRead | None = Field(None, description="Only with `expand=patient`.")
    procedure: ProcedureRead | None = Field(None, description="Only with `expand=procedure`.")


class PatientProcedureIncluded(BaseModel):
    """A procedure as it stands on its patient with `include=procedures`."""

    id: UUID
    procedure_id: UUID
    code: str
    name: str
    department: str
    surgical: bool
    performed_at: datetime


Expansions = Annotated[Line, expandable("PatientProcedureExpand", "patient", "procedure")]


class PatientProcedureSort(StrEnum):
    """What procedures of patients can be sorted by."""

    PERFORMED_AT = "performed_at"
    CREATED_AT = "created_at"


class PatientProcedureQuery(ListQuery):
    """How to list what patients underwent. Sort by `performed_at` or `created_at`."""

    sort: str | None = sortable(PatientProcedureSort)
    patient_id: UUID | None = None
    procedure_id: UUID | None = None
    performed_from: Moment | None = Field(None, description="Performed at this moment or later.")
    performed_to: Moment | None = Field(None, description="Performed at this moment or earlier.")
    expand: Expansions | None = None
