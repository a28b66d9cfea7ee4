"""Recommendations, evaluations and batches as clients see them."""

import operator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from features.accounts import AccountName
from features.evaluate.problems import ONE_PATIENT, ONE_SELECTION
from features.patients import PatientRead
from features.rules import RuleRead, StatedFacts
from rounds.expansions import expandable
from rounds.fields import Strict, partial
from rounds.fields.text import Line, Name, Prose
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

MOST_PATIENTS = 10_000

Status = Literal["active", "accepted", "declined", "superseded"]
Answer = Literal["accepted", "declined"]
BatchStatus = Literal["queued", "running", "done", "failed"]

_ID = "0197a3c2-7d8e-7aaa-bbbb-000000000000"
# A whole number stays one. Its bounds are those of PostgreSQL's and of most programs' integers.
ExternalId = (
    Annotated[int, Field(strict=True, ge=-(2**63), le=2**63 - 1)] | Annotated[Name, StringConstraints(strict=True)]
)
_EXTERNAL = Field(
    description="What the caller who stated the facts calls the patient; null when there is no such number.",
    examples=["W-4711"],
)
_RULE = Field(
    description="The rule's code as it was then; null when there was no rule. With `expand=rule` the rule itself.",
    examples=["physical_therapy"],
)


class FactSource(BaseModel):
    """The note that tells a fact, and its words."""

    note_id: UUID
    taken_at: datetime
    quote: str | None = Field(description="Null once the note was deleted.", examples=["chronic low back pain"])


Sources = Annotated[
    dict[str, FactSource],
    Field(
        description="Where facts are from that a note tells, and not the record; left out where there are none.",
        exclude_if=operator.not_,
    ),
]


class RecommendationTrace(BaseModel):
    """What a recommendation rests on."""

    model_config = ConfigDict(extra="ignore")

    expression: str | None = Field(
        description="The rule's expression; null for what was written by hand.", examples=["age > 65 && chronic_pain"]
    )
    facts: dict[str, Any] = Field(
        description="The facts the expression refers to, as they were.", examples=[{"age": 71, "chronic_pain": True}]
    )
    sources: Sources = {}
    engine: str = Field(description="`rules`, `openai`, …, or `manual`.", examples=["rules"])
    evaluated_at: datetime
    stated: bool = Field(False, description="Whether it rests on facts stated in the request, not on the record alone.")


class _Recommended(Strict):
    recommendation: Name = Field(examples=["Weight Management Program"])
    rule: Annotated[Name, Field(max_length=60)] | None = Field(
        None, description="Code or id of the rule it belongs to, if any.", examples=["weight_management"]
    )


class RecommendationWrite(_Recommended):
    """A recommendation written by hand."""

    patient_id: UUID = Field(examples=[_ID])


class RecommendationReplace(_Recommended):
    """A recommendation as replaced; the patient stays."""

    patient_id: UUID | None = Field(
        description="Null for what rests on stated facts of nobody who is stored.", examples=[_ID]
    )
    status: Status = Field("active", examples=["accepted"])
    reason: Prose | None = Field(None, examples=["Agreed with the family."])


