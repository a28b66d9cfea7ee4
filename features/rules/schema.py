"""Rules as clients see them."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from features.rules.problems import RULE_CODE
from features.rules.programs import checked
from rounds.fields import Strict, partial
from rounds.fields.text import Name, Prose, normalise
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

LONGEST_EXPRESSION = 4000
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_HIP = "procedures.exists(p, p.surgical && p.days_ago <= 90)"


def is_id(text: str) -> bool:
    """Whether `text` is an id, which no code may look like."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _code(value: str) -> str:
    value = value.strip()
    if not _CODE.fullmatch(value) or is_id(value):
        raise RULE_CODE()
    return value


def _expression(value: str) -> str:
    return checked(normalise(value, multiline=True))


Code = Annotated[
    str,
    StringConstraints(max_length=100),
    AfterValidator(_code),
    Field(description="Small letters, digits, `_` and `-`; unique.", examples=["physical_therapy"]),
]
Expression = Annotated[
    str,
    StringConstraints(max_length=LONGEST_EXPRESSION),
    AfterValidator(_expression),
    Field(
        description="CEL over the facts; must be true or false. See the documentation of `POST /rules`.",
        examples=["age > 65 && chronic_pain", _HIP],
    ),
]


class RuleWrite(Strict):
    """A rule as created or replaced."""

    code: Code
    recommendation: Name = Field(description="What is recommended when it fires.", examples=["Physical Therapy"])
    description: Prose | None = Field(None, examples=["For older patients in lasting pain."])
    expression: Expression
    active: Annotated[bool, Field(strict=True)] = True


class RulePatch(partial(RuleWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"expression": "age > 70 && chronic_pain"}]})


class RuleRead(BaseModel):
    """A rule: the definition of a recommendation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str = Field(examples=["physical_therapy"])
    recommendation: str = Field(examples=["Physical Therapy"])
    description: str | None = Field(examples=["For older patients in lasting pain."])
    expression: str = Field(examples=["age > 65 && chronic_pain"])
    active: bool
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class RuleVersionRead(BaseModel):
    """One version of a rule, as it stood."""

    version: int = Field(examples=[1])
    code: str = Field(examples=["physical_therapy"])
    recommendation: str = Field(examples=["Physical Therapy"])
    description: str | None = Field(examples=["For older patients in lasting pain."])
    expression: str = Field(examples=["age > 65 && chronic_pain"])
    active: bool
    deleted: bool = Field(description="Whether this change deleted the rule.", examples=[False])
    at: datetime = Field(description="When it was written.")
    by: UUID | None = Field(description="By whom; null for those that Rounds came with.")


class RuleSort(StrEnum):
    """What rules can be sorted by."""

    CODE = "code"
    CREATED_AT = "created_at"


class RuleQuery(ListQuery):
    """How to list rules. Sort by `code` or `created_at`."""

    sort: str | None = sortable(RuleSort)
    active: bool | None = None
    code: Name | None = Field(None, description="Exactly this code.", examples=["physical_therapy"])


class RuleVersionSort(StrEnum):
    """What versions of a rule can be sorted by."""

    VERSION = "version"


class RuleVersionQuery(ListQuery):
    """How to list the versions of a rule. Sort by `version`."""

    sort: str | None = sortable(RuleVersionSort)


class RuleTrial(Strict):
    """What to try."""

    expression: Expression | None = Field(None, description="Instead of the rule's own, for trying a change.")
    limit: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(
        100_000, description="How many patients to look at, at most.", examples=[100_000]
    )


class ExpressionTrial(Strict):
    """An expression that is no rule yet."""

    expression: Expression
    limit: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(
        100_000, description="How many patients to look at, at most.", examples=[100_000]
    )


class RuleTrialResult(BaseModel):
    """Whom a rule would match."""

    evaluated: int = Field(description="Patients looked at.", examples=[12])
    matched: int = Field(description="Patients it matches.", examples=[3])
    missing: dict[str, int] = Field(description="By fact: patients of whom it is not known.", examples=[{"bmi": 2}])
    errors: dict[str, int] = Field(description="By reason: patients on whom it fails.", examples=[{}])
    sample: list[UUID] = Field(description="The first ten it matches.", max_length=10)
    complete: bool = Field(description="Whether all patients were looked at.")
