"""Orders for a time to come: "stop at 36 weeks", "come off it in March", "reduce prednisolone to 5 mg after 2 weeks".

Until then the drug is taken as it was.
"""

import re
from collections.abc import Sequence

from clinical.facts import Reality
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
    """The order before a drug behind which stands when it is to be followed."""
    strong = [one for one in said if one.strong]
    if len(strong) != 1 or strong[0].reality is not Reality.ACTUAL or strong[0].start > name.start:
        return None
    if not _ORDER.fullmatch(note.text, strong[0].start, strong[0].end) or not _THEN.match(note.text, name.end, last):
        return None
    return strong[0]._replace(reality=Reality.PLANNED, ending=None, sure=True)
