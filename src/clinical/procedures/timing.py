"""Whether a procedure is still to come or was refused, by what stands right beside its name."""

import re
from datetime import date, timedelta

_END = (
    r"(?=\s*(?:$|[.,;:)\n]|x\d|twice|again|for now|today|at present|this|as\b|because|since|on\b|by\b|to have|when|"
    r"in\b|last|due))"
)
_REFUSED = re.compile(
    r"(?:[^.;\n]{0,40}?[,–—-]|\s?:)?\s?(?:but |and |then )?(?:(?:the |his |her )?[a-z]+ )?"
    r"(?:refus(?:ed|es|ing)|declin(?:ed|es|ing)|said no|says no|not keen|not (?:yet )?wanted|missed|"
    rf"d(?:id|oes|o)(?: not|n['’]t) want(?: it| this)?){_END}"
    r"|(?:\s(?:w/|with|by)\s\w+)?\s?[-–—:]\s?no\b(?=\s*(?:[,.;)]|$))"
    r"|(?:\s\w+){0,3}?\s(?:(?:is|are|was|were|will)\s)?(?:not|no longer)\s(?:be\s)?"
    r"(?:(?:thought|felt|considered|deemed)\s(?:to be\s)?)?(?:necessary|needed|required|indicated|repeated|performed|"
    r"planned|appropriate|advised|pursued)\b"
    r"|\s(?:is|are)\s(?:best\s|to be\s)?(?:avoided|contra-?indicated)\b",
    re.IGNORECASE,
)
_SEASON = r"(?:spring|summer|autumn|fall|winter|new year|week|month|year|visit|appointment|clinic|\w+day)"
_WEEKS = r"(?:days?|wks?|weeks?|months?|mths?|yrs?|years?|/7|/52|/12)"
_TO_COME = re.compile(
    r"[\s,(]{0,3}(?:\w+\s){0,2}?(?:"
    rf"(?:this|next|each|every|in the|over the)\s{_SEASON}\b|at\s\d+(?:\s?-\s?\d+)?\s?{_WEEKS}(?![\w/])|"
    rf"\d+\s?{_WEEKS}\s(?:after|post|later|from now|time)\b|in\s\d+(?:\s?-\s?\d+)?\s?{_WEEKS}(?![\w/])|"
    r"(?:(?:was|were|is|are|now|still|next)\s)?(?:due|overdue|outstanding|deferred|postponed|rescheduled|rebook\w*)\b|"
    r"to be\b|to follow\b|"
    r"in (?:the )?(?:morning|afternoon|evening|am)\b|mane\b|"
    r"depend(?:s|ing) on\b|when well\b|tomorrow\b|tonight\b|later today\b)"
    r"|[^.;:\n]{0,40}?,?\splease\b(?=\s*(?:$|[.;,\n]))",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:(?:may|can|will|should|would|could|is to|are to|must|needs? to|due to|hopes to|wants to|keen to)\s"
    r"(?:now\s|then\s)?(?:have|undergo|get|receive|prefer|be offered|go for|proceed to|need)|prefers|opted for|keen on|"
    r"has chosen|decided on)\s(?:(?:an?|the|his|her|their|total|inactivated|further|repeat|another|annual)\s){0,3}$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"[\s,(]{0,2}(?:(?:by|with)\s\w+\s)?(?:on\s)?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:had|given|gave|done|was|were|underwent|performed|received|last|showed|reviewed|taken|after|since|following)\b",
    re.IGNORECASE,
)
_SAYS_DONE = re.compile(
    r"[\s,(]{0,3}(?:\w+\s){0,2}?(?:given|done|performed|completed|taken|showed|had)\b", re.IGNORECASE
)
# A day without a year that lies so far ahead at most is the next one.
_HALF_A_YEAR = timedelta(days=183)


def is_refused(behind: str) -> bool:
    """Whether the words behind a procedure say that it was not wanted, or is not done."""
    return _REFUSED.match(behind) is not None


def is_to_come(before: str, behind: str) -> bool:
    """Whether the words beside a procedure put it after today."""
    if _WANTED.search(before):
        return True
    if _TO_COME.match(behind):
        return not _SAYS_DONE.match(behind)
    return _WEEKDAY.match(behind) is not None and _DONE.search(before[-40:]) is None


def is_day_to_come(day: date | None, on: str | None, yearless: str | None, before: str, behind: str) -> bool:
    """Whether a procedure's day lies after that of the note.

    Args:
        day: The day of the note.
        on: The day of the procedure, in ISO.
        yearless: The same without a year, "--10-14".
        before: What stands before it.
        behind: What stands behind it.
    """
    if day is None:
        return False
    if on is not None:
        return len(on) == len("2026-01-01") and on > day.isoformat()
    if yearless is None or len(yearless) < len("--10-14") or _SAYS_DONE.match(behind) or _DONE.search(before[-40:]):
        return False
    try:
        first = date(day.year, int(yearless[2:4]), int(yearless[5:7]))
        following = date(day.year + 1, first.month, first.day)
    except ValueError:
        return False
    return any(day < one <= day + _HALF_A_YEAR for one in (first, following))
