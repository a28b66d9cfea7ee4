"""What stands where allergies should and is no answer: "could not be established", "see chart"."""

import re

_NON_ANSWER = re.compile(
    r"^(?:(?:[\s:]*+[-–—])++\s*+$|[\s:–—-]*+\.[-–—.]*+\s*+$|"
    r"[\s:–—-]*+(?:(?:(?:currently|as yet|at present|still|history|status|information|details?|allergy|allergies|"
    r"these|this|to be|is|are|were|was) )*"
    r"(?:could not|can ?not|cannot|couldn'?t|can'?t|unable to|not able to|yet to) (?:be )?(?:\w+ )?(?:establish|"
    r"obtain|assess|confirm|determin|ascertain|recall|remember|verif|"
    r"recorded|tell|ask|say|check|elicit|document)\w*|unknown|not known|not recorded|not documented|not stated|"
    r"not asked|not available|not obtained|not obtainable|"
    r"not established|not assessed|not given|not reviewed|not confirmed|not on file|not yet|not listed|not specified|"
    r"no information|no record\b|no data|no answer|no response|nothing recorded|"
    r"unobtainable|unavailable|unclear|unsure|uncertain|unconfirmed|pending|tbc|tba|n/?k\b|to (?:be )?(?:confirm|"
    r"establish|check|clarif|ask|document|follow)\w*|see\b|as (?:above|below|per|listed|noted|"
    r"documented|before|previously)|per\b|refer(?:red)? to|please (?:see|refer|check|confirm)|reviewed|updated|"
    r"verified|checked|unchanged|on (?:file|chart|record|system|admission)|in (?:chart|notes|ehr|emr|system)|listed|"
    r"\?+\s*$|unreliable|awaiting|multiple\b[^,;]*$|discussed|documented|noted|yes[\s.?]*$|deferred|"
    r"patient (?:unable|not able|cannot|unsure|does not know|"
    r"doesn'?t know|unconscious|confused|too)|(?:s?he|they) (?:is |are )?(?:does not know|doesn'?t know|cannot|"
    r"can'?t|unsure|not sure|unable)))",
    re.IGNORECASE,
)


def is_non_answer(words: str) -> bool:
    """Whether what stands where allergies should is no answer: "could not be established", "see chart"."""
    return _NON_ANSWER.match(words) is not None
