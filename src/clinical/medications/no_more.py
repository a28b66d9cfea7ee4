"""What a note tells of a drug's end, or of its return, without a verb beside its name.

"No loperamide or codeine since August" says that both were taken before; "Nightmares since montelukast. Stopped for
good." leaves its drug to the sentence before; "adalimumab 40 mg back on two-weekly" is a start, though it has no verb.
"""

import re
from collections.abc import Sequence

from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_NO = re.compile(r"\b(?:no|nil)\s(?:(?:more|further|regular|oral)\s)?$", re.IGNORECASE)
_OR = re.compile(r"\s?(?:,|/|,?\s(?:or|and|nor))\s?", re.IGNORECASE)
# Since a time that is long enough: "no paracetamol since 4 am" tells of a dose.
_SINCE = re.compile(
    r"\s(?:(?:tablets?|patch(?:es)?|drops|cream|use|used|taken|at all)\s)?since\s"
    r"(?:(?:early|mid|late|last|the|his|her|their|about|around|end of|start of)[\s-]){0,3}"
    r"(?:jan|feb|mar(?:ch)?\b|apr|may\b|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter|christmas|easter|"
    r"(?:19|20)\d\d|\d{1,2}\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|week|month|year|birth|delivery|"
    r"operation|surgery|transplant|discharge|then\b)",
    re.IGNORECASE,
)
_BACK_ON = re.compile(
    r"(?:\s\d[\d.,/]*\s?(?:mg|mcg|micrograms?|g|units?|mls?|%|tablets?|puffs?))?(?:\s(?:is|was|now|then|again|went)){0,2}"
    r"\sback (?:on|in)\b(?![^.;\n]{0,30}\b(?:if|when|once|unless|next|tomorrow|after|hold|list)\b)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:to|will|plans?|planned|if|may|might|could|should|wants?|hopes?|not|never|when|once)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_STOPPED_ALONE = re.compile(
    r"\s{0,3}(?:(?:it|this|now|so|has been|was)\s){0,3}(?P<verb>stopped|discontinued|withdrawn|ceased)"
    r"(?=\s*[.;]|,|\s(?:for good|permanently|today|yesterday|altogether|completely|immediately|at once|"
    r"because of (?:this|it|that)|by (?:gp|me|us|him|her|the)\b|on \d|"
    r"in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))",
    re.IGNORECASE,
)
_LOOKS_BACK, _MOST = 60, 6


def no_more(note: Note, names: Sequence[Name], number: int) -> Verdict | None:
    """What such words say of a drug; None where there are none.

    Args:
        note: The note.
        names: Its drugs.
        number: The drug.
    """
    name = names[number]
    first, last = note.document.sentence_span(name.start)
    if _none_since(note, names, number, first, last):
        return _sure(MedicationStatus.STOPPED, name.start, name.end)
    back = _BACK_ON.match(note.text, name.end, last)
    if back is not None and not _AHEAD.search(note.text[max(first, name.start - _LOOKS_BACK) : name.start]):
        return _sure(MedicationStatus.STARTED, *back.span())
    alone = _is_alone(names, number, first, last)
    stopped = _STOPPED_ALONE.match(note.text, last) if alone else None
    if stopped is not None and "\n" not in note.text[last : stopped.start("verb")]:
        return _sure(MedicationStatus.STOPPED, *stopped.span("verb"))
    return None


def _none_since(note: Note, names: Sequence[Name], number: int, first: int, last: int) -> bool:
    """Whether a list of drugs of which none was taken since a time holds this one."""
    begin = end = number
    while begin > 0 and number - begin < _MOST and _is_joined(note, names[begin - 1], names[begin]):
        begin -= 1
    while end + 1 < len(names) and end - number < _MOST and _is_joined(note, names[end], names[end + 1]):
        end += 1
    before = note.text[max(first, names[begin].start - _LOOKS_BACK) : names[begin].start]
    return _NO.search(before) is not None and _SINCE.match(note.text, names[end].end, last) is not None


def _is_joined(note: Note, one: Name, other: Name) -> bool:
    return _OR.fullmatch(note.text, one.end, other.start) is not None


def _is_alone(names: Sequence[Name], number: int, first: int, last: int) -> bool:
    """Whether a drug is the only one of its sentence."""
    before = number > 0 and names[number - 1].start >= first
    behind = number + 1 < len(names) and names[number + 1].start < last
    return not (before or behind)


def _sure(status: MedicationStatus, start: int, end: int) -> Verdict:
    return Verdict.of(status, start, end)._replace(sure=True, overrides=True)
