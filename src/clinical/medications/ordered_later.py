"""Orders for a time to come: "stop at 36 weeks", "come off it in March", "reduce prednisolone to 5 mg after 2 weeks".

Until then the drug is taken as it was.
"""

import re
from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_SPAN = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a|another|a further|few|couple of)"
    r"(?:\s(?:more\s)?|-)?(?:/?\s?(?:40|52|7|12)\b|weeks?|wks?|w\b|days?|d\b|months?|mths?|doses?|hours?|hrs?|h\b)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_WEEKDAY = r"(?:(?:next|the|this)\s)?(?:mon|tues?|wed|weds|thu|thurs?|fri|sat|sun)(?:[a-z]{3,6})?\b"
_DAY = (
    rf"{_WEEKDAY}|\d{{1,2}}[/.-]\d{{1,2}}\b|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b|{_MONTH}\b|tomorrow|"
    r"next (?:week|month|visit|review)|the (?:weekend|\d{1,2}(?:st|nd|rd|th))"
)
_EVENT = (
    r"(?:the\s)?(?:delivery|term|birth|discharge|surgery|op\b|operation|procedure|scan|end\b|start of|day \d|week \d|"
    r"course|follow[- ]up|review|conception|booking|age \d)"
)
_LATER = re.compile(
    rf"\s(?:it\s|them\s|this\s|altogether\s|taking it\s)?(?:"
    rf"(?:at|in|after|from|by|on|before)\s(?:about |around |approx )?(?:{_SPAN}|{_DAY}|{_EVENT})|"
    rf"{_SPAN}\s(?:before|after|pre|post|prior)\b|\d{{1,2}}[/.-]\d{{1,2}}\b|tomorrow\b|next (?:week|month)\b)",
    re.IGNORECASE,
)
# Words that order; what happened has another form.
_ORDERS = re.compile(r"(?:to )?(?:stop|discontinue|finish|cease|come off|d/c|dc|end)", re.IGNORECASE)
# "OD, to finish on 3 May": how long it is taken.
_LASTS = re.compile(r"\bto (?:finish|end)$", re.IGNORECASE)
# Said of what was: "I told her to stop in March".
_TOLD = re.compile(
    r"\b(?:told|advised|asked|decided|had|did|made (?:him|her))\s(?:\w{1,12}\s){0,2}(?:to\s)?$", re.IGNORECASE
)
# "Stop furosemide in 1 week", "reduce prednisolone to 5 mg after 2 weeks": the order is for then.
_ORDER = re.compile(
    r"(?:stop|hold|pause|discontinue|cease|reduce|increase|decrease|halve|double|start|restart|re-start|resume|commence|wean)",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:\s(?:down\s|back\s|up\s)?(?:to|at|by)\s\d[\d.,]{0,6}\s?(?:mg|mcg|micrograms?|g|units?|ml)\b(?:\s(?!in\b|after\b)\w{2,8}){0,3})?"
    r"\s(?:in|after)\s(?:(?:a|another|further|about|one|two|three|four|five|six|seven|ten|twelve|\d{1,3})\s?){1,2}"
    r"(?:[-–]\s?\d{1,2}\s?)?(?:/(?:7|52|12)|h(?:ou)?rs?|days?|weeks?|wks?|months?|mths?|years?)\b(?!\s(?:of|on|ago)\b)",
    re.IGNORECASE,
)
# "Stop clopidogrel in June": the order to end it, and the month or the day for which it is given.
_END = re.compile(r"(?:stop|discontinue|cease|finish|come off)", re.IGNORECASE)
_THEN_ENDS = re.compile(
    rf"\s(?:in|on|at the end of)\s(?:(?:early|mid|late)[\s-])?(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{_MONTH}\b", re.IGNORECASE
)
# "To be increased to 1 g in May", "to go up to 5 mg", "GP to titrate to 5 mg": nobody has changed it yet.
_TO_BE = re.compile(
    r"(?<!\bhad )(?<!\bhas )\b(?:(?:is |are )?to be|will be|needs? to be|should be)\s(?:\w{3,12}ly\s)?$", re.IGNORECASE
)
_TO_GO = re.compile(r"to go (?:up|down|back)", re.IGNORECASE)
_TO_BE_DONE = re.compile(
    r"to be (?:(?P<stopped>stopped|discontinued|withdrawn|ceased)|increased|reduced|decreased|raised|lowered|halved|"
    r"doubled)",
    re.IGNORECASE,
)
_HAD = re.compile(r"\b(?:had|has|have)\s$", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\b(?:gp|surgery|practice|you|nurse|clinic|team|they|pharmacist|cmht|consultant|cpn)\s(?:kindly\s|please\s)?to\s$",
    re.IGNORECASE,
)
_TO_DOSE_THEN = re.compile(
    r"(?:\s(?:down|back|up))?\s(?:to|by)\s\d[\d.,]{0,6}\s?(?:mg|mcg|micrograms?|g|units?|ml)?\b(?:\s(?!on\b|from\b|in\b)[A-Za-z]{2,8}){0,3}"
    rf"\s(?:(?:on|from|in)\s(?:{_WEEKDAY}(?<!s)|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b|{_MONTH}\b|next (?:week|month))|"
    r"next (?:week|month|visit)|tomorrow|after\s(?:the\s)?[a-z]{3,12}\b)",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 32, 48


def is_ended_later(text: str, start: int, end: int, last: int) -> bool:
    """Whether the verb at `text[start:end]` ends something at a time to come.

    Args:
        text: The text.
        start: Where the verb begins.
        end: Where it ends.
        last: Where its sentence ends.
    """
    if _LASTS.search(text[max(0, start - _BEFORE) : end]):
        return False
    if not _ORDERS.fullmatch(text, start, end) or _TOLD.search(text[max(0, start - _BEFORE) : start]):
        return False
    return _LATER.match(text, end, min(last, end + _BEHIND)) is not None


def order_for_then(note: Note, name: Name, last: int, said: Sequence[Verdict]) -> Verdict | None:
    """The order for a time to come, before a drug or behind it; None where there is none."""
    strong = [one for one in said if one.strong]
    if said and said[-1].start > name.start and (done := _to_be_done(note, said[-1])) is not None:
        return done
    if len(strong) != 1 or strong[0].reality not in {Reality.ACTUAL, Reality.PLANNED}:
        return None
    (one,) = strong
    if one.start > name.start:
        later = one.status is MedicationStatus.CHANGED and _is_changed_later(note, name, last, one)
    else:
        later = one.reality is Reality.ACTUAL and _is_ordered_for_then(note, name, last, one)
    return one._replace(reality=Reality.PLANNED, ending=None, sure=True) if later else None


def _to_be_done(note: Note, one: Verdict) -> Verdict | None:
    """What "to be stopped", "to be increased" behind a drug say of it: that it is taken as it was until then."""
    found = _TO_BE_DONE.fullmatch(note.text, one.start, one.end)
    if found is None:
        return None
    status = MedicationStatus.STOPPED if found["stopped"] else MedicationStatus.CHANGED
    told = Verdict.of(status, one.start, one.end)._replace(sure=True, overrides=True)
    if _HAD.search(note.text[max(0, one.start - _BEFORE) : one.start]):
        return told
    return told._replace(reality=Reality.PLANNED, ending=None)


def _is_ordered_for_then(note: Note, name: Name, last: int, one: Verdict) -> bool:
    """Whether an order stands before a drug, and behind it when it is to be followed: "stop X in June"."""
    before = note.text[max(0, one.start - _BEFORE) : one.start]
    if one.status is MedicationStatus.CHANGED and _OF_OTHERS.search(before):
        return True
    if _ORDER.fullmatch(note.text, one.start, one.end) and _THEN.match(note.text, name.end, last):
        return True
    ends = _END.fullmatch(note.text, one.start, one.end) is not None and not _TOLD.search(before)
    return bool(ends and _THEN_ENDS.match(note.text, name.end, last))


def _is_changed_later(note: Note, name: Name, last: int, one: Verdict) -> bool:
    """Whether a dose is told first, and then the one to which it is to be changed: "5 mg OD, to be raised to 10 mg"."""
    before = note.text[max(name.end, one.start - _BEFORE) : one.start]
    going = before.endswith("to go ")
    if going or _TO_BE.search(before) or _TO_GO.match(note.text, one.start) or _OF_OTHERS.search(before):
        return True
    return (
        _ORDER.fullmatch(note.text, one.start, one.end) is not None
        and (_THEN.match(note.text, one.end, last) or _TO_DOSE_THEN.match(note.text, one.end, last)) is not None
    )
