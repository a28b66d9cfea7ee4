"""The lines of charts as clients see them, each with where it comes from."""

from datetime import datetime
from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic asks for this one below Python 3.12
)
from uuid import UUID

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from features.notes import BOX, PAGE, Box


class ChartCitation(BaseModel):
    """Where a line of the chart comes from: words that stand in the note exactly so."""

    note_id: UUID
    taken_at: datetime
    quote: str = Field(examples=["Start amoxicillin 500 mg PO three times daily"])
    start: int = Field(description="Where the quote begins in `content`, in characters.", examples=[107])
    end: int = Field(examples=[152])
    page: int | None = Field(description=PAGE, examples=[1])
    box: Box | None = Field(description=BOX)


class ChartHistoryLine(TypedDict):
    """What a note said of it, and when; what it did not say is left out."""

    note_id: UUID
    taken_at: datetime
    quote: Annotated[str, Field(examples=["Start amoxicillin 500 mg PO three times daily"])]
    start: Annotated[int, Field(description="Where the quote begins in `content`, in characters.", examples=[107])]
    end: Annotated[int, Field(examples=[152])]
    page: Annotated[int | None, Field(description=PAGE, examples=[1])]
    box: Annotated[Box | None, Field(description=BOX)]


class ChartPlace(BaseModel):
    """A place in a note, in characters of its `content`."""

    note_id: UUID
    taken_at: datetime
    start: int = Field(examples=[107])
    end: int = Field(examples=[152])


Sources = Annotated[
    dict[str, ChartPlace],
    Field(
        description="Where parts of the line are from, by the names of its members, as that may be another note.",
        examples=[{}],
    ),
]


class ChartLine(BaseModel):
    """One thing, and what it rests on, the newest first."""

    citations: list[ChartCitation]


_HISTORY = Field(description="What the notes said of it, the newest first.")


class ProblemHistoryLine(ChartHistoryLine):
    """What a note said of a condition, and when."""

    certainty: NotRequired[Literal["confirmed", "possible", "ruled_out", "historical", "family"]]
    detail: NotRequired[str]
    resolved: NotRequired[bool]
    unlikely: NotRequired[bool]
    known: NotRequired[bool]
    course: NotRequired[str]


class MedicationHistoryLine(ChartHistoryLine):
    """What a note said of a drug, and when."""

    status: NotRequired[Literal["started", "continued", "changed", "stopped", "mentioned"]]
    certainty: NotRequired[Literal["actual", "planned", "conditional", "declined"]]
    dose: NotRequired[str]
    frequency: NotRequired[str]
    duration: NotRequired[str]
    ending: NotRequired[Literal["stopped", "held", "completed"]]
    section: NotRequired[Literal["subjective", "objective", "assessment", "plan"]]
    stopped_for: NotRequired[str]


class AllergyHistoryLine(ChartHistoryLine):
    """What a note said of an allergy, and when."""

    status: NotRequired[Literal["present", "denied"]]
    reaction: NotRequired[str]
    retracted: NotRequired[bool]


class AvoidHistoryLine(ChartHistoryLine):
    """What a note warned of, and when."""

    reason: NotRequired[str]


class ProcedureHistoryLine(ChartHistoryLine):
    """What a note said of a procedure, and when."""

    status: NotRequired[Literal["done", "planned", "declined"]]
    on: NotRequired[str]


class ProblemLine(ChartLine):
    """A condition, under one name for all its synonyms."""

    history: list[ProblemHistoryLine] = _HISTORY
    name: str = Field(examples=["chronic kidney disease stage 3b"])
    concept: str = Field(examples=["chronic kidney disease"])
    status: Literal["active", "possible", "resolved", "ruled_out", "historical"] = Field(examples=["active"])
    detail: str | None = Field(description="Stage, side, severity or type, as the latest note has it.", examples=["3b"])
    course: str | None = Field(
        None, description="How it goes, where the latest note says so behind its name.", examples=["recovering"]
    )
    treated_by: list[str] = Field(
        [], description="What is taken for it today, as far as notes say so.", examples=[["midodrine"]]
    )
    side: Literal["left", "right", "bilateral"] | None = None
    sources: Sources
    since: str | None = Field(
        description="A day, a month or a year, as exactly as a note tells it; null where it was known before the first "
        "note.",
        examples=["2019"],
    )
    first_noted: datetime
    last_noted: datetime


