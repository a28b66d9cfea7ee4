"""What is said of a drug in the sentence beside the one that names it, or of its ban, and not of it.

"Rash within an hour of ceftriaxone. Stopped, chlorphenamine given": it is the first that was stopped. "Trial of
duloxetine in 2016, no benefit. Now on mirtazapine": what is taken now was not begun today. "The ban on NSAIDs has been
withdrawn": nobody took them.
"""

import re
from collections.abc import Sequence

from clinical.allergies.lifted import is_lifted
from clinical.facts import MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.ordered_later import order_for_then
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_NEXT = re.compile(
    r"[ .;]{1,4}(?:(?:drug|infusion|it|this|course|was|has been|therefore|so|immediately|promptly)\s){0,3}"
    r"(?P<verb>stopped|discontinued|withheld|ceased|withdrawn|held)\b"
    r"(?=\s?(?:[,;.–—]|\n|$|and\b|immediately\b|at once\b|straight)|\s[–-]\s)",
    re.IGNORECASE,
)
_NOW_ON = re.compile(
    r"(?:^|[,;.]\s|\b(?:and|but)\s)(?:(?:but|and)\s)?(?:(?:s?he|they|pt|patient|the patient)(?:['’]s| is| are)?\s)?"
    r"(?:is\s)?now\s(?:on|taking|takes|maintained on)\s(?:(?:the|his|her|regular|oral)\s){0,2}$",
    re.IGNORECASE,
)
# What was had before and is no longer, whenever that ended.
_TRIED = re.compile(
    r"\b(?:tried|trial(?:led|ed)?|failed|previous(?:ly)?|formerly|in (?:19|20)\d\d|no (?:benefit|effect|help|response)|"
    r"did(?: not|n['’]t) help|ineffective|in the past|years ago)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:stopp?\w*|discontinu\w+|switch\w*|chang\w+|swap\w*|replac\w+|withdr\w+|held|convert\w+|started|commenced|"
    r"today|this week|yesterday)\b",
    re.IGNORECASE,
)
# "But has not taken it for over a year", "not taken for a year".
_SO_LONG = (
    r"(?:since\b|(?:for|in)\s(?:the (?:last|past)\s|over\s|about\s|at least\s|more than\s|several\s|some\s|many\s|"
    r"nearly\s|almost\s){0,2}(?:\d{1,2}|an?|two|three|four|five|six|days|weeks|months|years)\b)"
)
_NOT_TAKEN = re.compile(
    r"(?:[^.;\n]|(?<=\d)\.(?=\d)){0,50}?\b(?:not|n['’]?t|never)\s(?:(?:actually|been|really)\s){0,2}"
    rf"(?:taken|taking|used|using|collected|ordered|had)(?:\s(?:it|this|them|any))?\s{_SO_LONG}",
    re.IGNORECASE,
)
# "Patch changed every 72 hours": a new one of the same.
_RENEWED = re.compile(
    r"(?:[^.;\n]|(?<=\d)\.(?=\d)){0,50}?\b(?:patch(?:es)?|pump|cassette|driver|dressing|pellet)\b"
    r"(?:[^.;\n]|(?<=\d)\.(?=\d)){0,24}?"
    r"\b(?:changed?|replaced?|renewed?|refilled?)\s(?:every|each|weekly|daily|twice|three|q\d|monthly|alternate|"
    r"on (?:mon|tue|wed|thu|fri|sat|sun))",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 160, 110


def told_beside(note: Note, names: Sequence[Name], number: int, said: Sequence[Verdict]) -> Verdict | None:
    """What such words say of a drug; None where nothing stands beside it.

    Args:
        note: The note.
        names: Its drugs.
        number: The drug.
        said: What its own words say of it.
    """
    name = names[number]
    following = names[number + 1].start if number + 1 < len(names) else len(note.text)
    first, last = note.document.sentence_span(name.start)
    if is_lifted(note, name.start, name.end):
        return _sure(MedicationStatus.MENTIONED, name.start, name.end)
    order = order_for_then(note, name, last, said)
    if order is not None:
        return order
    given_up = _NOT_TAKEN.match(note.text, name.end, min(last, following, name.end + _BEHIND))
    if given_up is not None:
        return _sure(MedicationStatus.STOPPED, name.start, given_up.end())
    changed = all(one.status is MedicationStatus.CHANGED for one in said if one.strong)
    if _was_tried_before(note, first, name) or (
        changed and _RENEWED.match(note.text, name.start, min(last, following, name.end + _BEHIND))
    ):
        return _sure(MedicationStatus.CONTINUED, name.start, name.end)
    if following < last or any(one.strong for one in said):
        return None
    stopped = _NEXT.match(note.text, last - (note.text[last - 1 : last] == "."), min(len(note.text), last + 60))
    return _sure(MedicationStatus.STOPPED, *stopped.span("verb")) if stopped else None


def _was_tried_before(note: Note, first: int, name: Name) -> bool:
    """Whether a sentence says what is taken now, after one of what was had long before."""
    now = _NOW_ON.search(note.text[first : name.start])
    if now is None:
        return False
    before = note.text[max(0, first - _BEFORE) : first + now.start()]
    before = before[before.rfind("\n", 0, len(before.rstrip())) + 1 :]
    return _TRIED.search(before) is not None and _ENDED.search(before) is None


def _sure(status: MedicationStatus, start: int, end: int) -> Verdict:
    return Verdict.of(status, start, end)._replace(sure=True, overrides=True)
