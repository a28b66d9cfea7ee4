"""Whether a suspicion was settled by a test that found nothing: "?PE on admission - CTPA clear"."""

import re

from clinical.note import Note

# "?PE on admission - CTPA clear", "stroke was suspected, MRI normal": the test was made for the doubt, and ends it.
_DECIDES = (
    r"ct ?pa|cta|ct angiogram|mri?|mra|mrcp|mri?[ -]\w+|dopplers?|duplex|eeg|biops(?:y|ies)|serology|cultures?|pcr|"
    r"antibod(?:y|ies)|angiogra(?:m|phy)|v/?q|lp|csf|skin pricks?|synacthen(?: test)?"
)
# What leaves a doubt, unless the doubt is told as one of the past.
_HELPS = (
    r"ct|ct[ -]\w+|uss?|ultrasound|x-?rays?|cxr|axr|films?|echo|ecg|ekg|emg|bloods?|swabs?|tests?|testing|scans?|"
    r"imaging|endoscopy|ogd|colonoscopy|screen|d-?dimer|trop\w{0,6}|holter|tape|spirometry|ige"
)
_LEADS = (
    r"[^.;\n]{0,40}?(?:[,:(–—-]|[-=]>|→|\b(?:but|and|then|however)\b)\s{0,2}"
    r"(?:[\w'’-]{1,15}\s){0,2}?"
)
_FREE = r"(?:neg(?:ative)?|-ve|clear|normal|unremarkable|nad)"
_ENDS = r"\b(?!\s(?:pressure|saline|apart|except|bar|other than|so far|but)\b)"


def _found_nothing(tests: str) -> re.Pattern[str]:
    tested = rf"(?:{tests})\s(?:[\w/.]+\s){{0,2}}?{_FREE}|{_FREE}\s(?:{tests})"
    return re.compile(f"{_LEADS}(?:{tested}){_ENDS}", re.IGNORECASE)


_DECIDED, _HELPED = _found_nothing(_DECIDES), _found_nothing(_HELPS)
_OF_THEN = re.compile(
    r"\b(?:(?:was|were|been)\s(?:\w+\s)?(?:suspected|considered|thought|raised|feared|wondered)|"
    r"queried|initially|originally|at first|on admission|on arrival|(?:on )?day \d{1,2}|"
    r"last \w+|ago|previously|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:await\w*|pending|request\w*|booked|arrang\w+|repeat|still|nevertheless|to follow|for (?:ct|mri)|needs?|"
    r"plan\w*|tomorrow|refer\w*|treat\w* as|cover\w*)\b",
    re.IGNORECASE,
)
# "Was thought to be cellulitis but turned out to be gout", "was considered but it was excluded".
_WAS_ANOTHER = re.compile(
    r"[^.;\n]{0,30}?\bbut\s(?:(?:it|this|which|that|later|then|has|have|had|in the end|eventually)\s){0,3}"
    r"(?:turned out|turns out|proved|proven|transpired|actually (?:is|was)|in fact (?:is|was)|"
    r"(?:was|is) (?:actually|in fact)|(?:(?:was|were|is|been)\s)?(?:excluded|ruled out|refuted|discounted|disproved|"
    r"not (?:found|confirmed|borne out|the case|supported)))\b",
    re.IGNORECASE,
)
_SETTLED_WITHIN = 110


def is_settled(note: Note, end: int) -> bool:
    """Whether it is told behind a suspected condition, which ends at `end`, that nothing or another was found."""
    first, last = note.document.sentence_span(end - 1)
    if _WAS_ANOTHER.match(note.text, end, min(last, end + _SETTLED_WITHIN)):
        return True
    if _DECIDED.match(note.text, end, min(last, end + _SETTLED_WITHIN)) is None and (
        _HELPED.match(note.text, end, min(last, end + _SETTLED_WITHIN)) is None
        or _OF_THEN.search(note.text, max(first, end - _SETTLED_WITHIN), min(last, end + _SETTLED_WITHIN)) is None
    ):
        return False
    return _GOES_ON.search(note.text, end, min(last, end + 2 * _SETTLED_WITHIN)) is None
