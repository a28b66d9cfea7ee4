"""What was done between two values of one measurement: "2 L started", "paracetamol given".

What follows it is the value after the treatment, and no part of its dose.
"""

import re
from collections.abc import Callable
from typing import Any

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
# "-> GlucoGel -> 6.4", "> 500 ml saline > 104/62": between two arrows stands what was given, or how much of it.
_TO_NEXT = re.compile(r"\s?(?P<done>[^\n;>→⇒⟶➔➜»]{2,60}?)\s?(?:[-–—=]{1,3}>|[→⇒⟶➔➜»]|(?<=\s)>)\s?")
_AMOUNT = re.compile(r"\d[\d.]{0,5}\s?(?:mc?g|g|mls?|l|x|units?|iu|puffs?|bags?)\s[A-Za-z]{2}", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]{2}")


def is_treatment(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text tells of a treatment."""
    return _TREATED.search(text, start, min(end, start + _WITHIN)) is not None


def after_treatment(text: str, start: int, end: int) -> int | None:
    """Where a sentence goes on behind the treatment that it begins with; None where it does not."""
    treated = _TREATED.search(text, start, min(end, start + _WITHIN))
    then = _THEN.match(text, treated.end(), end) if treated else None
    return then.end() if then else None


def through_treatment(text: str, at: int, end: int, value_at: Callable[[int, int], Any]) -> int | None:
    """Where the value begins behind a treatment that stands between two arrows; None where none stands so.

    Args:
        text: The text.
        at: Where the first arrow ends.
        end: Where the values of the name end.
        value_at: Tells the value at a place, if there is one.
    """
    given = _TO_NEXT.match(text, at, end)
    if given is None or not _LETTERS.search(given["done"]) or value_at(given.end(), end) is None:
        return None
    begin = given.start("done")
    if value_at(begin, end) is not None and not _AMOUNT.match(text, begin, end):
        return None  # "98 -> 87 on Monday -> 92" are three values
    return given.end()
