"""What leads to another value of the same measurement: a repetition, a time, a change.

Times that the text names by themselves are read by `times`; here are those that tell how one value lies to another.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from clinical.measurements.times import Kind


class Sort(Enum):
    """What a cue is of."""

    REPEATED = auto()
    """"Repeat", "rechecked": nothing else is meant than the same measurement."""
    TIME = auto()
    """"By day three", "at home"."""
    PEAK = auto()
    """"Peaked at": higher or lower than what follows."""
    CHANGE = auto()
    """"Rising", "down": leads to a value with "to" or "at" only; without them it is the size of a change."""


class Cue(NamedTuple):
    """A cue that ends at `end`."""

    end: int
    sort: Sort
    kind: Kind


_NUMBER = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|sixty|an?|"
    r"a few|several|some)"
)
_UNIT = r"(?:min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|wks?|months?)"
_REPEATED = re.compile(
    r"(?:(?:on|and|with) )?(?:rpt|rept|repeat(?:ed|ing)?|re-?check(?:ed|ing)?|re-?test(?:ed|ing)?|re-?measured|"
    r"re-?taken|rebled|re-?sampled)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"(?:(?:by|on|from|at) )?(?:post-?op(?:erative)? )?(?:day|d|pod|hour|week|month) ?{_NUMBER}\b(?!\s?\d)|"
    rf"(?:about |around |within |at |after )?{_NUMBER}[ -]?{_UNIT} (?:after\w*|later|post|on|into|following)\b"
    r"(?: (?:the |an? |of )?(?!and\b|was\b|is\b|of\b)[a-z]{3,20})?|"
    r"(?:-{1,2}>|=>|→)\s?(?:on\s)?\d{1,2}(?:\.\d)?\s?L(?:pm|/min)?\b(?:\s(?:nc|n/c|o2|mask|fm|nrb|nasal(?: cannulae?)?|"
    r"oxygen)\b)?|(?:-{1,2}>|=>|→)\s?|"
    rf"within {_NUMBER} {_UNIT}\b|(?:once|when|after|following|post) (?:it|(?:the |an? |his |her |being |"
    r"\d{1,3} ?m?[gl] (?:of )?)?[a-z]{3,20}(?: \d{1,3} ?m?[gl]\b)?)|"
    r"(?:by|in) the (?:evening|morning|afternoon|end)\b|by (?:the time of )?(?:discharge|evening|morning|midday|"
    r"noon|lunchtime|teatime|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|(?:on )?(?:the )?"
    r"(?:next|following) (?:day|morning|evening|afternoon|night|week)\b|overnight\b|"
    r"(?:post|after|afterwards)(?=\s?(?:[.,;)]|$))|"
    r"(?:eventually|finally|ultimately|subsequently|later|thereafter)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NOW = re.compile(
    r"(?:here|now|today|tonight|nowadays|(?:at |by |on )?(?:the )?(?:time of )?discharge)\b|(?:on|in) (?:the )?(?:ward|"
    r"resus|recovery|icu|itu|hdu)\b",
    re.IGNORECASE,
)
_OWN = r"(?:the |his |her |their |a |our )?"
_FIRST = re.compile(
    rf"(?:(?:at|in|by|per|with|from|for) {_OWN}(?:home|gps?|ems|crew|ambulance|paramedics?|triage|booking|diagnosis|"
    r"referral|induction|(?:care|nursing) home|community|outset|start|presentation|scene|handover|"
    r"resus)|pre(?:-\w{2,14})?(?=[\s.,;)])|"
    r"initial(?:ly)?|originally|before (?:treatment|surgery|dialysis|transfusion|it))\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"(?:in|last|this|during|over) (?:the )?(?:spring|summer|autumn|fall|winter)\b|(?:usual(?:ly)?|normal(?:ly)?) "
    r"(?=\d)|yesterday\b",
    re.IGNORECASE,
)
_PEAK = re.compile(
    r"(?:peak(?:ed|s|ing)?|nadir\w{0,3}|max(?:imum)?|min(?:imum)?|highest|lowest|bottomed(?: out)?|topped out)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"(?:ris(?:es|ing|en)|rose|fall(?:s|ing|en)?|fell|drop(?:s|ped|ping)?|climb(?:s|ed|ing)?|cre(?:pt|ep(?:s|ing)?)|"
    r"recover(?:s|ed|ing)?|improv(?:es|ed|ing)|normali[sz](?:es|ed|ing)|worsen(?:s|ed|ing)?|deteriorat(?:es|ed|ing)|"
    r"settl(?:es|ed|ing)|com(?:es|e|ing)|came|go(?:es|ne|ing)|went|trend(?:s|ed|ing)?|increas(?:es|ed|ing)|"
    r"decreas(?:es|ed|ing)|correct(?:s|ed|ing)|doubl(?:es|ed|ing)|jump(?:s|ed|ing)?|declin(?:es|ed|ing)|"
    r"plateau(?:s|ed|ing)?|stabili[sz](?:es|ed|ing)|return(?:s|ed|ing)?|reach(?:es|ed|ing)|dip(?:s|ped|ping)?|"
    r"desaturat(?:es|ed|ing)|spik(?:es|ed|ing)|slip(?:s|ped|ping)?|drift(?:s|ed|ing)?|sank|shot|swung|picked|brought|"
    r"got|eased|easing|up|down|back)\b",
    re.IGNORECASE,
)
_SORTS = (
    (Sort.REPEATED, Kind.LATER, _REPEATED),
    (Sort.TIME, Kind.EARLIER, _EARLIER),
    (Sort.TIME, Kind.FIRST, _FIRST),
    (Sort.TIME, Kind.NOW, _NOW),
    (Sort.TIME, Kind.LATER, _LATER),
    (Sort.PEAK, Kind.LATER, _PEAK),
    (Sort.CHANGE, Kind.LATER, _CHANGE),
)
# "At 0610": a clock without its colon, which is a time since no value is led to so.
_CLOCK = re.compile(r"(?:at |@ ?)(?:[01]\d|2[0-3]):?[0-5]\d(?:\s?h(?:rs|ours)?\b)?(?![\d.,%/]\d)", re.IGNORECASE)


def cue_at(text: str, at: int, end: int) -> Cue | None:
    """The cue that stands right at a place, the longest of several."""
    if at and text[at - 1].isalnum() and text[at].isalnum():
        return None
    clock = _CLOCK.match(text, at, end)
    if clock is not None:
        return Cue(clock.end(), Sort.TIME, Kind.NOW)
    found = [Cue(match.end(), sort, kind) for sort, kind, pattern in _SORTS if (match := pattern.match(text, at, end))]
    return max(found, key=lambda cue: cue.end) if found else None


def is_change(word: str) -> bool:
    """Whether a word says that something changed."""
    return _CHANGE.fullmatch(word) is not None