class RecommendationPatch(partial(RecommendationReplace)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Agreed with the family."}]})


class RecommendationFeedback(Strict):
    """A clinician's answer to a recommendation."""

    status: Answer = Field(examples=["accepted"])
    reason: Prose | None = Field(None, examples=["Agreed with the family."])


class RecommendationRead(BaseModel):
    """A recommendation."""

    id: UUID
    patient_id: UUID | None = Field(description="Null when it rests on stated facts of nobody who is stored.")
    external_id: str | int | None = _EXTERNAL
    rule: str | RuleRead | None = _RULE
    rule_id: UUID | None
    rule_version: int | None = Field(description="The version of the rule that fired.", examples=[1])
    recommendation: str = Field(examples=["Physical Therapy"])
    status: Status = Field(
        description="`superseded`: its rule no longer applies, or has been replaced by a newer version."
    )
    engine: str = Field(description="Who made it: `rules`, `openai`, …, or `manual`.", examples=["rules"])
    trace: RecommendationTrace
    reason: str | None = Field(description="Why it was accepted or declined.", examples=["Agreed with the family."])
    answered_at: datetime | None
    answered_by: UUID | None = Field(description="The account that answered.")
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime
    patient: PatientRead | None = Field(None, description="Only with `expand=patient`.")
    answerer: AccountName | None = Field(None, description="Who answered. Only with `expand=answerer`.")


class ActiveRecommendation(BaseModel):
    """A recommendation that waits for an answer, at a glance."""

    id: UUID
    recommendation: str = Field(examples=["Physical Therapy"])
    rule: str | None = Field(description="The rule's code.", examples=["physical_therapy"])
    created_at: datetime


Expansions = Annotated[Line, expandable("RecommendationExpand", "patient", "rule", "answerer")]


class RecommendationSort(StrEnum):
    """What recommendations can be sorted by."""

    CREATED_AT = "created_at"


class RecommendationQuery(ListQuery):
    """How to list recommendations. Sort by `created_at`."""

    sort: str | None = sortable(RecommendationSort)
    patient_id: UUID | None = None
    external_id: Name | None = Field(
        None, description="What a caller called the patient whose facts it stated.", examples=["W-4711"]
    )
    status: Status | None = None
    rule: Annotated[Line, StringConstraints(min_length=1, max_length=60)] | None = Field(
        None, description="Code or id of a rule.", examples=["physical_therapy"]
    )
    expand: Expansions | None = None


class EvaluatedRecommendation(BaseModel):
    """A recommendation that an evaluation found; one that was not stored has neither id nor version."""

    id: UUID | None = Field(description="Null in a dry run for what would be new.")
    patient_id: UUID | None
    external_id: str | int | None = _EXTERNAL
    rule: str | None = Field(examples=["physical_therapy"])
    rule_id: UUID | None
    rule_version: int | None = Field(examples=[1])
    recommendation: str = Field(examples=["Physical Therapy"])
    status: Status = Field(description="`accepted` or `declined` when clinicians have answered it on the same facts.")
    engine: str = Field(examples=["rules"])
    trace: RecommendationTrace
    reason: str | None = Field(description="Why it was accepted or declined.", examples=[None])
    answered_at: datetime | None = Field(examples=[None])
    answered_by: UUID | None = Field(examples=[None])
    version: int | None = Field(examples=[1])
    created_at: datetime | None
    updated_at: datetime | None


class RuleTrace(BaseModel):
    """What became of one rule."""

    rule: str = Field(description="The rule's code.", examples=["weight_management"])
    version: int = Field(examples=[1])
    matched: bool
    missing: list[str] = Field(
        description="Facts it refers to that are not known; it does not fire without them.", examples=[["bmi"]]
    )
    error: str | None = Field(None, description="Why its expression could not be evaluated on these facts.")
    sources: Sources = {}


class RecommendationEngine(BaseModel):
    """Who judged the rules."""

    name: str = Field(examples=["rules"])
    degraded: bool = Field(description="Whether the engine that was chosen failed, and another one answered.")
    reason: str | None = Field(description="Why, when degraded.", examples=[None])


class EvaluationRead(BaseModel):
    """What the rules say about a patient."""

    patient_id: UUID | None
    external_id: str | int | None = _EXTERNAL
    recommendations: list[EvaluatedRecommendation]
    message: str = Field(description="In the caller's language.", examples=["1 recommendation"])
    trace: list[RuleTrace] = Field(description="Every active rule, in order of their codes.")
    engine: RecommendationEngine


class EvaluateRequest(StatedFacts):
    """Facts to evaluate: stated here, or those on a patient's record, or the record's with some stated instead."""

    patient_id: UUID | None = Field(
        None, description="Whose record to start from; what is found is then stored for that patient."
    )
    external_id: ExternalId | None = Field(
        None,
        description="Your own number of a patient who is not stored here; kept, announced and returned as given.",
        examples=["W-4711", 4711],
    )
    dry_run: Annotated[bool, Field(strict=True)] = Field(
        False, description="Only say what would be recommended: store nothing and announce nothing."
    )

    @model_validator(mode="after")
    def _one_patient(self) -> Self:
        if self.patient_id is not None and self.external_id is not None:
            raise ONE_PATIENT()
        return self

    @property
    def states_anything(self) -> bool:
        """Whether there is any fact in it."""
        return any(getattr(self, name) is not None for name in self.model_fields_set & set(StatedFacts.model_fields))


def _once_each(value: list[UUID]) -> list[UUID]:
    return sorted(set(value))


class EvaluationBatchWrite(Strict):
    """Whom to evaluate: these patients, or all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"all": True}, {"patient_ids": [_ID]}]})

    patient_ids: (
        Annotated[list[UUID], Field(min_length=1, max_length=MOST_PATIENTS), AfterValidator(_once_each)] | None
    ) = Field(None, description="Each counts once, however often it stands here.")
    all: Annotated[bool, Field(strict=True)] = Field(False, description="Every patient there is when this is asked.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.patient_ids is None) is not self.all:
            raise ONE_SELECTION()
        return self


class EvaluationBatchRead(BaseModel):
    """An evaluation of many patients, and how far it has come."""

    id: UUID
    status: BatchStatus = Field(
        description="`failed` when a step failed as often as it may; requeueing the event continues it."
    )
    total: int = Field(description="Patients to evaluate.", examples=[1200])
    done: int = Field(description="Patients that are through, those not found and failed included.", examples=[750])
    matched: int = Field(description="Patients to whom at least one rule applied.", examples=[310])
    recommended: int = Field(description="New recommendations made.", examples=[280])
    not_found: int = Field(description="Patients that do not exist, or were deleted before their turn.", examples=[0])
    failed: int = Field(description="Patients whom the engine could not evaluate.", examples=[0])
    degraded: int = Field(description="Patients evaluated by the fallback of the chosen engine.", examples=[0])
    engine: str | None = Field(description="Who judged the rules last.", examples=["rules"])
    requested_by: UUID = Field(description="The account that asked.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    version: int = Field(examples=[4])


class EvaluationBatchSort(StrEnum):
    """What batches can be sorted by."""

    CREATED_AT = "created_at"


class BatchQuery(ListQuery):
    """How to list batches. Sort by `created_at`."""

    sort: str | None = sortable(EvaluationBatchSort)
    status: BatchStatus | None = None
