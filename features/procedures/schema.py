"""Procedures as clients see them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from features.patients import PatientRead
from features.procedures.problems import CODE_CHARACTERS, NOT_A_MOMENT, PERFORMED_LATER, PERFORMED_LONG_AGO
from rounds import clock
from rounds.paging import ListQuery
from rounds.schema import Strict, partial
from rounds.text import Line, Name, Prose

GRACE = timedelta(minutes=5)  # how far a client's clock may be ahead of ours
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LONGEST_CODE = 40

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _rfc_3339(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise NOT_A_MOMENT()
    return value.upper()


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first or last hours of all that a datetime can hold
        raise NOT_A_MOMENT() from None


# A moment as RFC 3339 has it, in UTC once it is read; without an offset it is refused.
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_in_utc)]


def _plausible(value: datetime) -> datetime:
    if value > clock.now() + GRACE:
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


class ProcedureQuery(ListQuery):
    """How to list procedures. Sort by `code`, `name` or `created_at`."""

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


EXPANSIONS = ("patient", "procedure")
_EXPANSION = rf" *({'|'.join(EXPANSIONS)}) *"
Expansions = Annotated[
    Line,
    Field(
        description="Also answer `patient`, `procedure`, or both.",
        examples=["patient,procedure"],
        json_schema_extra={"pattern": f"^{_EXPANSION}(,{_EXPANSION})*$"},
    ),
]


class PatientProcedureQuery(ListQuery):
    """How to list what patients underwent. Sort by `performed_at` or `created_at`."""

    patient_id: UUID | None = None
    procedure_id: UUID | None = None
    performed_from: Moment | None = Field(None, description="Performed at this moment or later.")
    performed_to: Moment | None = Field(None, description="Performed at this moment or earlier.")
    expand: Expansions | None = None
