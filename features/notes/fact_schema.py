"""What a note says, as clients see it. What it means is said in `clinical.facts`."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Place = Annotated[list[int], Field(min_length=2, max_length=2, examples=[[6, 17]])]

_CONCEPT = "The name under which its synonyms are one; null in a note that an older version understood."
_WITH_OLD = "Null in a note that an older version understood."


class Box(BaseModel):
    """A place on a page, in shares of its width and height (0 to 1) from its upper left corner."""

    left: float = Field(examples=[0.1208])
    top: float = Field(examples=[0.3515])
    width: float = Field(examples=[0.2463])
    height: float = Field(examples=[0.0154])


PAGE = "On which page of the file, from 1; null where the note did not come as a PDF or a scan, or it is not known."
BOX = (
    "Where on that page the words stand, around all of their lines; of words that go on over the end of a page or a "
    "column, around the first ones."
)


class Fact(BaseModel):
    """Something the text says, and where: `start` and `end` count the characters of `content`."""

    original: str = Field(description="As it stands in the text.", examples=["Temp 98.2°F"])
    section: Literal["subjective", "objective", "assessment", "plan"] | None = Field(None, examples=["objective"])
    start: int = Field(examples=[77])
    end: int = Field(examples=[88])
    places: dict[str, Place] = Field(
        {},
        description="Where its parts stand, by the names of the fields, in the same count.",
        examples=[{"value": [82, 86]}],
    )
    page: int | None = Field(None, description=PAGE, examples=[None])
    box: Box | None = Field(None, description=BOX, examples=[None])


Vital = Literal[
    "systolic_blood_pressure",
    "diastolic_blood_pressure",
    "heart_rate",
    "respiratory_rate",
    "body_temperature",
    "oxygen_saturation",
    "weight",
    "height",
    "bmi",
    "pain_score",
]


class MeasurementFact(Fact):
    """A value that was measured."""

    at: str | None = Field(
        None,
        description="The day or moment the text gives for it, else null: then it is the note's. Of what is `earlier`, "
        "the month, the year, or the words of the note.",
        examples=[None],
    )
    earlier: bool = Field(
        False,
        description="It is older than the note, by a time that is not told: “last visit”, “was 212”. "
        "Such values are in no series of observations.",
        examples=[False],
    )


class VitalFact(MeasurementFact):
    """A vital sign, in the unit of its kind."""

    name: Vital = Field(examples=["body_temperature"])
    value: float = Field(examples=[36.8])
    unit: str = Field(
        description="mmHg, bpm, breaths/min, °C, %, kg, cm, kg/m² or /10, whatever the note has.", examples=["°C"]
    )


class LabFact(MeasurementFact):
    """A result of the laboratory."""

    name: str = Field(examples=["ldl_cholesterol"])
    value: float | str = Field(examples=[4.3])
    unit: str | None = Field(None, examples=["mmol/L"])
    flag: Literal["high", "low", "normal"] | None = Field(None, examples=["high"])


class RegimenStep(BaseModel):
    """One of several doses, at another time of the day or after another."""

    dose: str = Field(description="`stop` where a taper ends.", examples=["40 mg"])
    frequency: str | None = Field(None, description="How often, when in the day, or on which days.", examples=[None])
    duration: str | None = Field(None, examples=["5 days"])


class MedicationFact(Fact):
    """A medication, what the note says becomes of it, and how real that is."""

    name: str = Field(description="In lower case, as the note calls it.", examples=["amoxicillin"])
    ingredient: str | None = Field(None, description="The generic name of a brand, where it is known.")
    concept: str | None = Field(None, description=_CONCEPT, examples=["amoxicillin"])
    dose: str | None = Field(
        None,
        description="What is taken at a time; not the strength of one tablet where several are taken.",
        examples=["500 mg"],
    )
    previous_dose: str | None = Field(None, description="What was taken before a change, where the note tells it.")
    strength: str | None = Field(None, description="What one tablet or millilitre holds, where it is told beside.")
    route: str | None = Field(None, examples=["oral"])
    frequency: str | None = Field(None, examples=["three times daily"])
    regimen: list[RegimenStep] = Field([], description="Where one dose does not tell it all, every dose.")
    status: Literal["started", "continued", "changed", "stopped", "mentioned"] = Field(
        description="All but `mentioned` are said only where `certainty` is `actual`.", examples=["started"]
    )
    certainty: Literal["actual", "planned", "conditional", "declined"] | None = Field(
        None,
        description="`planned`: decided, and still to come. `conditional`: only if something else happens, or only "
        f"considered or asked for. `declined`: refused, or denied. {_WITH_OLD}",
        examples=["actual"],
    )
    reality: Literal["actual", "planned", "conditional", "considered", "requested", "declined", "past"] | None = Field(
        None,
        description="The same more exactly: what is `conditional` may be only `considered` or `requested`, and what "
        f"is `actual` may be `past`, over before the note. {_WITH_OLD}",
        examples=["actual"],
    )
    condition: str | None = Field(None, description="What has to happen first, where it is conditional.")
    stopped_for: str | None = Field(None, description="Why it was stopped, where that stands right behind it.")
    remark: str | None = Field(
        None, description="When it is taken, and how much at most, beyond its frequency: “before PE”."
    )
    ending: Literal["stopped", "held", "completed"] | None = Field(
        None, description="How it ended: for good, withheld for a time, or at the end of its course."
    )
    duration: str | None = Field(
        None, description="How long it is to be taken: `5 days`, `until 22 November 2026`.", examples=["5 days"]
    )
    until: str | None = Field(None, description="The last day, where the note gives it.", examples=[None])
    reason: str | None = Field(None, description="What it is for, where the note says so.", examples=["bronchitis"])
    on: str | None = Field(
        None, description="The day on which it was started or stopped, where the note gives another than its own."
    )
    listed: bool = Field(
        False, description="It stands in a list that means to be the whole of the medication.", examples=[False]
    )
    retracted: bool = Field(
        False, description="The note takes an earlier record back: “recorded in error”.", examples=[False]
    )


class DiagnosisFact(Fact):
    """A condition: the patient's, now or once, or a relative's, or one that is in question or excluded."""

    text: str = Field(examples=["Acute bronchitis"])
    concept: str | None = Field(None, description=_CONCEPT, examples=["bronchitis"])
    detail: str | None = Field(None, description="Stage, side, severity or type, where it is told.", examples=["acute"])
    certainty: Literal["confirmed", "possible", "ruled_out", "historical", "family"] = Field(examples=["confirmed"])
    relative: str | None = Field(
        None, description="Whose it is, when it is a relative's; of several, all of them.", examples=[None]
    )
    relatives: list[str] = Field([], description="The same one by one.", examples=[[]])
    resolved: bool = Field(False, description="It is said to be over: healed, in remission.", examples=[False])
    retracted: bool = Field(
        False, description="The note takes an earlier record back: “entered in error”.", examples=[False]
    )
    unlikely: bool = Field(
        False, description="Denied, but only held for unlikely, or only not seen: “no sign of necrosis”."
    )
    excluded: bool = Field(
        False, description="It was considered and found not to be so, rather than only denied.", examples=[False]
    )
    of_past_stop: bool = Field(
        False, description="It is told only as the reason why a treatment was stopped once.", examples=[False]
    )
    known: bool = Field(
        False,
        description="It is told as known before: in the medical history, or in what led to the visit.",
        examples=[False],
    )
    course: str | None = Field(
        None, description="How it goes, where that stands behind its name: “recovering”.", examples=[None]
    )
    on: str | None = Field(None, description="Since when, or when: a day, a month (`2019-03`) or a year.")


class AllergyFact(Fact):
    """An allergy or intolerance, present or denied."""

    substance: str = Field(
        description="In lower case; `any`, `drugs` or `foods` where a whole class is denied.", examples=["penicillin"]
    )
    concept: str | None = Field(None, description=_CONCEPT, examples=["penicillin"])
    reaction: str | None = Field(None, examples=["rash"])
    status: Literal["present", "denied"] = Field(examples=["present"])
    retracted: bool = Field(
        False, description="Recorded once and taken back, or outgrown; `status` is `denied` then.", examples=[False]
    )


class AvoidFact(Fact):
    """A drug that the note warns against: it is forbidden, or called the cause of something."""

    substance: str = Field(description="In lower case, as the note calls it.", examples=["ibuprofen"])
    ingredient: str | None = Field(None, description="The generic name of a brand, where it is known.")
    concept: str | None = Field(None, description=_CONCEPT, examples=["ibuprofen"])
    forbidden: bool = Field(description="Whether it is not to be given or taken.", examples=[False])
    reason: str | None = Field(None, description="What it did, as the note puts it.", examples=["heart failure"])
    condition: str | None = Field(
        None, description="Until when, where the note says so: “before renal function is stable”.", examples=[None]
    )


class ProcedureFact(Fact):
    """Something done to the patient, or to be done: an operation, a scan, an injection."""

    text: str = Field(examples=["left total knee replacement"])
    concept: str | None = Field(None, description="The name under which its synonyms are one.")
    status: Literal["done", "planned", "declined"] = Field(examples=["done"])
    on: str | None = Field(
        None, description="When: a day, a month or a year, where the note says so.", examples=["2021"]
    )
    yearless: str | None = Field(
        None,
        description="When, where the note leaves out the year, as in XML Schema: “--07-13”, “--11”.",
        examples=[None],
    )
    retold: bool = Field(False, description="Told as over before the visit: “one week after”, “five years ago”.")


class PlanFact(Fact):
    """A step that is still ahead when the note is written."""

    text: str = Field(examples=["Review in heart failure clinic"])
    due: str | None = Field(None, description="When: a day, a month, or as the note has it.", examples=["in 3 months"])
    condition: str | None = Field(None, description="What has to happen first.", examples=[None])
    by: Literal["gp"] | None = Field(None, description="Who is asked to do it, where that is the general practitioner.")


class ResolutionFact(Fact):
    """Something is over that is named by a part of its name or by where it is."""

    what: str = Field(examples=["ulcer"])


class ResuscitationFact(Fact):
    """A decision on resuscitation, or a limit of treatment, that stands."""

    decision: Literal["attempt", "do_not_attempt", "unstated"] = Field(
        description="`unstated`: a form or a limit is told, but not this.", examples=["do_not_attempt"]
    )
    limit: str | None = Field(None, description="What treatment is limited to.", examples=["ward-based care"])
    form: str | None = Field(None, description="Where it is recorded.", examples=["ReSPECT"])


class ReasonFact(Fact):
    """Why the patient is seen."""

    text: str = Field(examples=["breathless, swollen legs"])


class SymptomFact(Fact):
    """What the patient complains of at the visit."""

    text: str = Field(examples=["right groin and thigh pain"])
    concept: str = Field(examples=["thigh pain"])


class FindingFact(Fact):
    """What a test showed, or what the examination found, or did not find, that is not as it should be."""

    text: str = Field(examples=["Crackles at the bases"])
    origin: Literal["result", "examination", "assessment"] = Field(
        description="`assessment`: how the patient is getting on, as the note judges it.", examples=["examination"]
    )
    absent: bool = Field(False, description="Whether the examination looked for it and did not find it.")


class AdviceFact(Fact):
    """What the plan has the patient do, or asks others to do, beyond steps and medicines."""

    text: str = Field(examples=["Ice after exercise"])
    due: str | None = Field(None, description="For how long, or when.", examples=["six weeks"])
    safety_net: bool = Field(False, description="Whether it says when to call for help.")


class NoteFacts(BaseModel):
    """What the note says, typed. What it denies, or tells of the past or of relatives, is marked as that."""

    vitals: list[VitalFact] = []
    medications: list[MedicationFact] = []
    diagnoses: list[DiagnosisFact] = []
    allergies: list[AllergyFact] = []
    avoid: list[AvoidFact] = []
    procedures: list[ProcedureFact] = []
    labs: list[LabFact] = []
    plans: list[PlanFact] = []
    resolutions: list[ResolutionFact] = []
    resuscitation: list[ResuscitationFact] = []
    reasons: list[ReasonFact] = []
    symptoms: list[SymptomFact] = []
    findings: list[FindingFact] = []
    advice: list[AdviceFact] = []
