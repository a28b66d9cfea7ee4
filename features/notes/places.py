"""Where on its pages the words of a note stand that came as a PDF or a scan."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from features.notes.reading.pieces import WHOLE, WIDTH

_END = 2
_FAR = 4  # times the height of a word


class Place(NamedTuple):
    """A page, from 1, and a box on it, as `features.notes.fact_schema.Box` has it."""

    page: int
    box: dict[str, float]


def _is_elsewhere(word: Sequence[int], box: Sequence[int]) -> bool:
    """Whether a word stands far from those before it, aside and above or below: at the head of the next column.

    The next line is near, whichever way the page is turned.
    """
    aside = max(word[0] - box[2], box[0] - word[2])
    above_or_below = max(word[1] - box[3], box[1] - word[3])
    size = min(word[2] - word[0], word[3] - word[1])
    return min(aside, above_or_below) > size and max(aside, above_or_below) > _FAR * size


class Layout:
    """The layout of one note: the rows of `features.notes.reading.pieces.laid_out`."""

    __slots__ = ("_ends", "_row")

    def __init__(self, row: Sequence[int]) -> None:
        self._row = row
        self._ends: Sequence[int] = row[_END::WIDTH]

    def place(self, start: int, end: int) -> Place | None:
        """Where these characters of the note stand: around their words, up to the end of the page or the column."""
        row, page = self._row, 0
        left, top, right, bottom = WHOLE, WHOLE, 0, 0
        for at in range(bisect_right(self._ends, start) * WIDTH, len(row), WIDTH):
            number, begins, _, *box = row[at : at + WIDTH]
            if begins >= end or (page and (number != page or _is_elsewhere(box, (left, top, right, bottom)))):
                break
            page = number
            left, top = min(left, box[0]), min(top, box[1])
            right, bottom = max(right, box[2]), max(bottom, box[3])
        if not page:
            return None
        return Place(
            page,
            {
                "left": left / WHOLE,
                "top": top / WHOLE,
                "width": (right - left) / WHOLE,
                "height": (bottom - top) / WHOLE,
            },
        )

    def placed(self, facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        """Facts with `page` and `box`, where their words have them."""
        return {kind: [self._placed(fact) for fact in each] for kind, each in facts.items()}

    def _placed(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        bare = {name: value for name, value in fact.items() if name not in Place._fields}
        found = self.place(fact["start"], fact["end"])
        return bare if found is None else {**bare, "page": found.page, "box": found.box}
