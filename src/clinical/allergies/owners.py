"""An allergy in the record that is somebody else's: "the latex entry belongs to his wife", "is her mother's"."""

import re
from functools import cache

from clinical.people import kinship


@cache
def _belongs() -> re.Pattern[str]:
    names = "|".join(sorted({re.escape(name) for name, _ in kinship() if " " not in name}, key=len, reverse=True))
    somebody = rf"(?:(?:his|her|their|the|a|an|my|older|younger|twin|another)\s){{0,3}}(?:{names}|another patient)"
    return re.compile(
        r"\bbelong(?:s|ed) to (?!(?:him|her|them|me|us|(?:the|this) (?:patient|pt|class|family|group))\b)"
        rf"|=\s?{somebody}['’]s?(?=\W|$)"
        rf"|\b(?:belongs? to|belonged to|relates? to|refers? to|meant for|really for) {somebody}\b"
        rf"|\b(?:is|was|are|were)(?:,? (?:\w+ ){{0,4}}\w+,)? (?:in fact |actually |really )?{somebody}['’]s?(?=\W|$)"
        rf"|\b(?:that |it |this )?(?:is|was|were) (?:\w+ ){{0,2}}(?:{names})\b,? (?:and )?(?:not|never)\b"
        rf"|^[\"”’')\s]{{0,3}}[-–—:(]\s?(?:his|her|their)\s(?:\w+\s)?(?:{names})\s*(?=[.,;)]|$)"
        rf"|\b(?:in|of|for) {somebody}\b(?:['’]s)?,? (?:and )?not\b",
        re.IGNORECASE,
    )


def is_of_another(words: str) -> bool:
    """Whether words behind an allergy say that another person has it."""
    return _belongs().search(words) is not None
