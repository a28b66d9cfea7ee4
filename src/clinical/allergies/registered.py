"""What is entered into the record of allergies, and what is taken off it.

"Trimethoprim put in the allergy box (rash)", "Entered under allergies: codeine (hives)", "ibuprofen removed from the
allergy list", "ALLERGY trimethoprim".
"""

import re
from collections.abc import Iterator

from clinical.allergies.item import item_at
from clinical.allergies.mention import Mention
from clinical.allergies.reactions import reaction_of
from clinical.allergies.standing import Standing
from clinical.allergies.substances import is_known, names_in
from clinical.note import Note

_RECORD = (
    r"(?:(?:the|her|his|their)\s)?(?:drug\s)?(?:allerg(?:y|ies)|alerts?)"
    r"(?:\s(?:list|box|record|field|section|chart|tab|page|alerts?))?"
)
_TO = r"(?:in|into|to|on|onto|under)"
_PUT = r"(?:added|entered|put|placed|recorded|written|logged|listed|moved)"
_BRACKET = re.compile(r"\s?\((?P<why>[^()\n]{2,40})\)")
# As in "codeine put in the allergy box" and "added to the allergy list: codeine".
_ENTERED = re.compile(rf"\b{_PUT}\s{_TO}\s{_RECORD}\b(?P<colon>:\s)?", re.IGNORECASE)
# "Put codeine in the allergy box"
_TO_ENTER = re.compile(
    rf"\b(?:put|add|added|enter|entered|record|recorded)\s(?P<name>[\w-]+(?:\s[\w-]+){{0,2}})\s{_TO}\s{_RECORD}\b",
    re.IGNORECASE,
)
# "Codeine removed from the allergy list", "codeine has been taken off it"
_TAKEN_OFF = re.compile(
    rf"\b(?:removed|deleted|struck|crossed|erased|taken)\s(?:from|off|out of)\s(?P<record>it\b|{_RECORD}\b)",
    re.IGNORECASE,
)
# "..., codeine (hives) added": to the record that the sentence has named
_ALSO_ADDED = re.compile(
    r"(?P<why>\s?\([^()\n]{2,40}\))?\s(?:was\s|has been\s|is\s)?added(?=\s*(?:[.;,]|$))", re.IGNORECASE
)
# As in "allergy box now reads pyrazinamide (hepatitis)".
_READS = re.compile(rf"\b{_RECORD}\s(?:now\s)(?:reads?|says|shows|states|lists|has)\s(?:only\s)?", re.IGNORECASE)
# "Carbimazole stopped, never again; on allergy list", "brimonidine stopped, allergy recorded": of the drug that the
# sentence is about.
_SET_DOWN = re.compile(
    r"(?:[,;:]|\s[–-]|\sand)\s(?:and\s|so\s)?(?:(?:now\s|is\s|truly\s)?allergic(?=\s*(?:[.;]|$))|(?:now\s|put\s|placed\s)?on\s(?:the\s|her\s|his\s)?(?:drug\s)?allergy\s(?:list|alert)|"
    r"(?:drug\s)?allergy(?:\s(?:alert|label|flag|entry))?\s(?:(?:now|was|is|has been)\s)?"
    r"(?:recorded|entered|coded|put on|flagged|documented|stays?|stands|remains|"
    r"added(?:\sto\s(?:the\s|her\s|his\s)?(?:record|notes|list))?))(?=\s*(?:[.;,:(]|$))",
    re.IGNORECASE,
)
_ONLY_ADDS = re.compile(r"[,;]\s(?:and\s)?(?:other\s|all\s)?", re.IGNORECASE)
_TOO = re.compile(r"\s(?:too|also|as well)\b", re.IGNORECASE)
_OF_RECORD = re.compile(_RECORD, re.IGNORECASE)
# In capitals, it is a label: "rash on day 1: ALLERGY trimethoprim"
_LABEL = re.compile(r"\bALLERG(?:Y|IES)\s(?!TO\b|TEST|CLINIC|LIST|BOX|STATUS)|\b[Nn]ew (?i:allerg(?:y|ies))\s?:\s")
# As in "allergy band in situ: penicillin" and "red allergy wristband on for latex".
_BAND = re.compile(
    r"\ballergy\s(?:wrist\s?)?(?:band|bracelet|alert|sticker|label)\b[^.;:\n]{0,30}?"
    r"(?::\s|\b(?:for|saying|stating|says|reads)\s)"
    r"(?!\s?(?:yes|no|none|nil|n/?a)\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[;.\n]|,\s(?=must\b|never\b|not\b|do not\b|and\b)")
_SIGHT = 60


def registered(note: Note, start: int, end: int) -> Iterator[Mention]:
    """What a sentence enters into the record, and what it takes off it."""
    text = note.text
    for match in _ENTERED.finditer(text, start, end):
        if match["colon"]:
            yield from _listed(text, match.end(), end)
        elif (name := _name_before(text, start, match.start())) is not None:
            yield _mention(text, *name, Standing.HELD, match.end())
    for match in _TO_ENTER.finditer(text, start, end):
        for name in names_in(text, *match.span("name"))[:1]:
            yield _mention(text, *name, Standing.HELD, match.end())
    for match in _TAKEN_OFF.finditer(text, start, end):
        named = match["record"].lower() != "it" or _OF_RECORD.search(text, start, match.start())
        if named and (name := _name_before(text, start, match.start())) is not None:
            yield _mention(text, *name, Standing.RETRACTED, None)
            yield from _added(text, match.end(), end)
    yield from _set_down(text, start, end)
    for pattern in (_READS, _LABEL, _BAND):
        for match in pattern.finditer(text, start, end):
            yield from _listed(text, match.end(), end)


def _set_down(text: str, start: int, end: int) -> Iterator[Mention]:
    """The drug that a sentence is about, where it ends with that this is an allergy."""
    for match in _SET_DOWN.finditer(text, start, end):
        about = names_in(text, start, match.start())[:1]
        if about:
            yield _mention(text, *about[0], Standing.HELD, None)
            yield from _as_well(text, match.end(), end)


def _as_well(text: str, start: int, end: int) -> Iterator[Mention]:
    """What a few words add to it: "allergy stays, NSAIDs too"."""
    for first, last in names_in(text, start, end)[:1]:
        if _ONLY_ADDS.fullmatch(text, start, first) and _TOO.match(text, last, end):
            yield _mention(text, first, last, Standing.HELD, None)


def _listed(text: str, start: int, end: int) -> Iterator[Mention]:
    """The substances behind a label, up to what is said of them."""
    stop = _ENDS.search(text, start, end)
    item = item_at(text, start, stop.start() if stop else end)
    if item is not None and is_known(item.substance):
        yield Mention(*item[:5], standing=Standing.HELD)


def _added(text: str, start: int, end: int) -> Iterator[Mention]:
    for first, last in names_in(text, start, end):
        match = _ALSO_ADDED.match(text, last, end)
        if match is not None:
            yield _mention(text, first, last, Standing.HELD, last)
            return


def _name_before(text: str, start: int, at: int) -> tuple[int, int] | None:
    """The substance that a verb speaks of: the last one named before it."""
    names = names_in(text, max(start, at - _SIGHT), at)
    return names[-1] if names else None


def _mention(text: str, first: int, last: int, standing: Standing, behind: int | None) -> Mention:
    bracket = _BRACKET.match(text, behind) if behind is not None else None
    place = bracket.span("why") if bracket else None
    reaction = reaction_of(text, *place) if place else None
    return Mention(first, last, " ".join(text[first:last].lower().split()), reaction, place, standing)
