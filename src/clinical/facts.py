"""What a note says, typed: every fact with its place, and every part of a fact with its own.

Places are offsets into the text of the note, in characters, `start` inclusive and `end` exclusive. Facts are stored and
answered as JSON (`clinical.fact_json`); the names of the fields are those of the contract.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands in the text of a note."""

    start: int
    end: int


class MedicationStatus(StrEnum):
    """What becomes of a medication. All but `mentioned` are said only of what is really taken."""

    STARTED = "started"
    CONTINUED = "continued"
    CHANGED = "changed"
    STOPPED = "stopped"
    MENTIONED = "mentioned"


class Reality(StrEnum):
    """How real an event is: a drug or a procedure may be named without being given."""

    ACTUAL = "actual"
    PLANNED = "planned"
    """Decided, and still to come."""
    CONDITIONAL = "conditional"
    """Only if something else happens."""
    CONSIDERED = "considered"
    """Weighed or discussed, and not decided."""
    REQUESTED = "requested"
    """Asked for by the patient or by others, and not given."""
    DECLINED = "declined"
    """Offered, and refused; or asked for, and denied."""
    PAST = "past"
    """Over before this note."""


class Ending(StrEnum):
    """How a medication that is `stopped` came to its end."""

    STOPPED = "stopped"
    HELD = "held"
    """Withheld, paused or suspended: it is meant to go on."""
    COMPLETED = "completed"
    """The course is over, as intended."""


class DiagnosisCertainty(StrEnum):
    """How sure a condition is, and whose."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    RULED_OUT = "ruled_out"
    HISTORICAL = "historical"
    FAMILY = "family"


class AllergyStatus(StrEnum):
    """Whether something is not tolerated."""

    PRESENT = "present"
    DENIED = "denied"


class Resuscitation(StrEnum):
    """What is to be done when the heart stops."""

    ATTEMPT = "attempt"
    """Full code, for resuscitation; or an earlier decision against it was withdrawn."""
    DO_NOT_ATTEMPT = "do_not_attempt"
    """DNACPR, DNR: no attempt at resuscitation."""
    UNSTATED = "unstated"
    """A form or a limit of treatment is told (ReSPECT, "not for intensive care"), but not this."""


class ProcedureStatus(StrEnum):
    """Whether something was done."""

    DONE = "done"
    PLANNED = "planned"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What all facts have."""

    start: int
    end: int
    original: str
    """`text[start:end]`."""
    section: str | None
    """subjective, objective, assessment or plan; None where the note has no such parts."""
    places: dict[str, Place]
    """Where the parts of the fact stand, by the name of the field."""


