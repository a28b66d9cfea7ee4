"""What an order that is denied leaves standing: its reason. "Do not give metoclopramide (Parkinson's)"."""

import re

from clinical.context.clauses import Clauses
from clinical.context.scopes import Scope
from clinical.text.document import Document

_TREATMENTS = frozenset({"drug", "class"})
# Behind a denial: what is not to be done, whatever the thing is called.
_ORDER = re.compile(
    r"\W*(?:to\s+)?(?:be\s+)?(?:giv(?:e|en|ing)|prescrib(?:e|ed|ing)|us(?:e|ed|ing)|start(?:ed|ing)?|offer(?:ed|ing)?|"
    r"administer(?:ed|ing)?|restart(?:ed|ing)?|receiv(?:e|ed|ing)|take|commence|continue|combine|on|for)\b",
    re.IGNORECASE,
)
_FOR_WHAT = frozenset({"for", "in", "given"})
_FAR = 4  # words between "for" or "in" and what follows


def leaves_reason(document: Document, clauses: Clauses, denial: Scope, first: int) -> bool:
    """Whether a denial is of a treatment, and the token `first` belongs to the reason that stands behind it.

    The reason stands in a bracket of its own, or behind "for" or "in": "not on anticoagulation for AF".
    """
    if denial.category != "negated" or denial.trigger_after > first:
        return False
    opened = clauses.opened.get(first, -1)
    until = opened if opened >= denial.trigger_after else _preposition(clauses, denial.trigger_after, first)
    if until is None or until <= denial.trigger_after or clauses.word(until + 1) in {"or", "and"}:
        return False
    start, end = document.tokens[denial.trigger_after].start, document.tokens[until].start
    if _ORDER.match(document.text, start, end):
        return True
    named = document.matches_in(start, end)
    return bool(named) and any(term.kind in _TREATMENTS for term in named[-1].found)


def _preposition(clauses: Clauses, begin: int, first: int) -> int | None:
    for at in range(first - 1, max(begin, first - 1 - _FAR) - 1, -1):
        if clauses.word(at) in _FOR_WHAT:
            return at
        if clauses.word(at) in {",", "and", "or"}:
            return None
    return None
