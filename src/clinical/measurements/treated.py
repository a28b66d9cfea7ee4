"""What was done between two values of one measurement: "2 L started", "paracetamol given".

What follows it is the value after the treatment, and no part of its dose.
"""

import re

_TREATED = re.compile(
    r"\b(?:given|gave|started|commenced|applied|administered|received|treated|bolus(?:ed)?|transfused|nebuli[sz]ed|nebs?|"
    r"(?:put|placed|popped|sat) (?:on|up)|(?:increased|titrated|turned (?:up|down)|weaned) to)\b",
    re.IGNORECASE,
)
# "Juice given, rechecked at 03:35": the sentence goes on with the value behind the treatment.
_THEN = re.compile(
    r"[^.;:\n]{0,30}?(?:[,;]|\s[–—-]|\band\b|\bthen\b)\s(?:(?:and|then|with|was|on)\s){0,2}", re.IGNORECASE
)
_WITHIN = 90


def is_treatment(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text tells of a treatment."""
    return _TREATED.search(text, start, min(end, start + _WITHIN)) is not None


def after_treatment(text: str, start: int, end: int) -> int | None:
    """Where a sentence goes on behind the treatment that it begins with; None where it does not."""
    treated = _TREATED.search(text, start, min(end, start + _WITHIN))
    then = _THEN.match(text, treated.end(), end) if treated else None
    return then.end() if then else None