class RegimenLine(BaseModel):
    """One of several doses."""

    dose: str = Field(examples=["40 mg"])
    frequency: str | None = Field(examples=["in the morning"])
    duration: str | None = Field(examples=["5 days"])


class MedicationLine(ChartLine):
    """A drug, as the latest statement on it leaves it."""

    history: list[MedicationHistoryLine] = _HISTORY
    name: str = Field(examples=["amoxicillin"])
    ingredient: str = Field(examples=["amoxicillin"])
    dose: str | None = Field(examples=["500 mg"])
    strength: str | None = Field(
        description="What one tablet, puff or millilitre holds, where the note tells it beside the dose.",
        examples=[None],
    )
    route: str | None = Field(examples=["oral"])
    frequency: str | None = Field(examples=["three times daily"])
    regimen: list[RegimenLine] = Field(description="Where one dose does not tell it all; `dose` is null then.")
    reason: str | None = Field(examples=[None])
    remark: str | None = Field(
        None,
        description="When it is taken, and how much at most, beyond `frequency`.",
        examples=["not more than ten days a month"],
    )
    status: Literal["current", "stopped", "completed", "on_hold", "planned", "unclear"] = Field(examples=["current"])
    since: str | None = Field(description="When it was started, or first told of.", examples=["2026-03-09"])
    until: str | None = Field(description="The last day, where there is one.", examples=["2026-03-16"])
    sources: Sources
    why: str | None = Field(
        description="What settled the status, where no statement on the drug itself did.", examples=[None]
    )


class AllergyLine(ChartLine):
    """What is not tolerated, or was said not to be."""

    history: list[AllergyHistoryLine] = _HISTORY
    substance: str = Field(examples=["penicillin"])
    concept: str = Field(examples=["penicillin"])
    reaction: str | None = Field(examples=["rash"])
    status: Literal["present", "denied", "refuted"] = Field(
        description="`refuted`: recorded once, and taken back or outgrown.", examples=["present"]
    )


class AvoidLine(ChartLine):
    """What the patient is not to have."""

    history: list[AvoidHistoryLine] = _HISTORY
    substance: str = Field(examples=["nsaids"])
    concept: str = Field(examples=["nsaids"])
    reason: str | None = Field(examples=["acute kidney injury"])
    condition: str | None = Field(
        None, description="Until when, where the latest note says so.", examples=["until renal function is stable"]
    )
    forbidden: bool = Field(True, description="Whether a note forbids it, and does not only say that it did harm.")
    did_harm: bool = Field(False, description="Whether a note says that it did harm, beyond forbidding it.")


class ProcedureLine(ChartLine):
    """What was done, or is going to be."""

    history: list[ProcedureHistoryLine] = _HISTORY
    text: str = Field(examples=["right total knee replacement"])
    concept: str = Field(examples=["total knee replacement"])
    status: Literal["done", "planned", "declined"] = Field(examples=["done"])
    on: str | None = Field(description="A day, a month or a year.", examples=["2026-05-11"])


class FamilyLine(ChartLine):
    """What a relative has or had."""

    history: list[ChartHistoryLine] = _HISTORY
    relative: str | None = Field(examples=["mother"])
    condition: str = Field(examples=["breast cancer"])
    concept: str = Field(examples=["breast cancer"])


