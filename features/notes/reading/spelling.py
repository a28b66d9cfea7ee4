"""Where in a recognised line its words stand: the recogniser spells a line out, column by column."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from features.notes.reading.view import Points, View

# So much of a letter's width the place of a letter is uncertain by.
_OVER = 0.4


class Word(NamedTuple):
    """A word on a page, and its box in shares of the page's width and height."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Recognised(NamedTuple):
    """What a line says, how sure that is, and where each word begins and ends, in shares of the line's length."""

    text: str
    score: float
    words: tuple[tuple[str, float, float], ...] = ()


def words_of(text: str, spelt: Any) -> tuple[tuple[str, float, float], ...]:
    """The words of a line, and where each begins and ends.

    Args:
        text: The line.
        spelt: The recogniser's `WordInfo`: at which of how many columns it saw which letter.
    """
    columns = [column for group in spelt.word_cols for column in group]
    words = text.split()
    letters = sum(map(len, words))
    if not words or letters != len(columns) or spelt.line_txt_len <= 0:
        # It cannot be told which letter is where: they are taken to be of one width.
        columns, total = list(range(letters)), float(letters)
    else:
        total = float(spelt.line_txt_len)
    if not words:
        return ()
    seen = [(column + 0.5) / total for column in columns]
    spread = (seen[-1] - seen[0]) / max(1, len(seen) - 1) or 1 / total
    first = np.cumsum([0, *map(len, words)])
    ends = [(seen[begin] - spread, seen[end - 1] + spread) for begin, end in pairwise(first)]
    # A word goes a little over the middle of the gap at most; what is before the first and behind the last is theirs.
    gaps = [(before[1] + after[0]) / 2 for before, after in pairwise(ends)]
    over = _OVER * spread
    lefts = [0.0, *(max(gap - over, end[0]) for gap, end in zip(gaps, ends[1:], strict=True))]
    rights = [*(min(gap + over, end[1]) for gap, end in zip(gaps, ends, strict=False)), 1.0]
    return tuple(zip(words, lefts, rights, strict=True))


def on_page(word: tuple[str, float, float], line: Points, view: View, width: int, height: int) -> Word:
    """A word of a line, where it is on the page.

    Args:
        word: The word, and where in the line it begins and ends.
        line: The corners of the line's box in the view: left top, right top, right bottom, left bottom.
        view: What the line was found in.
        width: Of the page, in its pixels.
        height: The same.
    """
    text, begin, end = word
    top, bottom = line[1] - line[0], line[2] - line[3]
    corners = np.array(
        [line[0] + begin * top, line[0] + end * top, line[3] + end * bottom, line[3] + begin * bottom], np.float32
    )
    shares = view.on_page(corners) / np.array([width, height], np.float32)
    left, above = (max(0.0, float(side)) for side in shares.min(axis=0))
    right, below = (min(1.0, float(side)) for side in shares.max(axis=0))
    return Word(text, left, above, right, below)
