"""What an expression costs, counted in steps before it is evaluated.

A step is an operation at its dearest: a tenth of a microsecond, measured with the CEL library that is locked. Inside a
loop an operation counts as often as the loop runs. How often that is depends on the patient, so a cost is a sum of
products of the lengths of lists: known for the longest lists when a rule is written, and exactly for each patient.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from features.rules.vocabulary import FACTS, Kind

# For the longest lists that there can be. A rule that costs more is refused.
MOST_STEPS = 12_000_000
# Up to here expressions are evaluated at once, together in some milliseconds; what goes beyond is done in a child.
STEPS_AT_ONCE = 50_000

LOOP = 2  # for each element, besides what is done with it
PATTERN = 15
TEXT = 2  # comparing or searching a text
_COLLECTING = 1  # CEL copies what a `filter` or `map` has collected, for each element that it adds
_COLLECTING_RECORDS = 3

Length = str | int  # of a list: the name of the fact that it comes from, or as it is written


class Cost:
    """A sum of products: how many steps, times the lengths of these lists."""

    def __init__(self) -> None:
        self._terms: Counter[tuple[str, ...]] = Counter()
        self.most = 0

    def add(self, steps: int, loops: Sequence[Length]) -> None:
        """Count `steps`, done within these loops."""
        names = []
        for length in loops:
            if isinstance(length, int):
                steps *= length
            else:
                names.append(length)
        self._terms[tuple(sorted(names))] += steps
        for name in names:
            steps *= FACTS[name].longest
        self.most += steps

    def on(self, values: Mapping[str, Any]) -> int:
        """The steps on these facts."""
        if self.most <= 1:
            return self.most
        total = 0
        for names, steps in self._terms.items():
            for name in names:
                steps *= len(values.get(name, ()))  # noqa: PLW2901 - a product
            total += steps
        return total


def collecting(element: Kind) -> int:
    """What adding to a list of these costs, for each element that is in it already."""
    return _COLLECTING_RECORDS if element.fields else _COLLECTING
