"""What became of a procedure, told further behind its name: that it was refused, or called off and booked anew.

"LP recommended; the family discussed it and did not consent", "ICD offered, which he turned down", "not performed
because of a chest infection. New date 9 May". These words have no object of their own, so that they can mean only what
was named before them.
"""

import re

from clinical.facts import ProcedureStatus

# What ends a refusal that has no object of its own: "declined as he felt well", and not "declined admission".
_NO_OBJECT = (
    r"(?=\s*(?:$|[.,;:)\n–—-]|(?:it|this|that|them|these|all|after|because|as|since|for|on|at|by|when|once|having|"
    r"despite|"
    r"again|today|yesterday|outright|politely|and|but|the (?:offer|procedure|operation|test|investigation))\b))"
)
_SOMEBODY = (
    r"(?:s?he|they|(?:the |his |her |their )?(?:patient|pt|family|parents?|mum|mother|dad|father|wife|husband|sons?|"
    r"daughters?|children|relatives|carers?|partner|couple|next of kin|nok))"
)
_REFUSAL = (
    r"(?:turn(?:ed|s|ing)\s(?:(?:it|this|that|them|both)\s)?down|(?:declin|refus)(?:ed|es)|"
    r"(?:decided|opted|chose|elected|voted)\s(?:against|not to(?: (?:have|go ahead|proceed))?)|said no|says no|"
    r"(?:did|does|do|would|will)(?:\snot|n['’]t)\s(?:want|have|accept|agree to|go ahead with|proceed with)"
    r"(?:\s(?:it|this|that|them))?)"
)
_NO_CONSENT = (
    r"(?:(?:(?:did|does|do|would|will|could|has|have|had)(?:\snot|n['’]t)\s|refus(?:ed|es|ing) to\s|unwilling to\s)"
    r"(?:give\s(?:his\s|her\s|their\s)?)?consent(?:ed)?(?! form)|"
    r"(?:no|without|refused|declined|withheld|withdrew|withdrawn)\s(?:his\s|her\s|their\s)?consent(?! form)|"
    r"consent\s(?:was\s|is\s|has been\s)?(?:not (?:given|granted|obtained)|refused|declined|withheld|withdrawn))\b"
)
_GOES_ON = (
    r"(?:(?:has|have|had|then|later|also|again|politely|firmly|both|discussed it and|thought about it and)\s){0,3}"
)
# Consent needs no offer before it: nobody consents to what is not to be done.
_NO_CONSENT_BEHIND = re.compile(
    rf"[^.\n|]{{0,90}}?\b{_NO_CONSENT}(?!\s(?:to|for)\s(?!it\b|this\b|that\b))", re.IGNORECASE
)
_REFUSED_BEHIND = re.compile(
    rf"(?:(?:\s[\w-]{{1,14}}){{0,3}},?\swhich\s(?:{_SOMEBODY}\s)?(?:was\s|were\s)?{_GOES_ON}|"
    rf"[^.\n|]{{0,70}}?(?:[.]\s)?\b{_SOMEBODY}\s{_GOES_ON}){_REFUSAL}{_NO_OBJECT}",
    re.IGNORECASE,
)
# Only what was offered can be refused; a refusal may be of something else that was offered since.
_OFFER = r"(?:offer|recommend|advis|suggest|propos|discuss|explain|book|plan|list|schedul|arrang|consider)\w*"
_OFFERED_AHEAD = re.compile(rf"\b{_OFFER}(?:\s[\w'’-]{{1,16}}){{0,4}}\s$", re.IGNORECASE)
_OFFERED_BEHIND = re.compile(
    rf"(?:\s[\w-]{{1,14}})?[\s,:–—-]{{1,3}}(?:(?:was|were|is|has been|have been|had been|again|also)\s){{0,2}}{_OFFER}",
    re.IGNORECASE,
)
# Who refused for the patient, or who did not agree: "Parents do not consent to MMR", "no consent for the gastrostomy".
_AHEAD = re.compile(
    rf"\b{_NO_CONSENT}\s(?:to|for)\s(?:(?:an?|the|any|his|her|their|further|another|having|undergo\w*)\s){{0,2}}$",
    re.IGNORECASE,
)
_CALLED_OFF = re.compile(
    r"\b(?:cancel+ed|called off|abandoned|postponed|deferred|not (?:performed|done|carried out|possible|attempted)|"
    r"did not (?:go ahead|take place|happen)|could not (?:go ahead|be (?:done|performed|completed)))\b",
    re.IGNORECASE,
)
_ANEW = (
    r"(?:re-?(?:booked|scheduled|listed|arranged)|to be (?:re-?(?:booked|scheduled|listed|arranged))|"
    r"(?:new|another|next|revised|second) (?:date|slot|appointment|appt|list|attempt)|"
    r"(?:now|instead) (?:booked|planned|scheduled|listed|arranged|for|on|set for|due)|(?:put|moved|pushed) back)\b"
)
# Not "not rebooked", nor what waits for a wish: "to be rebooked if he wants it".
_NOT_ANEW = r"(?<!not )(?<!never )(?<!n['’]t )(?<!no )(?<!not be )(?<!or )(?<!without )"
_BOOKED_ANEW = re.compile(
    rf"[^.\n|]{{0,110}}?(?:[.]\s(?:(?:has|have|now|is|was|been|he|she|it)\s){{0,3}})?\b{_NOT_ANEW}{_ANEW}"
    r"(?!\s(?:if|unless|should)\b)",
    re.IGNORECASE,
)
_NEAR = 60


def refused_behind(before: str, behind: str) -> bool:
    """Whether words behind a procedure say that it was not agreed to. As `told_later`."""
    if _NO_CONSENT_BEHIND.match(behind):
        return True
    offered = _OFFERED_AHEAD.search(before) or _OFFERED_BEHIND.match(behind)
    return offered is not None and _REFUSED_BEHIND.match(behind) is not None


def not_consented_to(before: str) -> bool:
    """Whether nobody consented to what follows: "Parents do not consent to …"."""
    return _AHEAD.search(before) is not None


def told_later(before: str, behind: str) -> ProcedureStatus | None:
    """What is told of a procedure further behind its name; None where nothing is.

    Args:
        before: What stands before it, in its sentence.
        behind: What stands behind it, up to the next procedure; with the sentence behind its own.
    """
    off = _CALLED_OFF.search(before[-_NEAR:]) or _CALLED_OFF.search(behind[:_NEAR])
    if off is not None and _BOOKED_ANEW.match(behind):
        return ProcedureStatus.PLANNED
    if refused_behind(before, behind) or not_consented_to(before):
        return ProcedureStatus.DECLINED
    return None
