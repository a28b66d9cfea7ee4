"""Patients as clients see them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from features.patients.hooks import parts
from features.patients.numbers import Mrn, NhsNumber, Phone, normalise_identifier
from features.patients.problems import BORN_LATER, BORN_LONG_AGO, IDENTIFIER_FILTER, IDENTIFIER_TWICE
from rounds import clock
from rounds.fields import Day, Email, Moment, Strict, partial
from rounds.fields.choices import several_of
from rounds.fields.text import Line, Name
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable
from rounds.problems import SAMPLE_ID

OLDEST_YEARS = 130  # the longest documented human life is 122 years
_TENTHS = 10
_CENTIMETRES = 100  # in a metre

Sex = Literal["female", "male", "other", "unknown"]


def _plausible_birth(value: date) -> date:
    today = clock.today()
    if value > today:
        raise BORN_LATER()
    if clock.age_on(today, value) > OLDEST_YEARS:
        raise BORN_LONG_AGO(years=OLDEST_YEARS)
    return value


DateOfBirth = Annotated[Day, AfterValidator(_plausible_birth)]


class PatientIdentifier(Strict):
    """A number of another market or institution; checked when the system is one that python-stdnum knows."""

    # Together they fit into the filter `identifier=system|value`.
    system: Annotated[Name, Field(max_length=80)] = Field(examples=["ie.pps"])
    value: Annotated[Name, Field(max_length=100)] = Field(examples=["6433435F"])

    @model_validator(mode="after")
    def _checked(self) -> "PatientIdentifier":
        self.system, self.value = normalise_identifier(self.system, self.value)
        return self


def _once_each(value: list[PatientIdentifier]) -> list[PatientIdentifier]:
    if len({(item.system, item.value) for item in value}) != len(value):
        raise IDENTIFIER_TWICE()
    return value


class PatientWrite(Strict):
    """A patient as created or replaced."""

    name: Name = Field(description="Kept exactly as given.", examples=["Maeve O’Sullivan"])
    date_of_birth: DateOfBirth = Field(examples=["1957-03-09"])
    sex: Sex = "unknown"
    mrn: Mrn | None = None
    nhs_number: NhsNumber | None = None
    email: Email | None = None
    phone: Phone | None = None
    height_cm: Annotated[float, Field(strict=True, ge=20, le=280)] | None = Field(None, examples=[171.5])
    weight_kg: Annotated[float, Field(strict=True, ge=0.2, le=700)] | None = Field(None, examples=[68.2])
    conditions: Annotated[list[Name], Field(max_length=100)] = Field([], examples=[["hypertension"]])
    identifiers: Annotated[list[PatientIdentifier], Field(max_length=20), AfterValidator(_once_each)] = Field(
        [], examples=[[{"system": "ie.pps", "value": "6433435F"}]]
    )
    restricted: Annotated[bool, Field(strict=True)] = Field(
        False,
        description="Whether only clinicians who give a reason may see the record, which is then in no list or search. "
        "To restrict needs the scope `patients:restrict`, to lift that `patients:unrestrict`. Left out of a PUT, it "
        "stays as it is.",
    )


class PatientPatch(partial(PatientWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"weight_kg": 70.5, "conditions": ["hypertension"]}]})


# A patient always has them; some callers are not shown them.
_Withheld = Annotated[
    list[str], WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]})
]


class PatientIdentifierRead(BaseModel):
    """A number of another market or institution."""

    system: str = Field(examples=["ie.pps"])
    value: str = Field(examples=["6433435F"])


class PatientLinks(BaseModel):
    """Where the patient and what belongs to them are found."""

    self: str = Field(examples=[f"/patients/{SAMPLE_ID}"])
    address: str = Field(examples=[f"/patients/{SAMPLE_ID}/address"])


class PatientRead(BaseModel):
    """A patient."""

    id: UUID
    mrn: str | None = Field(examples=["RX-10442"])
    nhs_number: str | None = Field(description="Ten digits.", examples=["9990009996"])
    name: str = Field(examples=["Maeve O’Sullivan"])
    date_of_birth: date
    age: int = Field(description="Whole years today (UTC).", examples=[69])
    sex: Sex
    email: str | None = Field(examples=["maeve@example.org"])
    phone: str | None = Field(description="E.164.", examples=["+447700900123"])
    height_cm: float | None = Field(examples=[171.5])
    weight_kg: float | None = Field(examples=[68.2])
    bmi: float | None = Field(description="kg/m², to one decimal.", examples=[23.2])
    conditions: _Withheld = Field(
        description="Null, like height, weight and BMI, for those who neither read notes nor evaluate.",
        examples=[["hypertension"]],
    )
    restricted: bool = Field(description="Whether only clinicians who give a reason may see the record.")
    identifiers: list[PatientIdentifierRead]
    links: PatientLinks
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class _Included:
    """Describes what higher slices hang on patients, which they have done when the description is made."""

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(core_schema)
        described.pop("additionalProperties", None)
        described["properties"] = {
            name: handler(TypeAdapter(part.shows).core_schema) for name, part in sorted(parts.items())
        }
        return described


class PatientWithIncluded(PatientRead):
    """A patient, with what `include` asked for."""

    included: Annotated[dict[str, Any], _Included()] = Field(
        default_factory=dict,
        description="Only with `include`: what was asked for, by name.",
        examples=[{"tasks": []}],
    )


def _offered(schema: dict[str, Any]) -> None:
    """Name the parts there are when the description is made."""
    schema |= several_of(sorted(parts), title="PatientInclude", about="What can be answered with a patient.")


Include = Annotated[
    Line,
    Field(
        description="Also answer these parts, e.g. `address,procedures`; each needs the scope to read it.",
        examples=["address"],
        json_schema_extra=_offered,
    ),
]


def _two_parts(value: str) -> str:
    if not all(value.partition("|")):
        raise IDENTIFIER_FILTER()
    return value


def _apart(value: Any) -> Any:
    """Values as they are given: once for each, or apart by commas."""
    return [each for part in value for each in part.split(",")] if isinstance(value, list) else value


Ids = Annotated[list[UUID], Field(min_length=1, max_length=200), BeforeValidator(_apart)]


class PatientSort(StrEnum):
    """What patients can be sorted by."""

    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    CREATED_AT = "created_at"
    MRN = "mrn"


class PatientQuery(ListQuery):
    """How to list patients. Sort by `name`, `date_of_birth`, `created_at` or `mrn`; with `q`, best match first."""

    sort: str | None = sortable(PatientSort)
    ids: Ids | None = Field(None, description="Only these patients: ids, apart by commas.")
    has: Line | None = Field(
        None,
        description="Only patients who have all of these, apart by commas: `open_tasks`, `active_recommendations`, "
        "`notes`. Each needs the scope to read it.",
        examples=["open_tasks"],
    )
    updated_from: Moment | None = Field(None, description="Changed at this moment or later.")
    q: Annotated[Name, Field(max_length=100)] | None = Field(
        None, description="Names (misspellings and missing accents are forgiven), or the start of an MRN or NHS number."
    )
    mrn: Mrn | None = Field(None, description="Exactly this MRN.")
    nhs_number: NhsNumber | None = Field(None, description="Exactly this NHS number.")
    identifier: Annotated[Line, AfterValidator(_two_parts)] | None = Field(
        None, description="`system|value`.", examples=["ie.pps|6433435F"]
    )
    sex: Sex | None = None
    born_from: Day | None = Field(None, description="Born on this day or later.")
    born_to: Day | None = Field(None, description="Born on this day or earlier.")
    include: Include | None = None


def body_mass_index(height_cm: float | None, weight_kg: float | None) -> float | None:
    """Weight over height squared, in kg/m² to one decimal; None when either is unknown.

    Half a tenth is rounded up, of the numbers as they are written: 30.05 is 30.1 whichever height and weight make it.
    Floating-point numbers would have it now above and now below, so this calculates in whole numbers.
    """
    if not height_cm or not weight_kg:
        return None
    height, height_unit = Decimal(repr(height_cm)).as_integer_ratio()
    weight, weight_unit = Decimal(repr(weight_kg)).as_integer_ratio()
    # In tenths, and doubled, so that half a tenth is a whole number too.
    doubled = weight * height_unit**2 * (2 * _TENTHS * _CENTIMETRES**2)
    whole = weight_unit * height**2
    return (doubled + whole) // (2 * whole) / _TENTHS
