"""Whether a name means no medicine of the patient where it stands: an allergen, a level, somebody else's."""

import re

from clinical.allergies.reactions import reactions_in
from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name, is_acted_on
from clinical.medications.others import is_given_by_others, kin
from clinical.medications.signals import signals_in
from clinical.note import Note
from clinical.people import Person
from clinical.values.amounts import doses_in
from clinical.values.frequencies import frequencies_in

_DOSED = re.compile(r"\s\d[\d./]*\s?(?:mg|mcg|micrograms?|g|ml|units?|puffs?)\b", re.IGNORECASE)
_ITS_DAY = re.compile(r"\s?days?\b", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\b(?:except|but not|apart from|other than|not)\s(?:on\s)?(?:the\s)?$", re.IGNORECASE)
_DAY_BEFORE = 24
_NO_DRUG_BEHIND = re.compile(
    (
        r"\s?(?:[AGME]\s)?(?:level|levels|allerg|deficien|toxicity|overdose|withdrawal|resistance|resistant|"
        r"stain|clinic|test|intake|use disorder|abuse|dependence|channel|receptor|score|dependent|"
        r"requirement|sensitivity|antibod|binding|stones?|studies|saturation|suppression test|"
        r"challenge|stress test|cardiotoxicity|uptake|scan|-free|-negative|-positive|-sensitive|"
        r"-resistant|index|ratio|excess|label|replaced(?! (?:by|with))|replete|corrected)\b"
    ),
    re.IGNORECASE,
)
_ALLERGY_BEFORE = re.compile(
    r"\b(?:allerg(?:ic|y|ies)|anaphyla\w+|intoleran\w+|hypersensitiv\w+|adverse reactions?|nkda|nka|no known drug)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_ALLERGY_BEHIND = re.compile(r"\s(?:allergy|intolerance|anaphylaxis)\b", re.IGNORECASE)
# Carried because of an allergy, by whom nobody says to be allergic to it.
_CARRIED = re.compile(r"(?:epi-?pen|jext|emerade|anapen|auvi-?q|neffy)\b.{0,8}|.*auto-?injectors?", re.IGNORECASE)
# An allergy beside it is why it is given: "penicillin allergy so started clarithromycin".
_TREATED_BEFORE = re.compile(
    r"\b(?:takes?|taking|for|uses?|using|treat\w*|start\w*|with|change|continue|so|hence|therefore|thus|now|given|"
    r"switch\w*|commenc\w*|prescri\w*)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
# A line that is still about allergies, wherever it stands.
_OF_ALLERGY = re.compile(
    r"llerg|intoleran|sensitiv|adverse|reaction|anaphyla|\bADRs?\b|\btolerat|\blabel|nkda", re.IGNORECASE
)
_NO_TREATMENT = frozenset({"negated", "avoided", "boundary", "neutral", "mentioned"})
_NEAR = 40
_ASIDE = frozenset({"allergies", "family", "signature"})


def is_aside(note: Note, name: Name) -> bool:
    """Whether the word does not mean a medication here: a level, a deficiency, an allergen."""
    kind = note.kind_at(name.start)
    if name.term.kind == "class" and note.text.startswith(":", name.end):
        return True  # "Contraception: …" names a matter, and no medicine
    behind = _NO_DRUG_BEHIND.match(note.text, name.end) is not None or _is_its_day(note, name)
    if _CARRIED.fullmatch(name.term.name):
        return behind or kind in _ASIDE - {"allergies"}
    return behind or (kind in _ASIDE and not _goes_on(note, name, kind)) or _is_allergen(note, name)


def _is_its_day(note: Note, name: Name) -> bool:
    """Whether a drug only names the day on which another is left out: "daily except methotrexate day"."""
    before = note.text[max(0, name.start - _DAY_BEFORE) : name.start]
    return _ITS_DAY.match(note.text, name.end) is not None and _LEFT_OUT.search(before) is not None


def _goes_on(note: Note, name: Name, kind: str) -> bool:
    """Whether a part of the note that is of allergies, of the family or of who signs it goes on with what is taken.

    In the same line: "Allergies: latex. Ramipril 5 mg OD."; and where nobody wrote a heading above what is done next.
    """
    segment = note.segment_at(name.start)
    if segment is None:
        return False
    first, last = note.document.sentence_span(name.start)
    if first <= segment.body:
        return False
    if _begins_anew(note, segment.body, name, first, last):
        return True
    if kind != "allergies":
        return False
    in_line = "\n" not in note.text[segment.body : name.start].lstrip()
    if _DOSED.match(note.text, name.end) is not None:
        return not any(one.start > name.start for one in reactions_in(note.text, first, last))
    return in_line and _is_order(note, name, first, last)


def _begins_anew(note: Note, body: int, name: Name, first: int, last: int) -> bool:
    """Whether a line below what stands beside a heading is about treatment: dosed, or with a verb, and no reaction."""
    beside = note.text[body:first].lstrip(" \t")
    if beside.startswith("\n") or "\n" not in beside:
        return False
    line = note.document.line_at(name.start)
    if _OF_ALLERGY.search(note.text, line.start, line.end) or kin().search(note.text, line.start, name.start):
        return False
    if any(one.allergic for one in reactions_in(note.text, first, last)):
        return False
    behind = min(last, line.end, name.end + _NEAR)
    if doses_in(note.text, name.end, behind) or frequencies_in(note.text, name.end, behind):
        return True
    signals = signals_in(note, *note.document.tokens_in(max(first, line.start), min(last, line.end)))
    return any(one.says not in _NO_TREATMENT for one in signals)


def _is_order(note: Note, name: Name, first: int, last: int) -> bool:
    """Whether a sentence among allergies is an order, and no reaction: "Allergy: latex. Amlodipine stopped."."""
    if any(one.allergic for one in reactions_in(note.text, first, last)) or "llerg" in note.text[first:last]:
        return False
    return is_acted_on(note, name, first, last, frozenset(MedicationStatus))


def _is_allergen(note: Note, name: Name) -> bool:
    if any(start <= name.start < end for start, end in note.allergy_rows):
        return True
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - 70) : name.start]
    if _ALLERGY_BEFORE.search(before):
        return "allergic to" in before.lower() or not _TREATED_BEFORE.search(before)
    return _ALLERGY_BEHIND.match(note.text, name.end, last) is not None


def is_denied(note: Note, name: Name, *, event: bool = False) -> bool:
    """Whether somebody else takes it, or a form's answer or box says that the patient does not.

    Args:
        note: The note.
        name: The drug.
        event: Whether something is said to be done with it: then "no" answers that, and not whether it is taken.
    """
    meant = note.context.of(name.start, name.end)
    if meant.answered and meant.negated and not event:
        return True
    if meant.person is Person.PATIENT or (note.kind_at(name.start) == "family" and _goes_on(note, name, "family")):
        return False
    return not is_given_by_others(note, name)
