"""Tables to draw from: a draw is 0 to 65535, every table has 4096 places, and `table[draw >> 4]` picks with it."""

import unicodedata
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import TypeVar

T = TypeVar("T")


def spread(weighted: Iterable[tuple[T, int]]) -> tuple[T, ...]:
    """Give each item as many of the 4096 places as its weight deserves."""
    items, weights = zip(*weighted, strict=True)
    ends = [4096 * total // sum(weights) for total in accumulate(weights)]
    return tuple(
        item for item, (start, end) in zip(items, pairwise([0, *ends]), strict=True) for _ in range(start, end)
    )


def evenly(items: Iterable[T]) -> tuple[T, ...]:
    """Give each item as many places as any other."""
    return spread((item, 1) for item in items)


def words(text: str) -> list[str]:
    """Split at spaces; an underscore stands for a space inside a name."""
    return [word.replace("_", " ") for word in unicodedata.normalize("NFC", text).split()]


def pool(names: Iterable[str]) -> tuple[str, ...]:
    """Build a table from names, commonest first; the first is up to seven times as frequent as the last."""
    return spread((name, 1 + 60 // (rank + 10)) for rank, name in enumerate(names))
