"""Calendar feeds as clients see them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from rounds.fields import Strict
from rounds.fields.text import Name
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable


class CalendarFeedWrite(Strict):
    """A new address for a clinician's calendar."""

    label: Name | None = Field(None, description="Which device or program it is for.", examples=["Phone"])


class CalendarFeedRead(BaseModel):
    """An address for a clinician's calendar, without its secret."""

    id: UUID
    clinician_id: UUID
    label: str | None = Field(examples=["Phone"])
    created_at: datetime


class CalendarFeedCreated(CalendarFeedRead):
    """A new address, which is shown this once."""

    path: str = Field(
        description="Where calendar programs read it, behind the address of this server. Whoever has it can read it.",
        examples=["/calendar/cXVpZXQtcmVhZGluZy1pcy1hLWdvb2QtaGFiaXQtaW5kZWVk.ics"],
    )


class CalendarFeedSort(StrEnum):
    """What feeds can be sorted by."""

    CREATED_AT = "created_at"


class FeedQuery(ListQuery):
    """How to list a clinician's feeds: the newest first, or by `sort`."""

    sort: str | None = sortable(CalendarFeedSort)
