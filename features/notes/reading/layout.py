"""Puts the pieces of lines that were found on a page into the order in which people read them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from features.notes.reading.recognition import Line

_SAME_LINE = 0.5  # of the height of the lower piece
_PARAGRAPH = 1.6  # of the usual distance between lines
_COLUMN_LINES = 4  # fewer lines beside each other are a heading or a table
_COLUMN_CHARACTERS = 22  # columns of prose have lines of some length; in tables the pieces are short
_COLUMN_FILL = 0.6  # and most of their lines go nearly all the way across


def text_of(lines: Sequence[Line]) -> str:
    """The page's text: columns of prose one after the other, everything else line by line."""
    return "\n\n".join(filter(None, (_read(_rows(block)) for block in _blocks(list(lines)))))


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The pieces of lines in the order in which they stand in the text."""
    return [line for block in _blocks(list(lines)) for row in _rows(block) for line in row]


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """The page in parts, each of which is read line by line."""
    split = _columns(lines)
    if split is None:
        return [lines]
    above, left, right, below = split
    return [above, *_blocks(left), *_blocks(right), *_blocks(below)]


def _columns(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line], list[Line]] | None:
    """What stands above two columns, the columns, and what stands below; None where there are no clear columns."""
    for gutter in _gutters(lines):
        crossing = sorted(line.middle for line in lines if line.left < gutter < line.right)
        beside = [line for line in lines if not line.left < gutter < line.right]
        # Between two lines that go across the gutter: the longest part of the page that has none.
        bounds = [float("-inf"), *crossing, float("inf")]
        top, bottom = max(pairwise(bounds), key=lambda ends: sum(ends[0] < line.middle < ends[1] for line in beside))
        inside = [line for line in beside if top < line.middle < bottom]
        left = [line for line in inside if line.right <= gutter]
        right = [line for line in inside if line.left >= gutter]
        if _is_prose(left) and _is_prose(right):
            above = [line for line in lines if line.middle <= top]
            return above, left, right, [line for line in lines if line.middle >= bottom]
    return None


def _gutters(lines: list[Line]) -> list[float]:
    """Places where many lines end and others begin, the likeliest first."""
    if len(lines) < 2 * _COLUMN_LINES:
        return []
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    space = median(line.height for line in lines) / 2
    places = {line.left - space for line in lines if line.left > start + (end - start) / 5}

    def crossed(place: float) -> int:
        return sum(line.left < place < line.right for line in lines)

    return sorted(
        (place for place in places if crossed(place) * 2 < len(lines)), key=lambda place: (crossed(place), place)
    )[:12]


def _is_prose(column: list[Line]) -> bool:
    if len(column) < _COLUMN_LINES or median(len(line.text) for line in column) < _COLUMN_CHARACTERS:
        return False
    width = max(line.right for line in column) - min(line.left for line in column)
    return median(line.right - line.left for line in column) >= _COLUMN_FILL * width


def _rows(lines: list[Line]) -> list[list[Line]]:
    """The lines from top to bottom, and the pieces of each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: each.middle):
        if rows and _on_one_line(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _read(rows: list[list[Line]]) -> str:
    middles = [sum(line.middle for line in row) / len(row) for row in rows]
    steps = [after - before for before, after in pairwise(middles)]
    usual = median(steps) if steps else 0.0
    text = ""
    for number, row in enumerate(rows):
        if number:
            text += "\n\n" if steps[number - 1] > _PARAGRAPH * usual else "\n"
        text += " ".join(line.text for line in row)
    return text


def _on_one_line(row: list[Line], line: Line) -> bool:
    middle = sum(each.middle for each in row) / len(row)
    if abs(line.middle - middle) > _SAME_LINE * min(each.height for each in (line, *row)):
        return False
    overlap = max(min(line.right, each.right) - max(line.left, each.left) for each in row)
    return overlap < (line.right - line.left) / 2
