"""What the steps of a summary hand to each other: the chart it is made from, and the draft until it is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Audience = Literal["clinician", "family"]
Length = Literal["brief", "standard", "detailed"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the patient is, with everything they may be recognised by."""

    id: UUID
    version: int
    name: str
    date_of_birth: date
    sex: str
    mrn: str | None = None
    nhs_number: str | None = None
    phone: str | None = None
    email: str | None = None
    identifiers: Sequence[str] = ()
    address: Sequence[str] = ()  # its lines, city, region and postcode, each on its own
    conditions: Sequence[str] = ()
    height_cm: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True)
class ChartNote:
    """A note, and what was understood of it (`features.notes`)."""

    id: UUID
    version: int
    taken_at: datetime
    type: str
    author: str | None
    content: str
    sections: Mapping[str, str | None] | None
    facts: Mapping[str, Sequence[Mapping[str, Any]]]
    confidence: float | None = 1.0
    is_from_file: bool = False
    """Whether it was read from a PDF or a scan, which has pages."""


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a summary may rest on; the newest note first. Of `omitted` notes there was no room for the text."""

    profile: Profile
    notes: Sequence[ChartNote]
    omitted: Sequence[ChartNote] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    audience: Audience = "clinician"
    length: Length = "standard"
    language: str = "en"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement comes from: words that stand in the note exactly so."""

    note_id: UUID
    taken_at: datetime
    quote: str
    start: int | None = field(default=None, compare=False)
    """Where in the note, where that is known already."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said about the patient."""

    text: str
    citations: Sequence[Citation] = ()
    supported: bool = True
    items: tuple[str, ...] = ()
    """The ids of the lines of the chart that it rests on as well (`grounding.items_of`)."""


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under a heading."""

    title: str
    statements: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Draft:
    """A summary as somebody wrote it: a short text, and statements with what they rest on."""

    summary: str
    sections: Sequence[Section]
    key_facts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
