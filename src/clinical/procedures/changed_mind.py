"""What somebody agreed to and then would not have after all, or refused and then had: "consented, but backed out".

The words behind a procedure have no object of their own, and what stands before it tells which way the mind went.
"""

import re

from clinical.facts import ProcedureStatus

_AGREED = re.compile(
    r"\b(?:consent\w*|agree\w*|sign(?:ed|ing)|book(?:ed|ing)|list(?:ed|ing)|schedul\w*|due|arrang\w*|plann\w*|attended|came|"
    r"come|brought|admitted|keen|wanted|accept\w*|prepped|down|here|called|hoping)\b[^.\n|]{0,60}$",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:refus\w*|declin\w*|reluctant|unwilling|against|not keen|not want\w*|n['’]t want\w*|said no)\b[^.\n|]{0,50}$",
    re.IGNORECASE,
)
_OF_MIND = (
    r"(?:chang(?:ed|es|ing)\s(?:(?:his|her|their|the)\s)?minds?|had (?:a change of (?:heart|mind)|second thoughts))"
    r"(?!\sabout\s(?!it\b|this\b|that\b|having\b|going\b))"
)
_BACK = (
    rf"(?:{_OF_MIND}|withdrew(?!\s(?:from|to|blood|his hand))|(?:has|have|had) (?:since )?withdrawn|"
    r"(?:back(?:ed|s)|pull(?:ed|s)|opt(?:ed|s)|bail(?:ed|s)) out|(?:got|had|getting) cold feet|thought better of it|"
    r"(?:no longer|doesn['’]t|does not|didn['’]t|did not) wants? (?:it|this|that|to (?:go ahead|proceed|have it))|"
    r"decided against(?: it| this| that)?(?=\s*(?:[.,;\n)]|$|after|when|because|once|today|on|at|and|as)))"
)
# What may stand between the procedure and the change: its day, who changed it.
_GAP = r"[^.\n|]{0,70}?(?:[.,;–—-]\s{0,2}|\s)"
_WITHDREW = re.compile(rf"{_GAP}\b(?P<back>{_BACK})", re.IGNORECASE)
_CAME_ROUND = re.compile(
    rf"{_GAP}\b(?:{_OF_MIND}|came (?:a)?round|relented|reconsidered|was persuaded)\b", re.IGNORECASE
)
_HAD_IT = re.compile(
    r"[^.\n|]{0,60}?\b(?:(?:had|has had|received|got|took) (?:it|one|this|the)|went ahead|given|done|performed|"
    r"proceeded)\b",
    re.IGNORECASE,
)
_AGREES_NOW = re.compile(
    r"[^.\n|]{0,40}?\b(?:agreed|agrees|consent(?:ed|s)?|accepted|(?:now )?(?:wants|would like|keen|happy)|booked|"
    r"listed)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(?:not|never|n['’]t|if|unless|may|might|can|could)\s(?:\w+\s){0,2}$", re.IGNORECASE)


def changed_mind(before: str, behind: str) -> ProcedureStatus | None:
    """What became of a procedure about which somebody changed their mind; None where nobody did.

    Args:
        before: What stands before it, in its sentence.
        behind: What stands behind it, up to the next procedure.
    """
    if _REFUSED.search(before):
        round_ = _CAME_ROUND.match(behind)
        if round_ is None:
            return None
        if _HAD_IT.match(behind, round_.end()):
            return ProcedureStatus.DONE
        return ProcedureStatus.PLANNED if _AGREES_NOW.match(behind, round_.end()) else None
    back = _WITHDREW.match(behind)
    if back is None or not _AGREED.search(before) or _NO.search(behind[: back.start("back")]):
        return None
    if _HAD_IT.match(behind, back.end()):
        return ProcedureStatus.DONE  # and changed it back
    return None if _AGREES_NOW.match(behind, back.end()) else ProcedureStatus.DECLINED
