"""Uses of break-glass as auditors see them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from rounds.fields import Moment, Strict
from rounds.fields.text import Name, Prose, not_blank
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable


class BreakGlassReviewOutcome(StrEnum):
    """What a review made of a use."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"
    ESCALATED = "escalated"


class BreakGlassUseRead(BaseModel):
    """One use of break-glass: somebody opened a restricted record."""

    id: UUID
    patient_id: UUID
    actor_id: UUID
    actor: str = Field(description="The username, as it was at the time.", examples=["a.okafor"])
    reason: str | None = Field(
        description="Null once the patient has been erased.", examples=["Unconscious in the emergency department"]
    )
    request_id: str | None = Field(examples=["0197a3c2-7d8e-7aaa-bbbb-000000000000"])
    opened_at: datetime
    expires_at: datetime = Field(description="Until then the record stays open to this user.")
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    outcome: BreakGlassReviewOutcome | None = Field(examples=[None])
    comment: str | None = Field(examples=[None])


class BreakGlassUseSort(StrEnum):
    """What uses can be sorted by."""

    OPENED_AT = "opened_at"


class UseQuery(ListQuery):
    """How to list uses. Sort by `opened_at`."""

    sort: str | None = sortable(BreakGlassUseSort)
    reviewed: bool | None = Field(None, description="Only those that have been reviewed, or only those that have not.")
    patient_id: UUID | None = None
    actor_id: UUID | None = Field(None, description="Only what this account opened.")
    actor: Name | None = Field(None, description="Only what the account with exactly this username opened.")
    outcome: BreakGlassReviewOutcome | None = None
    since: Moment | None = Field(None, alias="from", description="Opened at this moment or later.")
    until: Moment | None = Field(None, alias="to", description="Opened before this moment.")


Comment = Annotated[Prose, StringConstraints(max_length=2_000), AfterValidator(not_blank)]


class BreakGlassReview(Strict):
    """What a review made of a use; final."""

    outcome: BreakGlassReviewOutcome = Field(examples=["justified"])
    comment: Comment | None = Field(None, examples=["Checked against the rota of the emergency department."])
