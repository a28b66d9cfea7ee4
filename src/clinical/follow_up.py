"""That nobody sees the patient again: the end of the follow-up, as notes say it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinical.note import Note

_VISITS = r"(?:appointments?|follow[- ]?ups?|reviews?|visits?|clinic)"
_ENDS = re.compile(
    # "Discharged from clinic", "I have discharged her back to your care"
    r"\bdischarged? (?:(?:him|her|them) )?(?:(?:back )?to (?:the |your |his |her )?(?:care|gp|practice|own doctor)\b"
    r"|from (?:the |our |my |this )?(?:\w+ ){0,3}(?:clinic|class|group|service|care|follow[- ]?up|department|team)\b)"
    # "No further appointments", "No routine follow-up needed"
    rf"|\bno (?:further |more |other |routine |new )?(?:\w+ )?{_VISITS}(?: (?:is|are|was|were|has|have|been|needed|"
    r"required|planned|arranged|necessary|made|booked))*(?=\s*(?:[.;,\n]|$))"
    # "I have not made another appointment"
    rf"|\b(?:not|n['’]t) (?:made|arranged|booked|planned) (?:any |a |an |another )(?:further |other |new )?{_VISITS}\b"
    rf"|\b(?:not|n['’]t) (?:need|plan) (?:to be seen|to see (?:him|her|them)|{_VISITS}) again\b",
    re.IGNORECASE,
)
# "Discharge from the class at the next visit", "no follow-up so far": not yet, or a complaint.
_NOT_YET = re.compile(r"\b(?:if|unless|until|when|once|then|next|so far|yet|received|attended)\b", re.IGNORECASE)
_WRITES = re.compile(r"(?:I|we)(?:\s|['’])", re.IGNORECASE)
_CUT = re.compile(r"[,;]\s")
_PLANS = frozenset({"plan", "assessment_plan", "instructions", "", "header"})
_LONGEST, _MOST = 130, 2


def ends_follow_up(text: str) -> bool:
    """Whether a sentence says that nobody sees the patient again."""
    start, end = _clause(text, 0, len(text))
    return _ENDS.search(text, start, end) is not None and _NOT_YET.search(text, start, end) is None


def is_of_the_writer(text: str) -> bool:
    """Whether the writer says that of what they did: "I have not made another appointment"."""
    return ends_follow_up(text) and _WRITES.match(text) is not None


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence between commas or semicolons that says it."""
    found = _ENDS.search(text, start, end)
    if found is None:
        return start, end
    cuts = [cut.span() for cut in _CUT.finditer(text, start, end)]
    first = max((last for _, last in cuts if last <= found.start()), default=start)
    return first, min((at for at, _ in cuts if at >= found.end()), default=end)


def ends_in(note: "Note") -> Iterator[tuple[int, int]]:
    """Where a note says that the follow-up has ended, clause by clause: "Discharged to GP, TSH yearly" is two."""
    found = 0
    for passage in note.passages:
        told = passage.kind in _PLANS or note.part_at(passage.start) == "plan"
        if not told or len(passage.text) > _LONGEST or not ends_follow_up(passage.text):
            continue
        start, end = _clause(note.text, passage.start, passage.end)
        meant = note.context.of(start, start + 1)
        if not (meant.historical or meant.family or meant.hypothetical):
            yield start, end
            found += 1
        if found == _MOST:
            return
