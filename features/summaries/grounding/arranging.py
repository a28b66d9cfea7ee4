"""Whether something is told as arranged that the quotes only mean to arrange: "will be referred" is no referral yet."""

import re
from collections.abc import Sequence

_HAS_BEEN = r"(?:was|were|has been|have been|had been|been)"
_ARRANGED = re.compile(
    rf"\b{_HAS_BEEN}\s(?:already\s)?(?P<verb>referred|booked|arranged|requested|ordered|scheduled)\b|"
    rf"\breferrals?\b[^.;]{{0,60}}?\b{_HAS_BEEN}\s(?:made|sent|done)\b",
    re.IGNORECASE,
)
_LOOKS_BACK = 40
_AHEAD = re.compile(
    r"\b(?:will|shall|should|would|may|might|could|needs?|to be|plans?|planning|intends?|consider\w*|hopes?|if)\s"
    r"(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)


def is_told_too_early(text: str, quotes: Sequence[str]) -> bool:
    """Whether a text tells of a referral or a booking that was made, where every quote of it has it still to come.

    An order ("Refer to ophthalmology") is carried out by writing it, as far as a reader of the note can say.
    """
    for found in _ARRANGED.finditer(text):
        stem = (found["verb"] or "referral")[:5].lower()
        word = re.compile(rf"\b{stem}\w*", re.IGNORECASE)
        places = [(quote, match.start()) for quote in quotes for match in word.finditer(quote)]
        if places and all(_AHEAD.search(quote, max(0, at - _LOOKS_BACK), at) for quote, at in places):
            return True
    return False
