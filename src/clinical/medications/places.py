"""What the place of a drug says where no words do: the list, heading or introducing line that it stands under."""

import re
from collections.abc import Sequence

from clinical.facts import MedicationStatus
from clinical.medications.drug_names import LISTS, ORDERS, Name
from clinical.medications.governing import verdict_of_lead
from clinical.medications.passages import Passage
from clinical.medications.verdicts import Verdict
from clinical.note import Note

# What the titles of lists at discharge say, the first that fits.
_TITLES = (
    (MedicationStatus.STOPPED, re.compile(r"stop|discontinued", re.IGNORECASE)),
    (MedicationStatus.CHANGED, re.compile(r"changed\b|change how", re.IGNORECASE)),
    (MedicationStatus.CONTINUED, re.compile(r"\b(?:current|regular|usual|repeat|existing|ongoing)\b", re.IGNORECASE)),
    (MedicationStatus.STARTED, re.compile(r"prescri|rx|new\b|started|start taking", re.IGNORECASE)),
)
_SUBJECT = re.compile(r"\b(?:he|she|they|patient|pt|i|we|is|are|was|were|has|had|her|his|their|the)\b", re.IGNORECASE)
# A line of a course that begins with the time at which something was given.
_TIMED = re.compile(r"(?:at )?(?:[01]\d|2[0-3])[:.]?[0-5]\d(?: ?h(?:rs)?)?[ \t]*[-–:]?[ \t]+(?:gave |given )?")
_LABEL = re.compile(r"(?P<label>[A-Za-z][^:.\n]{1,38}?)(?::| [-–])\s")
_LIST_LABEL = re.compile(
    r"\b(?:regimen|medic\w+|meds|drugs|also on|on|taking|takes|otc|over the counter|herbal|repeats?|inhalers?)"
    r"(?:\s(?:from|at|on|before|prior to|as of|by|in|today|now|this)\b[^:]{0,24})?$",
    re.IGNORECASE,
)
_GIVEN_LABEL = re.compile(
    r"^(?:(?:treatment|treated|given|management|interventions?|actions?|received|stat(?: doses?)?|has had|had|"
    r"already|so far)\b.{0,24}|new(?:ly)?|"
    r"(?:newly )?(?:started|commenced|prescribed|added)|discharged (?:with|on))$",
    re.IGNORECASE,
)
# "DH apixaban 5 bd, bisoprolol …": the label of a list without a colon.
_BARE_LABEL = re.compile(r"(?:DHx?|Meds|Current meds|Medications?|Drugs|Takes|Rx)\s(?![a-z]+ed\b)")
_WHOLE_LIST = re.compile(r"medic|meds|drugs|tt[oa]s?\b|\bd\.?h\.?x?\b|drug history|prescription", re.IGNORECASE)
# ... but what one specialty gives, or what is for one illness, is a part of it: "Rheumatology medication:".
_PARTIAL_LIST = re.compile(
    r"new|start|stop|chang|discontinu|given|prescribed|allerg|"
    r"\b(?:\w{3,20}(?:ology|iatry|iatric|ologic|ological)|diabet(?:es|ic)|heart|cardiac|renal|kidney|asthma|copd|"
    r"epilepsy|parkinson['’]?s|hiv|transplant|inhaled|eye|skin|pain|hospital-only|specialist|clinic|our)\s(?:\w+\s)?"
    r"(?:medic|meds|drugs|treatment|prescri)",
    re.IGNORECASE,
)
# Words before a colon in the middle of a note that introduce such a list: "Medication list checked in full today:".
_LEAD = re.compile(r"\W*(?P<lead>[^:.\n]{3,60}):\s")
_WHOLE_LEAD = re.compile(
    r"\b(?:(?:medication|meds|medicines?|drug) (?:list|review|reconcil\w+)|"
    r"(?:all|full|complete|current|regular|usual|repeat|home|discharge) (?:\w+ )?(?:medic\w+|meds|drugs)|"
    r"(?:medic\w+|meds) (?:on|at) discharge|"
    r"(?:full|complete|whole|entire) list|"
    r"(?:everything|all) (?:that )?(?:he|she|they|the patient) (?:now )?tak(?:es?|ing))\b",
    re.IGNORECASE,
)
# "Takes only ramipril 5 mg and aspirin 75 mg" names all there is, without a colon.
_ONLY = re.compile(
    r"\W*(?:(?:he|she|they|patient|pt)\s)?(?:now\s|currently\s)?"
    r"(?:takes|taking|is (?:now )?(?:on|taking)|on)\s(?:now\s)?(?:only|just|nothing but)\b",
    re.IGNORECASE,
)


