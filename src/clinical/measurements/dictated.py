"""A value that was dictated, and so is spelt out: "potassium four point two", "pulse ninety-six and regular"."""

import re

from clinical.measurements.value_words import ENDS
from clinical.values.spoken import spoken_number

# Behind a value that is spelt out stands an end, or another one: nothing that is counted ("one day later").
_ENDS = re.compile(rf"{ENDS.pattern}|\s(?:to|today|now|yesterday|this|regular)\b", re.IGNORECASE)


def dictated_at(text: str, at: int, end: int) -> tuple[int, float, str] | None:
    """The value that is spelt out right at a place: where it ends with its unit, its number, and that unit."""
    spoken = spoken_number(text, at, end)
    return spoken if spoken is not None and _ENDS.match(text, spoken[0]) else None
