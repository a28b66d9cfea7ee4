"""Whether a condition that nothing else puts into the past is over, by its nature and by what stands beside it.

What passes by itself (an infection, an injury, a thrombosis) and what comes in attacks (gout, stones, a depression) was
there in the year that is named, as often as is counted, and while it was the reason for something that is long done.
What stays is over only where the note says that it was taken out, treated to the end, or had as a child. A cancer is
over where its treatment of a past year is told.
"""

import re
from typing import NamedTuple

from clinical.lexicon.conditions import conditions

_YEAR = r"(?:(?:19|20)\d\d\b|['’]\d\d\b)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_NUMBER = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty)"
)
_CANCER = re.compile(r"cancer|carcinoma|melanoma|lymphoma|leuk|sarcoma|malignan|myeloma|tumou?r|neoplasm")
# "Rheumatic fever as kid", "quinsy at twenty", "chlamydia treated in the 1st trimester".
_YOUNG = re.compile(
    r"[^.;,\n(]{0,30}?\s(?:as an? (?:small |young |older )?(?:kid|child|baby|infant|toddler|teen\w*|boy|girl|"
    r"student|man|woman|"
    r"adolescent|young adult)|as (?:kid|child|baby|teen\w*)|in (?:childhood|infancy|adolescence|college|early life|"
    r"his youth|"
    r"her youth|utero))\b",
    re.IGNORECASE,
)
_AT_AN_AGE = re.compile(
    rf"[^.;,\n(]{{0,30}}?\s(?:(?:with|at|aged?)\s(?:\d{{1,2}}\s?(?:months?|mths?|mo|yrs?|years?|weeks?)\b|"
    rf"{_NUMBER}\b)|"
    r"(?:in the )?(?:1st|first|2nd|second|3rd|third)\s(?:trim\w*|pregnancy)|"
    r"(?:with|w|in)\s(?:(?:her|the)\s)?(?:1st|first|2nd|second|3rd|third|last|previous)\b)",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"(?:\s(?!since|from|diagnos|dx|known|found|until)[\w-]+){{0,2}}?[\s,(–-]{{1,3}}\??(?:in\s|"
    rf"back in\s)?(?:{_MONTH}\s)?{_YEAR}"
    r"(?!\s?[-–]\s?(?:now|present|date))",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s?\(?[x\u00d7]\s?\d{1,2}\b(?!\s?(?:/|d\b|y\b|days?|w|m|y))", re.IGNORECASE)
_LEAD = r"[^.;\n]{0,30}?[\s,(–-](?:(?:now|both|all|fully|was|were|has|have|been|since)\s){0,3}"
# What was there in a month, and is told in the same sentence to have healed since, as in "pneumonia in May, recovered".
_SINCE_WELL = re.compile(
    rf"(?:\sof\s[^.;,:\n]{{2,30}})?\s(?:in|last)\s(?:(?:early|mid|late)[\s-])?{_MONTH}\b[^.;\n]{{0,110}}?,\s"
    r"(?:(?:now|fully|all|since|both|well)\s){0,2}(?:healed|recovered|resolved|settled|cleared|gone|all well)\b",
    re.IGNORECASE,
)
# What stays is only quiet when it has settled.
_SETTLED = re.compile(
    rf"{_LEAD}(?:resolved|healed|settled|recovered|none (?:since|recently|now)|quiet for)\b", re.IGNORECASE
)
_ENDED = re.compile(
    rf"{_LEAD}(?:eradicated|cured|excised|removed|resected|closed|dealt with|operated on|"
    r"treated(?=\s?(?:[.,;)]|$|in\s(?:19|20)\d\d|(?:19|20)\d\d))|treated\b[^.;\n]{0,50}\b(?:finished|completed|"
    r"until \d))\b"
    r"|\s(?:both\s|bilat\w*\s)?done\b",
    re.IGNORECASE,
)
# "Depression over.", "the thyrotoxicosis is over: TSH 38", "episode over by August"; not "cellulitis over the shin".
_SAID_OVER = re.compile(
    r"\s(?:(?:is|was|are|were|has been|now|all|long|finally|well and truly)\s){0,3}over"
    rf"(?=\s*(?:[.,;:)\n]|$|(?:and|but|by|since|now|before|within|at last|for good|in\s{_MONTH}|in\s{_YEAR})\b))|"
    r"[,;]?\s(?:(?:which|that|s?he|they|has|have|had|was|is|now|long|since|completely|fully)\s){0,5}"
    r"(?:outgr[eo]wn?|gr[eo]wn? out of)\b",
    re.IGNORECASE,
)
_CANCER_TREATED = re.compile(
    rf"[^.;\n]{{0,20}}?(?:s/p|[-–,(]|{_YEAR})[^.;\n]{{0,30}}?\b(?:radical|brachy\w*|\w+ectomy|wle|resect\w*|"
    rf"radiation|radiotherapy|"
    rf"xrt|rt|excis\w*|chemo\w*|removed)\b[^.;\n]{{0,30}}?(?:{_YEAR}|discharged|d/c|all clear|clear since|remission|"
    rf"$|[.;])",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"(?<!has )(?<!have )\bhad\s(?:(?:an?|the|one|two|three|bad|severe|mild|another|recurrent|several|some|acute|"
    r"his|her)\s){0,3}$",
    re.IGNORECASE,
)
# "stopped in May for", "d/c'd 2021 (", "splenectomy July 2025 (", "a new valve in 2008 for".
_REASON_THEN = re.compile(
    rf"(?:{_YEAR}|\b(?:stop|discont|d/c|ceas|withdr|held|interrupt|lower|reduc|chang|switch|abandon|given up|had|"
    rf"was|were|off|"
    rf"inserted|removed|finish)[^.;\n]{{0,60}}\b(?:{_MONTH}|spring|summer|autumn|winter|last \w+|"
    rf"\d{{1,2}}/\d{{1,2}}))\)?\s?(?:[–-]\s?|\(|"
    r"(?:for|because of|due to|after|following|owing to)\s)(?:(?:an?|the|his|her|severe|acute|mild|"
    r"suspected)\s){0,2}$",
    re.IGNORECASE,
)
# Still told of as it is: what follows says that it goes on.
_GOES_ON = re.compile(
    r"[^.;\n]{0,60}\b(?:ongoing|still|persist\w*|continu\w+|currently|on treatment|active|chronic|under|awaiting|"
    r"not resolved|"
    r"lifelong|worsening|recurred|relapsed?|since then)\b",
    re.IGNORECASE,
)


class Nature(NamedTuple):
    """What is known of a condition: whether it stays, comes in attacks, or is a cancer."""

    stays: bool
    episodic: bool
    cancer: bool

    @property
    def passes(self) -> bool:
        """Whether a time that is named for it is the time of all of it."""
        return self.episodic or not (self.stays or self.cancer)


def nature_of(names: frozenset[str], *, stays: bool) -> Nature:
    """The nature of what goes by these names."""
    known = conditions()
    return Nature(
        stays=stays,
        episodic=any(name in known and known[name].episodic for name in names),
        cancer=any(_CANCER.search(name) for name in names),
    )


def is_said_over(behind: str) -> bool:
    """Whether right behind a condition stands that it is over, whatever its nature."""
    return _SAID_OVER.match(behind) is not None


def is_over(nature: Nature, before: str, behind: str) -> bool:
    """Whether a condition is over, by what stands before and behind it in its sentence."""
    if _GOES_ON.match(behind):
        return False
    if _YOUNG.match(behind) or _ENDED.match(behind):
        return True
    if nature.cancer:
        return _CANCER_TREATED.match(behind) is not None
    if not nature.passes:
        return False
    return bool(
        _SETTLED.match(behind)
        or _SINCE_WELL.match(behind)
        or _COUNTED.match(behind)
        or _DATED.match(behind)
        or _AT_AN_AGE.match(behind)
        or _HAD.search(before)
        or _REASON_THEN.search(before)
    )
