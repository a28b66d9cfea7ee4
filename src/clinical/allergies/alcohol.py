"""Alcohol that must not be drunk with a medicine: "metronidazole for 5 days, no alcohol until finished".

That somebody drinks none is a habit, and that all should drink less is advice; neither is a warning of a medicine.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinical.allergies.warned import Warned, Warns

if TYPE_CHECKING:
    from clinical.note import Note

_ALCOHOL = re.compile(r"\b(?:alcohol(?:ic drinks?)?|booze)\b", re.IGNORECASE)
_FORBIDS = re.compile(
    r"(?:\b(?:avoid(?:s|ing)?|keep(?:ing)? (?:well )?off|stay(?:ing)? (?:well )?(?:off|away from)|"
    r"steer(?:ing)? clear of|"
    r"abstain(?:ing)? from|refrain(?:ing)? from|(?:not to|do not|don['’]t|must not|should not|cannot|can['’]t|never) "
    r"(?:drink|have|take|touch|mix (?:it |this |them )?with)|(?:warned|advised|told|cautioned) (?:against|off|about)|"
    r"(?:absolutely|strictly)? ?no|nil)\s(?:any\s|all\s|drinking\s)?(?:\w{3,12}\s(?:and|or)\s)?)$",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"\s(?:(?:to|must|should) be avoided|is (?:to be avoided|forbidden|not allowed)|not allowed|forbidden|"
    r"not to be (?:taken|drunk|had))\b",
    re.IGNORECASE,
)
# What ties it to a medicine, beside the name of one.
_WITH_MEDICINE = re.compile(
    r"\b(?:(?:while|whilst|when) (?:on|taking|using)|"
    r"with (?:it|this|these|them|the (?:tablets?|antibiotics?|medic\w+|course))|"
    r"(?:until|till) (?:\w+ ){0,4}(?:finish\w*|complet\w*|done|over)|"
    r"(?:during|throughout) (?:the|this|his|her) (?:course|treatment)|"
    r"(?:during|for) treatment)\b",
    re.IGNORECASE,
)
_TIED = re.compile(r"\b(?:with|while|whilst|when|during|until|till|on)\b", re.IGNORECASE)
_HABIT = re.compile(r"\b(?:drinks?|drank|smok\w+|units?|non-?smoker|teetotal|consumes?|history of)\b", re.IGNORECASE)
_SIGHT, _MOST = 40, 20


def alcohol_banned(note: "Note") -> Iterator[Warns]:
    """The bans of alcohol because of a medicine, in order."""
    if "alcohol" not in note.text.lower() and "booze" not in note.text.lower():
        return
    for count, found in enumerate(_ALCOHOL.finditer(note.text)):
        if count >= _MOST:
            return
        first, last = note.document.sentence_span(found.start())
        lead = _FORBIDS.search(note.text, max(first, found.start() - _SIGHT), found.start())
        if lead is None and not _FORBIDDEN.match(note.text, found.end(), last):
            continue
        if _HABIT.search(note.text, first, lead.start() if lead else found.start()):
            continue
        tied = _TIED.search(note.text, found.end(), last)
        if (
            _WITH_MEDICINE.search(note.text, found.end(), last)
            or _names_medicine(note, first, lead.start() if lead else found.start())
            or (tied is not None and _names_medicine(note, tied.end(), last))
        ):
            yield Warns(found.start(), found.end(), Warned(True, True, None))


def _names_medicine(note: "Note", first: int, last: int) -> bool:
    """Whether a stretch, or the sentence right before it in its line, names a medicine."""
    if first and note.text[first - 2 : first] == ". ":
        first, _ = note.document.sentence_span(first - 2)
    return any(
        term.kind in {"drug", "class"} for match in note.document.matches_in(first, last) for term in match.found
    )
