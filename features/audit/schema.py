"""The audit trail as clients see it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from features.audit.anchor import Anchor
from features.audit.problems import BACKWARDS, BAD_ANCHOR
from rounds.audit import AuditOutcome
from rounds.fields import Moment, Strict
from rounds.fields.text import Name
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

_WORD = r"^[a-z][a-z_]{0,63}$"


class AuditFieldChange(BaseModel):
    """What a field held, and what it holds since."""

    before: Any = Field(examples=["Maeve Byrne"])
    after: Any = Field(examples=["Maeve O’Sullivan"])


class AuditEventRead(BaseModel):
    """One thing that somebody did."""

    id: UUID
    at: datetime = Field(description="When it was recorded, by the database’s clock.")
    actor: str = Field(
        description="The username; or `anonymous`, `system`, or a part of the program such as `command:seed`.",
        examples=["dr.byrne"],
    )
    actor_id: UUID | None = Field(description="The account, where it was one.")
    action: str = Field(
        description="`view`, `create`, `update`, `delete`, `access` (that was refused), or a verb of its own, such as "
        "`transition`, `sign_in`, `break_glass`.",
        examples=["update"],
    )
    resource: str = Field(description="The kind of thing it was done to.", examples=["patient"])
    resource_id: str | None = Field(examples=["0197a3c2-7d8e-7aaa-bbbb-000000000000"])
    patient_id: UUID | None = Field(
        description="Whose record it was. Of a list, the patient who was asked about, if that one was shown."
    )
    patient_ids: list[UUID] | None = Field(
        description="Whose records they were, where it was several, as in a list.", examples=[None]
    )
    request_id: str | None = Field(examples=["web-4711"])
    outcome: AuditOutcome = Field(examples=["success"])
    fields: list[str] = Field(description="The names of the fields that changed.", examples=[["name"]])
    changes: dict[str, AuditFieldChange] | None = Field(
        description="What they held, where that is kept; null also when it has been erased.",
    )
    detail: str | None = Field(examples=[None])


class AuditEventSort(StrEnum):
    """What the trail can be sorted by."""

    AT = "at"


class AuditQuery(ListQuery):
    """How to read the trail."""

    patient_id: UUID | None = Field(None, description="What was done to this patient’s record, lists included.")
    actor: Name | None = Field(None, max_length=200, description="What this account did, by username.")
    action: str | None = Field(None, pattern=_WORD, examples=["view"])
    resource: str | None = Field(None, pattern=_WORD, examples=["patient"])
    outcome: AuditOutcome | None = None
    request_id: Name | None = Field(None, max_length=128, description="What this request did.")
    since: Moment | None = Field(
        None, alias="from", description="At this moment or later.", examples=["2026-03-09T00:00:00Z"]
    )
    until: Moment | None = Field(None, alias="to", description="Before this moment.", examples=["2026-03-10T00:00:00Z"])
    sort: str | None = sortable(AuditEventSort)


class VerifyQuery(Strict):
    """What to hold the chain against."""

    anchor: str | None = Field(
        None, max_length=200, description="A seal that was kept elsewhere, as `rounds audit anchor` prints it."
    )

    @field_validator("anchor")
    @classmethod
    def _is_one(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                Anchor.parse(value)
            except ValueError:
                raise BAD_ANCHOR() from None
        return value


class BrokenAuditTrail(BaseModel):
    """The first thing that is wrong."""

    kind: Literal["seal", "event", "anchor"]
    name: str = Field(description="The number of the seal, or the id of the event.", examples=["7"])
    why: str = Field(examples=["it does not follow the seal before it"])


class AuditVerification(BaseModel):
    """What was found when the chain was computed again from the rows."""

    valid: bool = Field(examples=[True])
    broken: BrokenAuditTrail | None = Field(description="The first thing that is wrong.", examples=[None])
    seals: int = Field(description="The seals that were verified.", examples=[120])
    events: int = Field(description="The events that they cover.", examples=[48211])
    unsealed: int = Field(description="The newest events, which wait to be sealed.", examples=[3])
    head: str | None = Field(
        description="The last seal, as an anchor: keep it elsewhere, and verify against it later.",
        examples=["120:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    sealed_until: datetime | None = Field(description="When the last seal was made.")
    retired: list[date] = Field(description="The months that were dropped by retention.", examples=[[]])


__all__ = [
    "BACKWARDS",
    "AuditEventRead",
    "AuditEventSort",
    "AuditFieldChange",
    "AuditQuery",
    "AuditVerification",
    "BrokenAuditTrail",
    "VerifyQuery",
]
