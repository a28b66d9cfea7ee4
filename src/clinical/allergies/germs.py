"""What a germ is sensitive to or resistant against, by the laboratory: no allergy of anybody."""

import re

_GERMS = re.compile(
    r"\b(?:msu|csu|mc\s?&\s?s|m/c/s|c\s?&\s?s|cultures?|cultured|swabs?|sputum|isolat\w+|grew|grown|growth|organisms?|"
    r"coliforms?|e\.? ?coli|staph\w*|strep\w*|pseudomonas|klebsiella|proteus|enterococc\w+|enterobacter\w*|citrobacter|"
    r"serratia|haemophilus|h\.? influenzae|mrsa|mssa|esbl|vre|antibiogram|susceptib\w+|resistan\w+|cfu|10\^\d)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\s\(?[SRI]\)?$|\s(?:\((?:sens?|res)\)|sens|res|sensitive|resistant|susceptible|intermediate)$", re.IGNORECASE
)
_BEFORE = 160


def is_of_germs(text: str, start: int, end: int) -> bool:
    """Whether what is told as sensitive in `text[start:end]` is a germ, by what stands there and right before it."""
    return _GERMS.search(text, max(0, start - _BEFORE), end) is not None


def is_tested(name: str) -> bool:
    """Whether a listed drug ends with how a germ answered to it: "trimethoprim R", "gentamicin sensitive"."""
    return _LETTER.search(name) is not None