class EarlierValue(ChartCitation):
    """A value before the latest."""

    value: float = Field(examples=[76])
    unit: str | None = Field(examples=["bpm"])
    at: str = Field(description="The moment or day of the measurement.", examples=["2026-03-02"])


class MeasurementLine(BaseModel):
    """The latest value of a vital sign or of a laboratory value."""

    kind: Literal["vital", "lab"]
    name: str = Field(examples=["heart_rate"])
    value: float = Field(examples=[72])
    unit: str | None = Field(examples=["bpm"])
    flag: str | None = Field(description="high, low or normal, where the note says so.", examples=[None])
    at: str = Field(description="The moment or day of the measurement.", examples=["2026-03-09"])
    citations: list[ChartCitation]
    history: list[EarlierValue]


class NextStep(BaseModel):
    """What is still ahead."""

    kind: Literal["procedure", "medication", "plan"]
    text: str = Field(examples=["CT of the chest"])
    due: str | None = Field(description="A day or month, or the words of the note.", examples=["2026-04"])
    condition: str | None = Field(description="What has to happen first.", examples=[None])
    by: Literal["gp"] | None = Field(None, description="Who is asked to do it, where that is the general practitioner.")
    about: str | None = Field(
        None, description="For what, or where, the visit was at which it was planned.", examples=["Asthma clinic"]
    )
    citations: list[ChartCitation]


class OverdueStep(BaseModel):
    """What was planned, and no later note tells to have been done although its time has gone by."""

    text: str = Field(examples=["Sutures out at ten days"])
    planned: str = Field(description="The day of the note that planned it.", examples=["2026-11-07"])
    due: str | None = Field(
        description="The last day on which it was still ahead, a few days' grace with it, where the note tells a time.",
        examples=["2026-11-24"],
    )
    citations: list[ChartCitation]


class ChartEncounterLine(BaseModel):
    """Why the patient was seen."""

    reason: str = Field(examples=["breathless, swollen legs"])
    type: str = Field(description="The type of the note.", examples=["emergency"])
    on: str = Field(examples=["2026-11-03"])
    citations: list[ChartCitation]


class ChartSymptomLine(BaseModel):
    """What the patient complained of at a visit."""

    text: str = Field(examples=["right groin and thigh pain"])
    concept: str = Field(examples=["thigh pain"])
    on: str = Field(examples=["2026-10-25"])
    citations: list[ChartCitation]


class ChartFindingLine(BaseModel):
    """What a test showed, or what an examination found."""

    text: str = Field(examples=["X-ray: components well placed, no fracture"])
    origin: Literal["result", "examination", "assessment"] = Field(
        description="`assessment`: how the patient is getting on, as the newest note that judges it has it.",
        examples=["result"],
    )
    on: str = Field(examples=["2026-10-26"])
    citations: list[ChartCitation]


class ChartAdviceLine(BaseModel):
    """What the newest plan has the patient do."""

    text: str = Field(examples=["Ice after exercise"])
    on: str = Field(examples=["2026-11-14"])
    safety_net: bool = Field(False, description="Whether it keeps the patient safe: when to call for help.")
    citations: list[ChartCitation]


class ChartResuscitationLine(ChartLine):
    """What is to be done when the heart stops."""

    decision: Literal["attempt", "do_not_attempt", "unstated"] = Field(
        description="`unstated`: a form or a limit of treatment is told, but not this.", examples=["do_not_attempt"]
    )
    limit: str | None = Field(description="What treatment is limited to.", examples=["ward-based care"])
    form: str | None = Field(description="Where it is recorded.", examples=["ReSPECT"])
    on: str = Field(description="The day of the note that decides.", examples=["2026-11-03"])


class ChartConflictSide(ChartCitation):
    """One of the statements that contradict each other."""

    said: str = Field(examples=["present"])


class ChartConflict(BaseModel):
    """Where notes contradict each other, and nothing settles it."""

    about: str = Field(examples=["allergy to penicillin"])
    between: list[ChartConflictSide]
