"""How far what is said of one naming of a drug goes: where its parts are looked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinical.medications.drug_names import Name
from clinical.medications.passages import Passage
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.values.amounts import doses_in
from clinical.values.frequencies import frequencies_in
from clinical.values.routes import routes_in

# So far behind its name a drug's parts are looked for; behind a prescription's name, in the lines below.
_REACH = 220
BEFORE = 60
# Where what is said of a drug ends, though its sentence goes on.
_ELSEWHERE = re.compile(
    r";(?!\s*(?:take|then|\d|(?:(?:s?he|they|pt|patient|and|so|is|has)\s){0,2}(?:now|currently)\b))|"
    r"\b(?:rtc|f/?u|tci|opa|appt|appointment)\b|\b(?:because|reporting|although|due to|secondary to|prior to|"
    r"recheck|repeat|follow|return|review|rv|discussed|bloods?|"
    r"with (?:limited|good|some|no|minimal|partial|mild))\b|\b(?:after|before) "
    r"(?!meals?|bed|breakfast|food|each|sleep|lunch|dinner|eating|supper|surgery)",
    re.IGNORECASE,
)
# What may stand between a part and the name behind it: "0.5 mL of lidocaine", "20 mg of his furosemide".
OF_NAME = re.compile(
    r"\s?(?:of\s)?(?:the |his |her |oral |iv |generic |daily |a day of |per day of |dose of |once a day of |"
    r"twice a day of )*$",
    re.IGNORECASE,
)
_SIGN_BEFORE = re.compile(r"[,;:.(/&+–—\n|]\Z")
_WORD_BEFORE = re.compile(
    r"\b(?:and|or|to|with|plus|of|on|is|then|by|start|started|give|given|takes?|taking|from|add|received|a|an|the|some|"
    r"her|his|has|for)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the parts of a naming are looked for: before its name, and behind it."""

    before: int
    start: int
    end: int
    until: int


def reach_of(note: Note, names: Sequence[Name], passage: Passage, number: int, verdicts: Sequence[Verdict]) -> Reach:
    """The reach of a naming: up to the next drug and what belongs to that, or to where its sentence turns elsewhere.

    Args:
        note: The note.
        names: Its drugs.
        passage: Where the drug stands.
        number: Which one it is.
        verdicts: What is said of it: what stands behind a verb of its own is its own.
    """
    name = names[number]
    position = passage.names.index(number)
    following = names[passage.names[position + 1]] if position + 1 < len(passage.names) else None
    previous = names[passage.names[position - 1]] if position else None
    farthest = name.end + _REACH * (3 if passage.end > passage.head else 1)
    limit = max(name.end, min(following.start if following else passage.end, farthest))
    known = max((one.end for one in verdicts if name.end <= one.start < limit), default=name.end)
    cut = _ELSEWHERE.search(note.text, known, limit)
    end = cut.start() if cut else limit
    if following is not None and end == following.start:
        end = _before_next(note.text, name.end, end)
    before = max(passage.start, name.start - BEFORE, previous.end if previous else 0)
    return Reach(before, name.start, name.end, max(end, name.end))


def _before_next(text: str, start: int, end: int) -> int:
    """Where a drug's words end before those that belong to the next name: "IV ceftriaxone", "0.5 mL of lidocaine"."""
    window = max(start, end - BEFORE)
    parts = [
        *((one.start, one.end) for one in doses_in(text, window, end)),
        *((one.start, one.end) for one in routes_in(text, window, end)),
        *((one.start, one.end) for one in frequencies_in(text, window, end)),
    ]
    at = end
    for first, last in sorted(parts, reverse=True):
        if last <= at and OF_NAME.fullmatch(text, last, at):
            at = first
    before = text[start:at].rstrip(" ")
    if at < end and (not before or _SIGN_BEFORE.search(before) or _WORD_BEFORE.search(before)):
        return at
    return end
