"""What is named in case something happens, and not ordered: "prednisolone would be my choice if he flares"."""

import re
from dataclasses import replace

from clinical.facts import Medication, Reality
from clinical.note import Note

# Behind the drug or before it, in the words of the same clause.
_WEIGHED = re.compile(
    r"\b(?:would be (?:my|our|a|an|the) (?:\w{3,12} )?(?:choice|option|preference|suggestion|alternative)"
    r"|would be (?:reasonable|sensible|worth|suitable)|would (?:consider|suggest|favou?r|prefer|try|think of)"
    r"|could (?:be|try|consider|have)|might (?:be|help|try)|may be (?:tried|considered|used|an option)"
    r"|is an option|worth (?:trying|a try|considering))\b",
    re.IGNORECASE,
)
_SHORT_COURSE = re.compile(r"\b(?:a |another )?(?P<how>short|brief) course of (?:\w{3,12} )?$", re.IGNORECASE)
_WITHIN = 60


def as_weighed(note: Note, drug: Medication) -> Medication:
    """A medication that hangs on a condition, as considered where nobody orders it; with its short course."""
    if drug.reality is not Reality.CONDITIONAL:
        return drug
    first, last = note.document.sentence_span(drug.start)
    stop = note.text.find(";", drug.end, last)
    stop = last if stop < 0 else stop
    begin = max(first, note.text.rfind(";", first, drug.start) + 1, drug.start - _WITHIN)
    course = _SHORT_COURSE.search(note.text, begin, drug.start)
    remark = f"for a {course['how'].lower()} course" if course and not drug.remark else drug.remark
    weighed = _WEIGHED.search(note.text, begin, min(stop, drug.end + _WITHIN)) is not None
    return replace(drug, remark=remark, reality=Reality.CONSIDERED if weighed else drug.reality)