@dataclass(frozen=True, slots=True)
class RegimenStep:
    """One of several doses: "1 g in the morning, 500 mg in the evening", "40 mg for 5 days, then 20 mg"."""

    dose: str
    """Amount and unit; "stop" where a taper ends."""
    frequency: str | None
    """How often, when in the day, or on which days."""
    duration: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication(Fact):
    """A medication, and what becomes of it."""

    name: str
    """As the note has it, abbreviations written out, in lower case."""
    ingredient: str | None
    """The substance, where the name is another one (a brand)."""
    concept: str
    """The name under which its synonyms are one."""
    dose: str | None
    """What is taken at a time; never the strength of one tablet where several are taken."""
    previous_dose: str | None
    """What was taken before, where a change tells it."""
    strength: str | None
    """What one tablet, capsule or millilitre holds, where that is told beside the dose."""
    route: str | None
    frequency: str | None
    duration: str | None
    """How long it is taken: "5 days"."""
    until: str | None
    """The last day, as an ISO date, where the note gives it."""
    reason: str | None
    """What it is for, where the note says so."""
    regimen: tuple[RegimenStep, ...]
    """Empty where one dose tells it all."""
    status: MedicationStatus
    reality: Reality
    condition: str | None = None
    """What has to happen first, where it is conditional: "If fever occurs"."""
    stopped_for: str | None = None
    """Why it was stopped, where that stands right behind it."""
    remark: str | None = None
    """When it is taken, and how much at most, beyond its frequency: "before PE", "not more than ten days a month"."""
    ending: Ending | None
    """How it ended; None unless it is stopped."""
    listed: bool
    """Whether it stands in a list that means to be the whole of the patient's medication: under "Current medications",
    "Medications on discharge", "TTO", "Medication review"."""
    retracted: bool
    """Whether the note takes an earlier record of it back: "recorded in error", "never took it"."""
    on: str | None
    """The day of the event as an ISO date, where the note gives another than its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Fact):
    """A condition."""

    text: str
    """As the note has it, abbreviations written out."""
    concept: str
    """The name under which its synonyms are one, without stage, side and severity."""
    detail: str | None
    """Stage, side, severity or type, where it is told."""
    certainty: DiagnosisCertainty
    relatives: tuple[str, ...]
    """Whose it is, where it is family history: "mother", "grandmother"."""
    resolved: bool
    """Said to be over: healed, resolved, in remission, status post."""
    retracted: bool
    """Whether the note takes an earlier record of it back: "entered in error"."""
    excluded: bool
    """Ruled out because it was considered and found not to be so, where others are only denied."""
    unlikely: bool = False
    """Denied, but only held for unlikely, or only not seen: "dissection unlikely", "no sign of necrosis"."""
    of_past_stop: bool
    """Told only as the reason for which a treatment was stopped once: "ramipril was stopped for hyperkalaemia"."""
    on: str | None
    """Since when, or when: ISO date, month ("2019-03") or year."""
    known: bool = False
    """Told as known before the note: under the medical history, or with what led up to the visit."""
    course: str | None = None
    """How it goes, where that stands behind its name: "recovering", "improving"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Fact):
    """Something that is not tolerated, or said to be tolerated."""

    substance: str
    """In lower case; "any", "drugs" or "foods" in a denial of a whole class."""
    concept: str
    reaction: str | None
    status: AllergyStatus
    retracted: bool
    """Recorded once and taken back, or outgrown; its status is `denied` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoidance(Fact):
    """A drug or class that the patient is not to have."""

    substance: str
    ingredient: str | None
    """The substance, where the name is another one (a brand)."""
    concept: str
    reason: str | None
    forbidden: bool
    """Whether the note forbids it; otherwise it did harm."""
    condition: str | None = None
    """Until when it is forbidden, where the note says so: "before renal function is stable"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Fact):
    """Something done to the patient, or to be done."""

    text: str
    concept: str
    status: ProcedureStatus
    on: str | None
    """When: ISO date, month or year, where the note says so."""
    yearless: str | None = None
    """When, where the note leaves out the year, as in XML Schema: "--07-13" (13 July), "--11" (November)."""
    retold: bool = False
    """Told as over before the visit: "one week after arthroscopy", "laparoscopy five years ago"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Fact):
    """A vital sign or a laboratory value, in the unit in which such values are stored."""

    name: str
    value: float | str
    """A number; words or a bound ("negative", ">90") of a laboratory value."""
    unit: str | None
    flag: str | None
    """high, low or normal, where the note says so of a laboratory value."""
    at: str | None
    """When it was measured, where the note gives another time than its own: an ISO date or moment; a month ("2024-03"),
    a year, or the note's words ("last visit", "previous", "standing") where it is `earlier`."""
    earlier: bool = False
    """Whether it is not the note's own value: older without a day ("last visit", "was 212", "in March"), or measured
    beside one at rest under a strain or behind what opens the airways ("standing", "after salbutamol")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Fact):
    """Something named by a part of its name, or by where it is, is over: "ulcer healed", "wrist healed".

    What is named in full is a diagnosis that is `resolved`.
    """

    what: str
    """In lower case, without articles: "ulcer", "wrist", "exacerbation"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Fact):
    """A step that is still ahead when the note is written: a review, a referral, a test, something to be done if."""

    text: str
    """The step, without a heading or bullet."""
    due: str | None
    """When: an ISO date or month, or as the note has it ("in 3 months")."""
    condition: str | None
    """What has to happen first, as the note has it ("if fever occurs")."""
    by: str | None = None
    """"gp" where the general practitioner is asked to do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResuscitationStatus(Fact):
    """A decision on resuscitation, or a limit of treatment, that stands."""

    decision: Resuscitation
    limit: str | None
    """What treatment is limited to, or what is not to be done, as the note has it: "not for intensive care"."""
    form: str | None
    """The form on which it is recorded: "ReSPECT"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Fact):
    """Why the patient is seen, as the note says: the complaint, or the purpose of the visit."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(Fact):
    """What the patient complains of at the visit."""

    text: str
    """With where it is, as the note has it: "right groin and thigh pain"."""
    concept: str


class Origin(StrEnum):
    """Where a finding is from."""

    RESULT = "result"
    """Imaging, a tracing, a biopsy, a test."""
    EXAMINATION = "examination"
    ASSESSMENT = "assessment"
    """How the patient is getting on, as the note judges it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Fact):
    """What a test showed, or what the examination found that is not as it should be; no mere values."""

    text: str
    """The sentence, without its heading or bullet."""
    origin: Origin
    absent: bool = False
    """Whether the examination looked for it, and it was not there: "no effusion"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Fact):
    """What the plan has the patient do, or asks others to do, beyond steps (`Plan`) and medicines."""

    text: str
    due: str | None = None
    """For how long, or when, as the note has it: "six weeks"."""
    safety_net: bool = False
    """Whether it keeps the patient safe: when to call for help, what to carry at all times, how to drink."""


FactValue = (
    Medication
    | Diagnosis
    | Allergy
    | Avoidance
    | Procedure
    | Measurement
    | Resolution
    | Plan
    | ResuscitationStatus
    | Reason
    | Symptom
    | Finding
    | Advice
)
