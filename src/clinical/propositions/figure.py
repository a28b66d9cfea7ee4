"""A figure of a text, and what the words before it make of it."""

import re
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure at `text[start:end]`."""

    start: int
    end: int
    kind: str
    """amount, number, pair, frequency, route, span or day."""
    text: str
    value: float = 0.0
    high: float | None = None
    unit: str = ""
    """Of an amount; of a span its unit of time; of a number what it counts ("stage"), where that is told."""
    decimals: int = 0
    """How many decimals it is written with."""
    day: tuple[int | None, int | None, int | None] = (None, None, None)
    """Year, month and day, as far as they are told."""
    other_day: tuple[int | None, int | None, int | None] | None = None
    """What the day may be as well, where day and month cannot be told apart: "03/02/2026"."""
    role: str = ""
    """from, to, by, below, above; ago, in or every of a span."""
    others: tuple["Figure", ...] = ()
    """What it may be as well, where that cannot be told: "6/5" is the sixth of May, and five of six."""

    @property
    def readings(self) -> tuple["Figure", ...]:
        """What it may be."""
        return (self, *self.others)


ARROW = re.compile(r"->|=>|→")
"""From one to the next: "5 -> 2.5 mg"."""
_ROLES = {
    "from": "from",
    **dict.fromkeys(("was", "were", "previously", "baseline"), "was"),
    **dict.fromkeys(("to", "->", "=>", "→"), "to"),
    "by": "by",
    "below": "below",
    "under": "below",
    "<": "below",
    "above": "above",
    "over": "above",
    ">": "above",
    **dict.fromkeys(("exceeds", "exceed"), "above"),
    "at least": "above",
}
_ROLE = re.compile(
    r"(?:\b(from|was|were|previously|baseline|to|by|below|under|above|over|exceeds|exceed|at least|(?:less|more|[a-z]{3,8}er) than)\s(?:about\s|around\s|roughly\s|approximately\s|nearly\s|almost\s)?"  # noqa: E501
    r"|((?<![-=])>|<|->|=>|→)\s?)\Z",
    re.IGNORECASE,
)
# "20 mm by 20 mm"
_DIMENSION = re.compile(r"\d\s?[a-z]{0,2}\sby\s\Z", re.IGNORECASE)
_LESS = frozenset(
    {"less", "fewer", "lower", "lighter", "shorter", "smaller", "younger", "earlier", "slower", "thinner"}
)


def role_at(text: str, at: int) -> str:
    """What the words before a place make of the figure there: from, to, by, below, above."""
    found = _ROLE.search(text, max(0, at - 28), at)
    if found is None or _DIMENSION.search(text, max(0, at - 12), at):
        return ""
    word = (found[1] or found[2]).lower()
    if word.endswith(" than"):
        return "below" if word.removesuffix(" than") in _LESS else "above"
    return _ROLES.get(word, "")


def decimals_of(written: str) -> int:
    """With how many decimals a number is written."""
    found = re.match(r"\d+[.,](\d+)", written)
    return len(found[1]) if found else 0
