"""Where a note turns from the dose that was to the one that holds now: "5 mg daily is now 10 mg", "cut to 18 units".

What is only planned, possible or waits for something is no turn: the dose that was is the one that holds.
"""

import re
from typing import NamedTuple

from clinical.facts import Place
from clinical.values.durations import durations_in

_CHANGED = (
    r"(?:increas|decreas|reduc|halv|doubl|rais|chang|escalat|titrat|uptitrat|up-titrat|down-titrat)(?:e|ed)|"
    r"cut(?:\s(?:down|back))?|lower(?:ed)?|taper(?:ed)?|wean(?:ed)?|adjust(?:ed)?|amend(?:ed)?|alter(?:ed)?|"
    r"drop(?:ped)?|bump(?:ed)?|upped|incr|decr|"
    r"(?:step(?:ped)?|go|goes|gone|went|come|came|brought|bring|put|taken|take|took|turned|moved)"
    r"(?:\s(?:it|this|the dose|her|him|back))?\s(?:up|down)"
)
_FILLING = (
    r"(?:it|this|that|the|her|his|their|dose|today|now|again|back|further|down|up|slightly|gradually|since|by half|"
    r"himself|herself|on admission|at home)"
)
_TO = re.compile(rf"\b(?:{_CHANGED})(?:\s{_FILLING}){{0,3}}\sto(?:\s(?:just|only|about))?\s$", re.IGNORECASE)
_NOW = re.compile(
    r"(?:\bnow(?:\s(?:on|taking|takes|takes only|at|to|only|just|given|needs|gets|getting|has|having|receives|uses|"
    r"using))?|\bbecomes?|\bbecame)\s$",
    re.IGNORECASE,
)
# "100 mg until last month, 150 mg since"
_UNTIL = re.compile(r"\b(?:until|till)\s[^,;.\n]{3,24},\s(?:then\s|and\s)?$", re.IGNORECASE)
_SINCE = re.compile(r"[^,;.\n]{0,20}\b(?:since|now|thereafter)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:to be|will|shall|should|would|could|may|might|can|plan\w*|aim\w*|if|consider\w*|suggest\w*|hop(?:e|ing)|"
    r"then|once(?! daily| a| weekly| every| at)|when|unless|wants?|wanted|asked|asks|discuss\w*|never|not|before|due|"
    r"recommend\w*|declin\w*|refus\w*|in \d+|next|tomorrow)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"[^,;.\n]{0,24}?\b(?:(?:from )?tomorrow|next (?:week|month|visit|mon|tue|wed|thu|fri|sat|sun)|if|once (?!daily|a|"
    r"weekly|monthly|every|per|in|at)|when|unless|in (?:\d|one|two|three|four|six|a) ?(?:days?|weeks?|months?|/)|"
    r"in (?:\d|one|two|three|four|six|a) \w+(?:'s)? time)\b|[^,;.\n]{0,12}\?|"
    r"[^.;\n]{0,30}\bbut\b[^.;\n]{0,30}(?:\b(?:not|never|still|gone on)\b|n['’]t\b)",  # it is not taken so
    re.IGNORECASE,
)
# So many letters stand between two doses at most, and so far behind what is said of a drug that tells when.
_APART, _WHEN = 90, 24


_AND_LATER = re.compile(r",?\s(?:and|then|and then)\sto\s$", re.IGNORECASE)
_AFTER_TIME = re.compile(
    r"[^,;.\n]{0,24}?\b(?:(?:after|in) (?:\d+|one|two|three|four|six|eight|a|next) (?:further )?(?:day|week|month)s?|"
    r"next (?:week|month)|from (?:\d|next|tomorrow)|tomorrow|if|once tolerated)\b",
    re.IGNORECASE,
)


class Turn(NamedTuple):
    """The words that turn from one dose to another."""

    place: Place
    now: bool
    """Whether they say that this is so now, whatever was said before of a time that is over."""


def is_later(text: str, start: int, end: int, behind: int, until: int) -> bool:
    """Whether a dose only follows later: "to 150 mg from tonight, and to 200 mg after two weeks". As `turn_between`."""
    return (
        _AND_LATER.search(text, start, end) is not None and _AFTER_TIME.match(text, behind, until + _WHEN) is not None
    )


def turn_between(text: str, start: int, end: int, behind: int, until: int) -> Turn | None:
    """The turn in `text[start:end]`, which stands between two doses.

    Args:
        text: The text.
        start: Where the first dose ends.
        end: Where the second begins.
        behind: Where the second ends.
        until: Where what is said of the drug ends.
    """
    gap = text[start:end]
    if not 0 < len(gap) <= _APART or _AHEAD.search(gap) or durations_in(gap):
        return None
    if _WAITS.match(text, behind, until + _WHEN):
        return None
    for pattern, now in ((_TO, False), (_NOW, True)):
        found = pattern.search(gap)
        if found is not None:
            return Turn(Place(start + found.start(), end), now)
    found = _UNTIL.search(gap)
    if found is not None and _SINCE.match(text, behind, until):
        return Turn(Place(start + found.start(), end), now=True)
    return None
