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
    rf"d(?:id|oes|o)(?: not|n['’]t) want(?: it| this)?|(?:would|will|could)(?: not|n['’]?t) (?:have|face|take|"
    rf"tolerate)){_END}"
    r"|(?:\s[\w-]+){0,2}?\s?[,–—-]\s(?:[^.;,\n]{1,20},\s)?no(?=\s*(?:[.;)]|$))"
    r"|(?:\s[\w-]+){0,2}?\s?[:,–—-]\s?(?:(?:the |his |her )?[a-z]+ )?(?:(?:has|have|had) )?(?:refus(?:ed|es|ing)|"
    r"declin(?:ed|es|ing))\b"
    r"|\s?:?\s(?:is |was |are |were )?not (?:to be (?:done|given|used|performed)|today|attempted|tolerated|suitable|"
    r"possible|"
    r"available|done|applicable|for now|at (?:this|the) (?:stage|moment|time))\b"
    r"|(?:\s[\w-]+){0,2}?\s(?:defer|withheld|abandoned|cancelled|canceled)(?:red)?(?=\s?(?:[.;,)]|$))"
    r"|(?:\s(?:w/|with|by)\s\w+)?\s?[-–—:]\s?no\b(?=\s*(?:[,.;)]|$))"
    r"|(?:\s\w+){0,3}?\s(?:(?:is|are|was|were|will)\s)?(?:not|no longer)\s(?:be\s)?"
    r"(?:(?:thought|felt|considered|deemed)\s(?:to be\s)?)?(?:necessary|needed|required|indicated|repeated|performed|"
    r"planned|appropriate|advised|pursued)\b"
    r"|\s(?:is|are)\s(?:best\s|to be\s)?(?:avoided|contra-?indicated)\b",
    re.IGNORECASE,
)
# "Was planned for May, but he has been taken off the list": once planned, and no more.
_CALLED_OFF = re.compile(
    r"[^.;\n]{0,80}?(?:;[^.;\n]{0,20}?)?\b(?:(?:taken|come|came|removed|withdrawn|withdrew|struck|dropped|fallen)\s"
    r"(?:\w+\s)?(?:off|from)\s(?:(?:the|our|his|her|their)\s)?(?:(?:waiting|theatre|surgical|operating|transplant)\s)?"
    r"list\b|(?:since|now|later|subsequently|then)\s(?:been\s)?(?:cancel+ed|called off|abandoned))",
    re.IGNORECASE,
)
_WAS_PLANNED = re.compile(r"\b(?:planned|listed|scheduled|booked|waiting|list|arranged|was for)\b", re.IGNORECASE)
# "May yet need an amputation": nobody plans it, and nobody did it.
_MAY_YET = re.compile(
    r"\b(?:may|might|could)\s(?:well\s)?(?:yet|still|in time|one day|eventually|ultimately|at some (?:point|stage)|"
    r"in due course|in the end|in (?:the )?future|later)\s"
    r"(?:need|require|come to|have to have|be left with|warrant)\s(?:[\w-]{1,16}\s){0,4}$",
    re.IGNORECASE,
)
_MAY_NEED = re.compile(
    r"\b(?:may|might|could)\s(?:well\s|also\s)?(?:need|require|come to|have to have|end up (?:with|needing))\s"
    r"(?:[\w-]{1,16}\s){0,4}$",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(
    r"[\s,]{1,2}(?:at some (?:point|stage|time)|(?:later )?in (?:the )?(?:future|long term|years to come|end|"
    r"time)|one day|"
    r"eventually|ultimately|in due course|down the line|later (?:on|in life)|sooner or later)\b",
    re.IGNORECASE,
)
_MAY_BE_NEEDED = re.compile(
    r"\s(?:may|might|could)\s(?:well\s)?(?:yet|still|in time|one day|eventually|ultimately)\s(?:be|become|prove)\s"
    r"(?:needed|necessary|required|unavoidable)\b",
    re.IGNORECASE,
)
_SEASON = r"(?:spring|summer|autumn|fall|winter|new year|week|month|year|visit|appointment|clinic|\w+day)"
_WEEKS = r"(?:days?|wks?|weeks?|months?|mths?|yrs?|years?|/7|/52|/12)"
_TO_COME = re.compile(
    r"[\s,(]{0,3}(?:\w+\s){0,2}?(?:"
    rf"(?:this|next|each|every|in the|over the)\s{_SEASON}\b|at\s\d+(?:\s?-\s?\d+)?\s?{_WEEKS}(?![\w/])|"
    rf"\d+\s?{_WEEKS}\s(?:after|post|later|from now|time)\b|in\s\d+(?:\s?-\s?\d+)?\s?{_WEEKS}(?![\w/])|"
    r"(?:(?:was|were|is|are|now|still|next)\s)?(?:due|overdue|outstanding|deferred|postponed|rescheduled|"
    r"rebook\w*)\b|"
    r"to be\b|to follow\b|"
    r"in (?:the )?(?:morning|afternoon|evening|am)\b|mane\b|(?:will|should|must|can) (?:follow|wait|be|have|need|"
    r"go)\b|"
    r"before (?:christmas|easter|discharge|winter|summer|next|the next|the end|starting|each)\b|"
    r"defer(?:red)? (?:un)?till?\b|"
    r"again (?:in|next|on|at|this|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|first(?=\s*(?:$|[.,;\n]))|"
    r"(?:is|are) on (?:the )?(?:\d|mon|tue|wed|thu|fri|sat|sun)|"
    r"at \d{1,2}(?:\s?[-–]\s?\d{1,2})?\s?(?:w\b|mo\b|mths?\b|yrs?\b|weeks?\b|months?\b|years?\b)|"
    r"depend(?:s|ing) on\b|when well\b|tomorrow\b|tonight\b|later today\b|"
    r"(?:as )?(?:an )?out-?p(?:atien)?ts?\b|"
    r"for (?:an? )?(?:\w+ )?(?:[<>≤≥]|less than|below|under|above|over)\s?\d)"
    r"|[^.;:\n]{0,40}?,?\s(?:please|pls)\b(?=\s*(?:$|[.;,\n]))",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:(?:may|can|will|should|would|could|is to|are to|must|needs? to|due to|hopes to|wants to|keen to)\s"
    r"(?:now\s|then\s|also\s|still\s){0,2}(?:have|undergo|get|receive|prefer|be offered|go for|proceed to|need)|"
    r"prefers|desires|wishes for|hop(?:ing|es?) for|aim(?:ing|s)? for|opted for|keen on|"
    r"has chosen|decided on|(?:could you|would you|grateful if you (?:could|would)|please|kindly)\s(?:please |kindly )?"
    r"(?!see|note|find|avoid|stop|kindly|please)\w+)\s(?:(?:an?|the|his|her|their|total|inactivated|"
    r"further|repeat|another|annual)\s){0,3}$",
    re.IGNORECASE,
)
# "Remove chest drain today": what is to be done to what was placed before.
_TO_REMOVE = re.compile(
    r"(?:^|[.;:,\n•–-])[ \t]{0,3}(?:\d[.)]\s)?(?:please )?(?:remove|take out)\s(?:the\s|his\s|her\s)?$", re.IGNORECASE
)
_OUT_WHEN = re.compile(
    r"\s(?:line\s|tubes?\s)?(?:(?:to come |to go |can come |comes )?out (?:when|once|if|day \d|on (?:day )?\d|at|in \d|"
    r"tomorrow|today|after|next|mon|tue|wed|thu|fri|sat|sun)|to come out\b)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"[\s,(]{0,2}(?:(?:by|with)\s\w+\s)?(?:(?!last\b|of\b|since\b|on\b|from\b|after\b)[a-z]+\s){0,2}?(?:on\s|next\s|"
    r"\?)?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:had|given|gave|done|was|were|underwent|performed|received|last|showed|reviewed|taken|after|since|"
    r"following)\b",
    re.IGNORECASE,
)
_SAYS_DONE = re.compile(
    r"[\s,(]{0,3}(?!to be\b)(?:\w+\s){0,2}?(?:given|done|performed|completed|taken|showed|had)\b", re.IGNORECASE
)
# "Hip scan at 6 weeks showed …": when it was done.
_SHOWED_THEN = re.compile(
    r"\s(?:of age\s|corrected\s|post-?op\s|ago\s)?(?:which\s)?(?:(?:was|were)\s(?:normal|clear|negative|positive|"
    r"abnormal|"
    r"unremarkable|reassuring|reported|done|performed)|showed|shows|revealed|demonstrated|confirmed|excluded|found|"
    r"normal|clear|negative|positive|unremarkable)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s?\([^()\n]{1,30}\)")
# A day without a year that lies so far ahead at most is the next one.
_HALF_A_YEAR = timedelta(days=183)
# Nothing but a month: "CT in February.", "CT February." It is the next one if that is near.
_MONTH_ALONE = re.compile(r"\s(?:(?:in|for)\s)?[a-z]{3,9}\s*(?:[.;,\n]|$)", re.IGNORECASE)
_MONTHS_AHEAD = 3


# "She won't have the flu vaccine", "declined the session, home visits, and a shingles jab".
_UNWANTED = re.compile(
    r"\b(?:(?:wo|would|will|does|did|do)(?:n['’]?t| not| never)(?: want to)? (?:have|accept|agree to|consent to|"
    r"go for|undergo)|"
    r"(?:declin|refus)(?:ed|es|ing)\b[^.;:\n]{0,80},\s(?:and|or))\s(?:(?:an?|the|his|her|any|another|"
    r"further)\s){0,2}$",
    re.IGNORECASE,
)


def is_refused(before: str, behind: str) -> bool:
    """Whether the words beside a procedure say that it was not wanted, or is not done."""
    return _REFUSED.match(behind) is not None or _UNWANTED.search(before) is not None


def is_to_be_removed(before: str, behind: str) -> bool:
    """Whether it is told when what was placed is to be removed: "midline out when the course is complete"."""
    return _TO_REMOVE.search(before) is not None or _OUT_WHEN.match(behind) is not None


def is_to_come(before: str, behind: str) -> bool:
    """Whether the words beside a procedure put it after today."""
    if _WANTED.search(before) or is_to_be_removed(before, behind):
        return True
    aside = _ASIDE.match(behind)
    behind = behind[aside.end() :] if aside else behind
    ahead = _TO_COME.match(behind)
    if ahead is not None:
        return not (_SAYS_DONE.match(behind) or _SHOWED_THEN.match(behind, ahead.end()))
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
    if yearless is None or _SAYS_DONE.match(behind) or _DONE.search(before[-40:]):
        return False
    return _is_next(day, yearless, behind)


def _is_next(day: date, yearless: str, behind: str) -> bool:
    """Whether a day or a month without a year is the one that comes next, rather than the last one."""
    if len(yearless) == len("--10"):
        return _MONTH_ALONE.match(behind) is not None and 1 <= (int(yearless[2:]) - day.month) % 12 <= _MONTHS_AHEAD
    if len(yearless) < len("--10-14"):
        return False
    try:
        first = date(day.year, int(yearless[2:4]), int(yearless[5:7]))
        following = date(day.year + 1, first.month, first.day)
    except ValueError:
        return False
    return any(day < one <= day + _HALF_A_YEAR for one in (first, following))


# "Thrombolysis contraindicated - INR 2.7"
_CONTRAINDICATED = re.compile(
    r"\s?(?::\s|[–-]\s)?(?:(?:is|are|was|were|thought|felt|absolutely|strongly|relatively)\s){0,3}contra-?indicated\b",
    re.IGNORECASE,
)


def is_called_off(before: str, behind: str) -> bool:
    """Whether what was planned is planned no more: "was planned for May, but he has been taken off the list".

    Nor is planned what must not be done.
    """
    if _CONTRAINDICATED.match(behind):
        return True
    off = _CALLED_OFF.match(behind)
    return off is not None and (_WAS_PLANNED.search(before) or _WAS_PLANNED.search(behind, 0, off.end())) is not None


# "MMR is safe and need not be avoided": nobody says that it was given, nor that it is to be.
_ALLOWED = re.compile(
    r"\s(?:(?:vaccine|vaccination|scan|it)\s)?(?:is|are|remains?|would be)\s(?:(?:perfectly|entirely|still|quite|"
    r"considered|"
    r"thought to be|also)\s){0,2}(?:safe|permitted|permissible|allowed|not contra-?indicated)\b|"
    r"\s(?:need|needs|does|do|should)(?:\snot|n['’]t)\s(?:need to\s|have to\s)?be (?:avoided|withheld|delayed)\b",
    re.IGNORECASE,
)
_NO_REASON = re.compile(
    r"\b(?:no contra-?indications? to|no reason to (?:avoid|withhold|delay)|"
    r"no (?:current |clear |clinical |surgical |urgent |good |present )?(?:indication|grounds|case)"
    r" (?:at present |currently |now )?for)\s(?:(?:an?|the|any|his|her|their|having|urgent|emergency|further|repeat|"
    r"acute|operative)\s){0,3}$",
    re.IGNORECASE,
)


def is_only_judged(before: str, behind: str) -> bool:
    """Whether it is only said that a procedure would be safe, or is not called for: nobody did, plans or refused it."""
    return _ALLOWED.match(behind) is not None or _NO_REASON.search(before) is not None


def may_be_needed(before: str, behind: str) -> bool:
    """Whether it is only said that it may become necessary one day: "may yet need a below-knee amputation"."""
    if _MAY_NEED.search(before) and _ONE_DAY.match(behind):
        return True
    return _MAY_YET.search(before) is not None or _MAY_BE_NEEDED.match(behind) is not None