def fallback_of(note: Note, name: Name, dosed: bool) -> MedicationStatus:
    """What the place says becomes of a drug.

    Args:
        note: The note.
        name: The drug.
        dosed: Whether a dose stands by it: in a plan, such a line is an order.
    """
    kind = note.kind_at(name.start)
    if kind in LISTS:
        return MedicationStatus.CONTINUED
    if kind == "course" and dosed and _GIVEN_LABEL.search(_title(note, name).strip(" \t\n:.0123456789")):
        return MedicationStatus.STARTED
    if kind == "discharge_medications":
        title = _title(note, name)
        return next((status for status, pattern in _TITLES if pattern.search(title)), MedicationStatus.CONTINUED)
    if not dosed:
        return MedicationStatus.CONTINUED if _labelled(note, name, _LIST_LABEL) else MedicationStatus.MENTIONED
    return _of_line(note, name, ordered=kind in ORDERS)


def _of_line(note: Note, name: Name, *, ordered: bool) -> MedicationStatus:
    """What the line of a drug with a dose says of it; `ordered`: whether it stands in a plan."""
    line = note.document.line_at(name.start)
    before = note.text[line.body : name.start]
    first, _ = note.document.sentence_span(name.start)
    if _TIMED.match(before):
        return MedicationStatus.STARTED
    if _labelled(note, name, _GIVEN_LABEL):
        return MedicationStatus.STARTED
    if _labelled(note, name, _LIST_LABEL):
        return MedicationStatus.CONTINUED
    if not ordered or _SUBJECT.search(note.text, max(line.body, first), name.start):
        return MedicationStatus.MENTIONED
    return MedicationStatus.CONTINUED if not before.strip() and _goes_on(note, name) else MedicationStatus.STARTED


def _labelled(note: Note, name: Name, meant: re.Pattern[str]) -> bool:
    """Whether its line begins with a label that makes it a list of such: "Also on:", "Treatment in ED:"."""
    line = note.document.line_at(name.start)
    first, _ = note.document.sentence_span(name.start)
    label = _LABEL.match(note.text, line.body, name.start) or _LABEL.match(note.text, max(first, line.body), name.start)
    if label is None and meant is _LIST_LABEL:
        return _BARE_LABEL.match(note.text, max(first, line.body), name.start) is not None
    return label is not None and meant.search(label["label"]) is not None


def is_listed(note: Note, name: Name) -> bool:
    """Whether it stands in a list that means to be the whole of the patient's medication."""
    first, _ = note.document.sentence_span(name.start)
    lead = _LEAD.match(note.text, first, name.start)
    if lead is not None and _WHOLE_LEAD.search(lead["lead"]):
        return not _PARTIAL_LIST.search(lead["lead"])
    if _ONLY.match(note.text, first, name.start):
        return True
    kind = note.kind_at(name.start)
    if kind not in LISTS | {"discharge_medications"}:
        return False
    title = _title(note, name)
    return bool(_WHOLE_LIST.search(title)) and not _PARTIAL_LIST.search(title)


def _title(note: Note, name: Name) -> str:
    segment = note.segment_at(name.start)
    return note.text[segment.start : segment.body] if segment else ""


def _goes_on(note: Note, name: Name) -> bool:
    """Whether the line before says that its medication goes on, so that a list of such begins there."""
    number = note.document.line_number(name.start)
    above = note.document.lines[number - 1] if number else None
    segment = note.segment_at(name.start)
    if above is None or above.blank or segment is None:
        return False
    words = note.text[max(above.body, segment.body) : above.end].lower()
    if any(map(str.isdigit, words)):
        return False  # that is one medication with its dose
    return words.lstrip().startswith(("cont", "resume", "home med"))


def lead_verdict(note: Note, names: Sequence[Name], passage: Passage) -> Verdict | None:
    """What the line says that introduces a list: "Stopped:", "The following were withheld:"."""
    if passage.lead is None:
        return None
    start, end = passage.lead
    if any(start <= name.start < end for name in names[max(0, passage.names[0] - 3) : passage.names[0]]):
        return None
    return verdict_of_lead(note, start, end)
