"""Facts that a caller states instead of, or on top of, those of a patient's record."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from features.notes import Vital
from features.patients import OLDEST_YEARS, DateOfBirth, body_mass_index
from features.rules.conditions import says_chronic_pain
from features.rules.engine import Facts
from features.rules.facts import Policy, folded, procedure
from features.rules.problems import (
    AGE_TWICE,
    BMI_TWICE,
    NEEDS_BOTH,
    NO_SURGERY,
    ONE_MOMENT,
    PERFORMED_LATER,
)
from features.rules.vocabulary import FACTS
from rounds import clock
from rounds.fields import Moment, Strict, is_ahead
from rounds.fields.text import Line, Name
from rounds.problems import invalid


class StatedProcedure(Strict):
    """A procedure: what, where, and when, by `days_ago` or `performed_at`."""

    code: Annotated[Line, Field(max_length=40)] = Field("stated", examples=["HIP-01"])
    department: Name = Field(examples=["orthopaedics"])
    surgical: Annotated[bool, Field(strict=True)]
    days_ago: Annotated[int, Field(strict=True, ge=0, le=50_000)] | None = Field(
        None, description="Whole calendar days (UTC) since.", examples=[12]
    )
    performed_at: Moment | None = Field(None, examples=["2025-03-01T09:30:00Z"], validate_default=True)

    @field_validator("performed_at")
    @classmethod
    def _one_moment(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        if "days_ago" in info.data and (value is None) == (info.data["days_ago"] is None):
            raise ONE_MOMENT()
        if value is not None and is_ahead(value):
            raise PERFORMED_LATER()
        return value

    def fact(self, today: date) -> dict[str, Any]:
        """As rules see it."""
        on = self.performed_at.date() if self.performed_at else today - timedelta(self.days_ago or 0)
        return procedure(
            code=self.code, department=self.department, surgical=self.surgical, performed_on=on, today=today
        )


class StatedFacts(Strict):
    """Facts; each is optional. What is stated overrides what is known, and what is neither is missing."""

    age: Annotated[int, Field(strict=True, ge=0, le=OLDEST_YEARS)] | None = Field(
        None, description="Whole years; or give `date_of_birth`.", examples=[72]
    )
    date_of_birth: DateOfBirth | None = Field(None, description="Instead of `age`.")
    sex: Literal["female", "male", "other", "unknown"] | None = Field(None, examples=["female"])
    bmi: Annotated[float, Field(strict=True, gt=0, le=2000, allow_inf_nan=False)] | None = Field(
        None, description="kg/m², compared as it is given; or give `height_cm` and `weight_kg`.", examples=[31.4]
    )
    height_cm: Annotated[float, Field(strict=True, ge=20, le=280)] | None = Field(
        None, description="With `weight_kg`, instead of `bmi`, which is then rounded to one decimal."
    )
    weight_kg: Annotated[float, Field(strict=True, ge=0.2, le=700)] | None = Field(None, validate_default=True)
    conditions: Annotated[list[Name], Field(max_length=100)] | None = Field(
        None, description="All of them: an empty list says that there are none.", examples=[["chronic pain"]]
    )
    chronic_pain: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="Default: what `conditions` say.", examples=[True]
    )
    recent_surgery: Annotated[bool, Field(strict=True)] | None = Field(
        None,
        description="True: surgery today in a department that leads to rehabilitation. "
        "False: no procedures but those in `procedures`.",
        examples=[False],
    )
    procedures: Annotated[list[StatedProcedure], Field(max_length=100)] | None = Field(
        None, description="All of them: an empty list says that there are none."
    )
    observations: dict[Vital, Annotated[float, Field(strict=True, allow_inf_nan=False)]] | None = Field(
        None, description="Latest values by name, in the units that notes report.", examples=[{"heart_rate": 104.0}]
    )

    @field_validator("date_of_birth")
    @classmethod
    def _one_age(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is not None and info.data.get("age") is not None:
            raise AGE_TWICE()
        return value

    @field_validator("height_cm", "weight_kg")
    @classmethod
    def _one_bmi(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("bmi") is not None:
            raise BMI_TWICE()
        # Where the height was refused itself, its own error says enough.
        wants_both = info.field_name == "weight_kg" and "height_cm" in info.data
        if wants_both and (value is None) != (info.data["height_cm"] is None):
            raise NEEDS_BOTH()
        return value


def stated(facts: StatedFacts, *, known: Facts | None, policy: Policy, today: date) -> Facts:
    """What is stated over what is known.

    Args:
        facts: What the caller states.
        known: The facts of the patient's record, or None when it is nobody's.
        policy: What counts as recent surgery.
        today: The day of evaluation.

    Raises:
        InvalidFields: when it denies recent surgery but states some.
    """
    values: dict[str, Any] = {**(known.values if known else {"observations": {}}), **policy.facts()}
    absent = {name for name in FACTS if name not in values}
    if known is None:
        absent.add("observations")
    said = _simple(facts, today) | _procedures(facts, values, policy=policy, today=today)
    if facts.observations is not None:
        said["observations"] = {**values["observations"], **facts.observations}
    if said.get("sex") == "unknown":
        del said["sex"]
        values.pop("sex", None)
        absent.add("sex")
    sources = {name: source for name, source in (known.sources if known else {}).items() if name not in said}
    return Facts(values={**values, **said}, missing=frozenset(absent - said.keys()), sources=sources)


def _simple(facts: StatedFacts, today: date) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if facts.date_of_birth is not None:
        said["age"] = clock.age_on(today, facts.date_of_birth)
    elif facts.age is not None:
        said["age"] = facts.age
    bmi = facts.bmi if facts.bmi is not None else body_mass_index(facts.height_cm, facts.weight_kg)
    if bmi is not None:
        said["bmi"] = bmi
    if facts.sex is not None:
        said["sex"] = facts.sex
    if facts.conditions is not None:
        said["conditions"] = [folded(condition) for condition in facts.conditions]
        said["chronic_pain"] = says_chronic_pain(facts.conditions)
    if facts.chronic_pain is not None:
        said["chronic_pain"] = facts.chronic_pain
    return said


def _procedures(facts: StatedFacts, values: dict[str, Any], *, policy: Policy, today: date) -> dict[str, Any]:
    given = None if facts.procedures is None else [item.fact(today) for item in facts.procedures]
    if facts.recent_surgery is None:
        return {} if given is None else {"procedures": given}
    if not facts.recent_surgery:
        given = given or []
        if any(policy.qualifies(item) for item in given):
            raise invalid("/recent_surgery", NO_SURGERY())
        return {"procedures": given}
    base = given if given is not None else list(values.get("procedures", ()))
    if any(policy.qualifies(item) for item in base):
        return {"procedures": base}
    department = policy.rehab_departments[0] if policy.rehab_departments else "stated"
    surgery = procedure(code="stated", department=department, surgical=True, performed_on=today, today=today)
    return {"procedures": [surgery, *base]}
