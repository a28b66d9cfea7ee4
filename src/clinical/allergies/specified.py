"""A question for allergies that is answered with yes, and the row under it that says which.

"Does the patient have any allergies?  YES" and, below, "If yes, specify: co-trimoxazole (fever)".
"""

import re

_ASKED = re.compile(r"llerg[^?:\n]{0,40}[?:][\s.–—-]{0,8}(?:\[x\]\s?|\(x\)\s?)?(?:yes|y)\b[\s.:]*$", re.IGNORECASE)
_SPECIFIES = re.compile(
    r"\s*(?:\(?if (?:yes|so|y|any|positive)\b\)?[\s,:–—-]*)?(?:please\s)?"
    r"(?:(?:specify|list|state|describe|give|provide|name|record|details?|which|what|to what|substances?|allergens?)"
    r"\b[^:?\n]{0,40}[:?]\s*|(?<=[,:])\s*)",
    re.IGNORECASE,
)


def is_asked_for(text: str, start: int, end: int) -> bool:
    """Whether a row asks for allergies, and answers that there are some."""
    return _ASKED.search(text, start, end) is not None


def specified_from(text: str, start: int, end: int) -> int | None:
    """Where the list begins in a row that says which; None where it is no such row."""
    label = _SPECIFIES.match(text, start, end)
    return label.end() if label and label.end() > start else None
