"""What somebody has of a medicine, and has no more: "ran out of her inhaler", "has GTN spray, not used".

Who has run out takes nothing until more is fetched. What lies ready and was not needed is on the list still, and nobody
declined it.
"""

import re

from clinical.facts import Ending, MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_WHOSE = r"(?:(?:his|her|their|the|all|my|last|own|regular|usual|daily|any|some|both|supply|supplies|stock|of)\s){0,4}"
_RAN_OUT_OF = re.compile(
    rf"(?:\b(?P<verb>ran|run|been|is|was|now|completely|clean)\s|^\W*)out of\s{_WHOSE}$", re.IGNORECASE
)
_RAN_OUT = re.compile(
    r"(?:\s(?:inhalers?|tablets?|capsules?|pills?|supply|stock|script|prescription|drops|cream|patches|spray|insulin)){0,2}"
    r"\s(?:(?:has|have|had|all|just|since|completely)\s){0,2}(?:ran|run) out\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(rf"\b(?:been|was|gone|went|is|being)\swithout\s{_WHOSE}$", re.IGNORECASE)
_SINCE = re.compile(r"[^.;\n]{0,20}?\s(?:for|since)\b", re.IGNORECASE)
_NOT_FETCHED = re.compile(
    r"\b(?:never|not|n['’]t)\s(?:yet\s|been able to\s|managed to\s)?(?:collect(?:ed)?|pick(?:ed)? up|fetch(?:ed)?|"
    rf"fill(?:ed)?|renew(?:ed)?|get|got|order(?:ed)?|re-?order(?:ed)?)\s{_WHOSE}$",
    re.IGNORECASE,
)
_HAS_NONE = re.compile(
    r"[^.\n]{0,60}?\b(?:without (?:it|them|any)|"
    r"(?:none|nothing|not taken (?:it|any)|not had (?:it|any)|off it)\s(?:for|since))\b",
    re.IGNORECASE,
)
# It has not come to that, or more was fetched since.
_NOT_SO = re.compile(
    r"\b(?:will|would|about to|due to|going to|nearly|almost|if|when|before|until|not|never|n['’]t|running|may|might|"
    r"could|in case|worried|afraid|soon)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
_SOON = re.compile(r"\b(?:about to|going to|due to|will(?: soon)?|nearly|almost|close to|has nearly)\s$", re.IGNORECASE)
_AGAIN = re.compile(
    r"(?<!never )(?<!not )(?<!n['’]t )(?<!n['’]t yet )(?<!not yet )(?<!never been )"
    r"\b(?:restart\w*|resum\w+|recommenc\w*|reissued|re-?supplied|back on|"
    r"given (?:more|another|a new|a supply|a script)|"
    r"new (?:script|supply|prescription) (?:given|issued|today|sent)|got more (?:today|yesterday|on)|"
    r"bought more|now (?:has|taking))\b",
    re.IGNORECASE,
)
# "Had the last of her antibiotics (co-amoxiclav) yesterday".
_LAST_OF = re.compile(
    r"\b(?:had|took|taken|finished|completed|used)\sthe\s(?:very\s)?last\s(?:(?:dose|tablet|one|few|bit)s?\s)?of\s"
    r"(?:(?:his|her|their|the|these|those)\s)?(?:(?:antibiotics?|steroids?|course|tablets|pack|supply)\s?(?:of\s|\()?)?$",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\b(?:has|have|keeps?|carries|carry|got|had|holds)\s(?:(?:an?|his|her|their|the|some|spare|reserve|standby|rescue|"
    r"emergency|own|prn|buccal|rectal|oral|sublingual|inhaled|home|supply|of)\s){0,4}$",
    re.IGNORECASE,
)
_NOT_NEEDED = re.compile(
    r"(?:\s(?:spray|inhaler|tablets?|pen|\d[\d.]*\s?(?:mg|mcg|g|ml)|prn)){0,2}"
    r"(?:\s(?:at \w{3,10}|in (?:the|his|her|a) \w{2,12}|(?:with|on) (?:him|her|them)|"
    r"for emergencies|to hand|spare)){0,2}"
    r"[\s,;:(–—-]{1,3}(?:(?:but|and|which|has|have|had|is|was|s?he)\s){0,3}"
    r"(?:(?:not|never|(?:has|have|had)n['’]t|no need|rarely|seldom)\s"
    r"(?:(?:been|yet|had to|needed to|ever|it|so far)\s){0,3}"
    r"(?:used?|need(?:ed)?|required?|opened|necessary)|unused|unopened)\b",
    re.IGNORECASE,
)
_BACK, _REST = 70, 140


def at_hand(note: Note, name: Name) -> Verdict | None:
    """What is told of the supply of a drug; None where nothing is."""
    first, last = note.document.sentence_span(name.start)
    begin = max(first, name.start - _BACK)
    before, rest = note.text[begin : name.start], note.text[name.end : min(last, name.end + _REST)]
    if _LAST_OF.search(before):
        return _sure(MedicationStatus.STOPPED, name)._replace(ending=Ending.COMPLETED)
    if _has_run_out(before, rest):
        return None if _AGAIN.search(rest) else _sure(MedicationStatus.STOPPED, name)
    out = _RAN_OUT_OF.search(before)
    if out is not None and _SOON.search(before[: out.start()]):
        return _sure(MedicationStatus.CONTINUED, name)
    if _KEEPS.search(before) and _NOT_NEEDED.match(rest):
        return _sure(MedicationStatus.CONTINUED, name)
    return None


def _has_run_out(before: str, rest: str) -> bool:
    out = _RAN_OUT_OF.search(before)
    if out is not None:
        return not _NOT_SO.search(before[: out.start()])
    if _RAN_OUT.match(rest):
        return not _NOT_SO.search(f"{before} ")
    if _WITHOUT.search(before):
        return _SINCE.match(rest) is not None
    return _NOT_FETCHED.search(before) is not None and _HAS_NONE.match(rest) is not None


def _sure(status: MedicationStatus, name: Name) -> Verdict:
    return Verdict.of(status, name.start, name.end)._replace(sure=True, overrides=True)
