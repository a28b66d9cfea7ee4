"""What was planned and is planned no more, or for later, by the words right beside its name.

"Mastectomy idea dropped", "the plan for a hip replacement has been shelved", "hysterectomy put off until the spring":
none of these says that anything was done, though each names an operation beside a word of the past.
"""

import re

_INTENTIONS = r"(?:ideas?|plans?|thoughts?|proposals?|notions?|intentions?|talk)"
_GIVEN_UP = (
    r"(?:dropped|shelved|given up|abandoned|discarded|set aside|parked|scrapped|withdrawn|cancel+ed|off the table|"
    r"off the agenda|at an end|no longer (?:wanted|pursued|on the table))\b"
)
_HAS_BEEN = r"(?:\s(?:has|have|had|was|were|is|are|been|being|now|since|then|again|all|therefore)){0,4}\s"
_ARTICLES = r"(?:(?:an?|the|any|his|her|their|having|further|another)\s){0,3}"
_GIVEN_UP_BEHIND = re.compile(rf"\s{_INTENTIONS}{_HAS_BEEN}{_GIVEN_UP}", re.IGNORECASE)
_INTENDED = re.compile(rf"\b{_INTENTIONS}\s(?:of|for|about)\s{_ARTICLES}$", re.IGNORECASE)
_IS_GIVEN_UP = re.compile(rf"{_HAS_BEEN}{_GIVEN_UP}", re.IGNORECASE)
_GAVE_UP = re.compile(
    rf"\b(?:gone off|went off|goes off|dropp(?:ed|ing)|dropped|gave up|given up|giving up|abandon(?:ed|ing)|"
    rf"shelv(?:ed|ing)|moved away from|turned away from)\s{_ARTICLES}{_INTENTIONS}\s(?:of|for|about)\s{_ARTICLES}$",
    re.IGNORECASE,
)
# Unless it was done in the end: "put off twice, carried out in June".
_PUT_OFF = re.compile(
    r"(?:\s(?:has|have|had|was|were|is|are|been|now|again|then|since|therefore|to be)){0,4}\s"
    r"(?:put (?:off|back)|pushed back|held over|held off|postponed|delayed|deferred|moved)"
    r"(?=\s(?:until|till|to|from|for|because|as|by|while|again)\b|\s*[.,;)\n]|$)"
    r"(?![^.;\n]{0,60}\b(?:done|performed|carried out|took place|went ahead)\b)",
    re.IGNORECASE,
)


def is_given_up(before: str, behind: str) -> bool:
    """Whether the words beside a procedure say that nobody plans it any more."""
    if _GIVEN_UP_BEHIND.match(behind) or _GAVE_UP.search(before):
        return True
    return _INTENDED.search(before) is not None and _IS_GIVEN_UP.match(behind) is not None


def is_put_off(behind: str) -> bool:
    """Whether what stands behind a procedure moves it to a later time."""
    return _PUT_OFF.match(behind) is not None
