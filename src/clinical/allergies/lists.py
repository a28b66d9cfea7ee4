"""Where the lists of allergies stand, and where each ends: with its line, its bullets, or another label in its line."""

import re
from typing import NamedTuple

from clinical.allergies.owners import is_of_another
from clinical.allergies.reactions import reactions_in
from clinical.allergies.standing import is_taken_back
from clinical.allergies.substances import names_in
from clinical.note import Note
from clinical.sections.heading_names import named

_LONGEST = 3_000
# Where a label may begin within a line, and the label: "; Meds: …", ", current meds - …".
_LABEL = re.compile(
    r"(?:[;,.|•]|\s[-–—]|\s(?=\s))\s?\s?(?P<name>[A-Za-z][A-Za-z/&]{0,20}(?: [A-Za-z/&]{1,20}){0,3}?)"
    r"(?:\s?[:=]|\s[-–—]\s)"
)
# Words that begin something else without any mark: "NKDA, meds ramipril".
_WORD = re.compile(
    r"[;,.|]\s?\s?(?:(?:current|regular|usual|home)\s)?(?:meds|medications?|medicines|dh|dhx|pmh|pmhx|sh|shx|fh|fhx|obs|o/e|imms|"
    r"takes|taking|lives|smokes?r?)\s(?=[a-z0-9])",
    re.IGNORECASE,
)
# What divides a list of allergies: "Drugs: penicillin. Food: none. Other: plasters."
_DIVIDES = re.compile(
    r"drugs?|med(?:icine|ication)?s?|foods?|environment(?:al)?|others?|latex|contact|insects?|materials?|topicals?|"
    r"reactions?|type|severity|status|details?|date|onset|verified|source|comments?|notes?",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(?:foods?|environment\w*|others?|latex|contact|insects?)\s?[:=-]", re.IGNORECASE)
_TELLS = re.compile(r"\s?(?::|[–-]\s)\s*(?=[a-z])")
_LINE, _NAME = 200, 60
_GOES_ON = re.compile(r"[ \t]*(?:[-•●▪*–]\s|\[[ xX]?\])|[ \t]{2,}\S|\d[.)]\s")
_SEE_BELOW = re.compile(
    r"[\s:–—-]*(?:(?:yes|y)\b[\s:.,–—-]*)?(?:see |as |listed )?(?:below|following)?[\s:.]*", re.IGNORECASE
)
_BLANK = re.compile(r"\n[ \t]*\n")


class List(NamedTuple):
    """A list of allergies: its heading is `text[start:body]`, and what it lists `text[body:end]`."""

    start: int
    body: int
    end: int


def lists_in(note: Note) -> list[List]:
    """The lists of allergies of a note, in order."""
    found = []
    for segment in note.outline.segments:
        if segment.kind == "allergies" and segment.end > segment.body:
            end = _end_of_list(note.text, segment.body, min(segment.end, segment.body + _LONGEST))
            found.append(List(segment.start, segment.body, _before_another_label(note.text, segment.body, end)))
    return found


def _end_of_list(text: str, start: int, end: int) -> int:
    """With its line and its bullets; under a heading on a line of its own, with its paragraph."""
    line = text.find("\n", start, end)
    if line == -1:
        return end
    if text[start:line].strip(" \t*_-–—:|") and not _SEE_BELOW.fullmatch(text, start, line):
        while _GOES_ON.match(text, line + 1, end) or _names_another(text, line + 1, end):
            following = text.find("\n", line + 1, end)
            if following == -1:
                return end
            line = following
        return line
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    at = first
    for blank in _BLANK.finditer(text[first:end]):
        at = first + blank.start()
        if not _GOES_ON.match(text, first + blank.end(), end):
            return at
    return end


def _names_another(text: str, start: int, end: int) -> bool:
    """Whether a line begins with a substance, and tells how its allergy stands: "Penicillin: that was her sister's"."""
    line = text.find("\n", start, end)
    stop = end if line < 0 else line
    first = next(iter(names_in(text, start, min(stop, start + _NAME))), None)
    if first is None or text[start : first[0]].strip() or not _TELLS.match(text, first[1], stop):
        return False
    words = text[first[1] : stop]
    told = any(one.allergic for one in reactions_in(text, first[1], stop)) or "llerg" in words
    return told or is_of_another(words) or is_taken_back(words)


def _before_another_label(text: str, start: int, end: int) -> int:
    """Where something else begins in the list's first line: "Allergies: penicillin, meds: ramipril"."""
    line = text.find("\n", start, end)
    stop = end if line < 0 else line
    if not text[start:stop].strip():
        return end
    word = _WORD.search(text, start, stop)
    ends = [word.start()] if word else []
    for label in _LABEL.finditer(text, start, stop):
        kind = named(label["name"])
        if kind is not None and kind.kind != "allergies" and not _divides(text, start, label):
            ends.append(label.start())
            break
    return min(ends, default=end)


def _divides(text: str, start: int, label: re.Match[str]) -> bool:
    """Whether a label stands for a part of the list, as drugs do beside foods."""
    if not _DIVIDES.fullmatch(label["name"].strip()):
        return False
    beside = re.search(
        r"(?i)\b(?:foods?|environment\w*|others?|latex|contact|insects?)\s?[:=-]", text[start : label.end() + 200]
    )
    return beside is not None or not label["name"].lower().startswith("med")
