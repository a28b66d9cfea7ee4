"""What a note says of a substance that may be an allergy: as one sentence tells it, and as it stands."""

from typing import NamedTuple

from clinical.allergies.item import Item
from clinical.allergies.standing import Standing


class Mention(NamedTuple):
    """A substance at `text[start:end]`, and how its allergy stands there."""

    start: int
    end: int
    substance: str
    reaction: str | None
    reaction_at: tuple[int, int] | None
    standing: Standing


class Told(NamedTuple):
    """A substance that a sentence tells of, and the words by which it does."""

    item: Item
    lead: tuple[int, int]
    weak: bool
    """Whether the word says it of other things as well: "sensitive to light", "reaction to the news"."""
