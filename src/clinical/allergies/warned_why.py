"""Why something is forbidden, as the note says behind it or before it."""

import re
from typing import TYPE_CHECKING

from clinical.allergies.reactions import reactions_in
from clinical.allergies.warned import Place

if TYPE_CHECKING:
    from clinical.note import Note

_REASON = re.compile(
    r"(?:[^.;\n(:]{0,25}?(?P<lead>\b(?:because(?: of)?|due to|d/t|"
    r"as(?! (?:is|are|should|must|well)\b)|since|given|in view of|owing to|on account of|"
    r"secondary to|2/2|while on|whilst on|while taking|with|alongside|together with|"
    r"w/?|in|for|under|until|after)\b|[(:–—]|\s-\s|,?\s(?:which|"
    r"it) (?:caused|gave|made)))"
    r"\s*(?:(?:he|she|it|his|her|their|the|this|that|of|see|has|had|is|was|on|patient|prior|risk of|history of|"
    r"previous|known|an?)\s)*(?P<why>[^.;,\n()|]{2,60})",
    re.IGNORECASE,
)
_REASON_BEFORE = re.compile(
    r"(?:^|[.;,(]\s?|\b)(?:because of|due to|given|in view of|owing to|on account of|with|in light of|as (?:he|she|"
    r"patient) has)\s(?:(?:his|her|their|the|this|previous|known|history of)\s)*(?P<why>[^.;,:\n]{2,50}?)[,:–—-]?\s*"
    r"(?:(?:he|she|they|patient|please|should|must|to|we|i|would|will|advised|the patient)\s)*$",
    re.IGNORECASE,
)
# Who was told of it, by whom and how, is no reason: "told him and his daughter, in writing".
_ARRANGED = re.compile(
    r"\b(?:told|tell|advi[sc]e\w*|inform\w*|explain\w*|discuss\w*|warn\w*|counsell?\w*|agree[sd]?|understand\w*|"
    r"writ(?:ing|ten|e)|letter|leaflet|card|document\w*|record\w*|flag\w*|alert\w*|chart|wristband|gp|pharmac(?:y|ist)\w*|"
    r"daughter|son|wife|husband|partner|mother|father|mum|dad|family|carers?|next of kin|nok|aware|email\w*|phoned|"
    r"added|updated?|thanks|message|sticker)\b",
    re.IGNORECASE,
)
_TIME_ONLY = re.compile(
    r"\s*(?:now|today|any (?:circumstances?|conditions?)|the time being|"
    r"pregnancy test|\d+ (?:days?|weeks?|months?|hours?)|life|ever|future|the future|"
    r"possible|discharge|please|again|example|instance|good|them|him|her|us|me|it|this|that|these|those|"
    r"(?:this |the )?(?:man|woman|lady|gentleman|patient|pt|child|boy|girl)|caution|food|review\b.*|tolerated)\s*$",
    re.IGNORECASE,
)


def reason_behind(note: "Note", start: int, end: int) -> Place | None:
    """Why something is forbidden, as the note says behind it."""
    found = _REASON.match(note.text, start, end)
    if found is None or _TIME_ONLY.match(found["why"]):
        return None
    first, last = found.span("why")
    if _ARRANGED.search(found["why"]) and not is_clinical(note, first, last):
        return None
    if (found["lead"] or "").lower() == "under":
        first = found.start("lead")
    while last > first and not note.text[last - 1].isalnum():
        last -= 1
    return (first, last) if last - first > 1 else None


def is_clinical(note: "Note", start: int, end: int) -> bool:
    """Whether words name something of medicine: a condition, symptom, finding, drug or reaction."""
    if reactions_in(note.text, start, end):
        return True
    return any(start <= note.document.span(match)[0] < end for match in note.document.matches_in(start, end))


def reason_before(note: "Note", start: int, end: int) -> Place | None:
    """Why something is forbidden, as the note says before it."""
    found = _REASON_BEFORE.search(note.text[max(0, start) : end])
    if found is None or _TIME_ONLY.match(found["why"]):
        return None
    return max(0, start) + found.start("why"), max(0, start) + found.end("why")
