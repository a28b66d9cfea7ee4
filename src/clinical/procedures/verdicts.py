"""What is answered to a procedure right behind its name: given, due, declined; of several answers the one that counts.

"Tdap due - given", "CXR: not required", "flu vaccine ✓ Oct", "sleep study awaited": a few words may stand between.
What was due and is then told as given, or as not wanted after all, is what it became; what was given stays given,
whatever is due next.
"""

import re

from clinical.facts import ProcedureStatus

_DECLINED = (
    r"(?:(?:is|was|are|were)\s)?(?:not|n['’]t|no longer)\s(?:(?:yet|currently|now|thought|felt|considered|been|be|"
    r"to be)\s){0,2}"
    r"(?:needed|required|req['’]d|indicated|wanted|given|done|performed|necessary|tolerated|attempted|suitable|"
    r"available|"
    r"advised|appropriate|recommended|pursued|repeated|planned|booked|useful|helpful|worthwhile|attended)\b|"
    r"declin(?:ed|es|ing)\b|refus(?:ed|es|ing)\b|turned down\b|decided against\b|cancel+ed\b|abandoned\b|"
    r"unnecessary\b|dispensable\b|undecided\b|unsure\b|[✗✘]|"
    r"never(?: (?:done|had|given))?(?=\s*(?:[.,;)\n]|$))|deferred(?=\s*(?:[.,;)\n]|$))|not keen\b"
)
_PLANNED = (
    r"not yet (?:had|given|done|received)\b|yet to have\b|still to have\b|thinking about it\b|"
    r"to be \w+|(?:over)?due\b(?! to)|(?:re-?)?book(?:ed)?\b|scheduled\b|requested\b|ordered\b|awaited\b|awaiting\b|"
    r"pending\b|"
    r"req(?:['’]d|uested)?\b(?! not)|planned\b|(?:re-?)?listed\b|arranged\b|tomorrow\b|tmrw\b|tmw\b|mane\b|on hold\b|"
    r"please \w+|defer(?:red)? (?:un)?till?\b|to follow\b|asked for\b|"
    r"pencilled\b|provisional(?:ly)?\b|within (?:a|the) (?:week|fortnight|month)\b|wk of\b|week of\b|to decide\b|"
    r"set for\b|consented\b|"
    r"later(?=\s*(?:[.,;)\n]|$))|will (?!not\b|(?:think|consider|reconsider|decide|discuss|see|ask|let|reflect)\b)"
    r"(?:be |have |get |go )?\w+|next (?:visit|week|month|year|"
    r"time|appointment|mon|tue|wed|"
    r"thu|fri|sat|sun)"
)
_DONE = r"(?<!be )(?:given|done|performed|completed?|had|taken|attended)\b|[✓✔☑]|up[- ]to[- ]date\b|u\.?t\.?d\b"
_VERDICT = re.compile(
    rf"(?<![\w])(?:(?P<declined>{_DECLINED})|(?P<planned>{_PLANNED})|(?P<done>{_DONE}))", re.IGNORECASE
)
_STATUS = {
    "declined": ProcedureStatus.DECLINED,
    "planned": ProcedureStatus.PLANNED,
    "done": ProcedureStatus.DONE,
}
# What stands between a name and what is answered to it: no other sentence, and no other matter.
_ENDS = re.compile(
    r"[.;\n|]|,\s(?:(?-i:[A-Z])|dose\b|#|second\b|2nd\b|next\b)|\bbut\b|\band\b(?!\s(?:declin|refus|given|not\b))|"
    r"\b(?:for|because|as|so|with(?!\s(?:(?:iv|oral|po)\s)?contrast)|which|that|after|showed|normal|negative)\b",
    re.IGNORECASE,
)
# "Colonoscopy tomorrow, prep given": what is named right before the verb was given, and nothing else.
_OF_ANOTHER = re.compile(
    r"[^,–—-]{0,20}[,–—-]\s(?!(?:[\w-]+\s)?(?:it|this|was|were|is|has|have|been|now|then|already|both|all|today|since|finally|later|"
    r"and|dose|doses|vaccine|vaccines|jab|jabs|shot|booster)\s)[a-z][\w-]*(?:\s[\w-]+){0,2}\s$",
    re.IGNORECASE,
)
_FIRST_WITHIN, _NEXT_WITHIN = 28, 22


# The cells of a row behind the one that names a procedure, which no other verb of a sentence can reach.
_CELLS = re.compile(r"[ \t]{0,20}\|(?P<cells>[^\n]{0,200})")
_FILLED_IN = re.compile(
    r"(?:(?:patient|pt|he|she|they|family|parents?|was|were|is|has been|already)\s){0,3}", re.IGNORECASE
)


def _in_cells(behind: str) -> ProcedureStatus | None:
    """What a row of a table answers: the first cell behind the name that begins with a status."""
    row = _CELLS.match(behind)
    for cell in row["cells"].split("|") if row else ():
        said = cell.strip()
        filled = _FILLED_IN.match(said)
        found = _VERDICT.match(said, filled.end() if filled else 0)
        if found is not None:
            return _STATUS[str(found.lastgroup)]
    return None


def answered(behind: str) -> ProcedureStatus | None:
    """The status that is answered to a procedure in what stands behind its name; None where nothing is."""
    told = _in_cells(behind)
    if told is not None:
        return told
    settled: ProcedureStatus | None = None
    begin, within = 0, _FIRST_WITHIN
    while settled is None or settled is ProcedureStatus.PLANNED:
        found = _VERDICT.search(behind, begin, begin + within + 24)
        if found is None or found.start() - begin > within or _ENDS.search(behind, begin, found.start()):
            break
        if settled is not None and found["done"] and _OF_ANOTHER.match(behind, begin, found.start()):
            break
        settled = _STATUS[str(found.lastgroup)]
        begin, within = found.end(), _NEXT_WITHIN
    return settled
