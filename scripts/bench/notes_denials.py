"""False current problems in notes that nobody annotated: a rough count by the words right before a mention.

It counts too many on purpose: a denial before a mention may belong to something else in the sentence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.notes_gold import Fact
from bench.notes_scoring import CURRENT, place

_DENIALS = re.compile(
    r"\b(?:denies|denied|denying|no (?:known |prior |personal |family )*(?:history|hx)|negative for|family history"
    r"|no evidence of|without|no signs? of|ruled out)\b(?P<between>[^;]*)$",
    re.IGNORECASE,
)
_TURNS = re.compile(r"\b(?:but|however|except|although|endorses|reports|positive for|presents|has|is)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.\n•;]")


@dataclass
class Estimate:
    """How many of the current problems stand right behind a denial."""

    notes: int
    problems: int = 0
    denied: list[str] = field(default_factory=list)

    @property
    def per_hundred(self) -> float:
        """False problems a hundred notes."""
        return 100 * len(self.denied) / self.notes


def estimate(texts: list[str], diagnoses_of: Callable[[str], list[Fact]]) -> Estimate:
    """Look at what stands before each current problem in its sentence."""
    found = Estimate(len(texts))
    for number, text in enumerate(texts):
        for fact in (one for one in diagnoses_of(text) if one["certainty"] in CURRENT):
            found.problems += 1
            if _denied(text, place(fact)[0]):
                found.denied.append(f"note {number}: {fact['text']} at {fact['start']}")
    return found


def _denied(text: str, start: int) -> bool:
    before = _ENDS.split(text[max(0, start - 300) : start])[-1]
    denial = _DENIALS.search(before)
    return denial is not None and _TURNS.search(denial["between"]) is None
