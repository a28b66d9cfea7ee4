"""How a note warns against a substance."""

from typing import NamedTuple

Place = tuple[int, int]
# What may stand between such words and the substance.
WHICH = (
    r"(?:(?:all|any|every|other|further|more|oral|the|his|her|their|your|regular|routine|using|taking|of|with|"
    r"anything|products?|drugs?|medicines?|medications?|like|such as|"
    r"containing|topical|systemic|iv|otc|over-the-counter|high[- ]dose|low[- ]dose|long[- ]term|combined|"
    r"non-selective|live|use of|both|either|strong|\w+['’]s|"
    r"including|especially|e\.g\.|eg|strict(?:ly)?|to|for)[\s:]+){0,5}"
)
# So far before and behind a substance a sentence is searched.
SIGHT = 130


class Warned(NamedTuple):
    """How a note warns against a drug that it names."""

    forbidden: bool
    shunned: bool
    """Whether it is told to be kept away from, and not necessarily was taken before."""
    reason: str | None
    reason_at: tuple[int, int] | None = None
    not_borne: bool = False


class Warns(NamedTuple):
    """A warning against what is named at `text[start:end]`."""

    start: int
    end: int
    warned: Warned


def told_as(text: str, place: Place | None) -> tuple[str | None, Place | None]:
    """A reason as the note puts it, and its place."""
    return (text[place[0] : place[1]], place) if place else (None, None)
