"""What harm is treated with: "delirium on haloperidol" and "hives, given chlorphenamine" name no cause."""

import re
from functools import cache

from clinical.concepts import is_a
from clinical.lexicon.resources import entries

_ALLERGIC = "allergic"


@cache
def _treatments() -> tuple[re.Pattern[str], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """What is given for allergies, and for other harm: its signs and what is given."""
    allergies, others = re.compile("(?!)"), []
    for line in entries("treatments.txt"):
        signs, given = ([word.strip() for word in part.split(",")] for part in line.split("|"))
        if signs == [_ALLERGIC]:
            names = "|".join(re.escape(name).replace(r"\*", r"\w+") for name in given)
            allergies = re.compile(rf"\b(?:{names})s?\b", re.IGNORECASE)
        else:
            others.append((tuple(signs), tuple(given)))
    return allergies, tuple(others)


def treats_allergies(words: str) -> bool:
    """Whether words name what is given for an allergic reaction."""
    return _treatments()[0].search(words) is not None


def treats(drug: str, harm: str) -> bool:
    """Whether such harm is treated with a drug."""
    said = harm.lower()
    return any(
        any(sign in said for sign in signs) and any(is_a(drug, treatment) for treatment in given)
        for signs, given in _treatments()[1]
    )


def is_treated(harm: str) -> bool:
    """Whether such harm is known to be done by drugs, and with what it is treated."""
    said = harm.lower()
    return any(sign in said for signs, _ in _treatments()[1] for sign in signs)
