"""Tables in a note: Markdown and other pipes, tabs, and columns that only spaces keep apart.

A table is found once; what its columns mean is for those to say who look for something in it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.text.lines import Line

# So many lines are one table at most; a longer one goes on as another.
_LONGEST = 400
_RULE = re.compile(r"[ \t|:+=_—–-]*[-=_—–]{2,}[ \t|:+=_—–-]*")
_SHORTEST = 2  # characters of a line that has columns, or is a rule
_GAP = re.compile(r"[ \t]*\t[ \t]*|[ ]{2,}")
# A figure; the digit of a name is none: "SpO2", "FT4", "HbA1c", "B12".
_DIGIT = re.compile(r"(?<![A-Za-z])\d|(?<!\bB)\d\d")
# Columns kept apart by spaces begin at the same place, give or take.
_SLACK = 2
_ENDS_OF_HEADS = ".;"


_BOX = re.compile(r"\[[ \txX✓✔]?\]|[☐☑☒]")


class Cell(NamedTuple):
    """What stands in one column of a row: `text[start:end]`, without the space around it; it may be empty."""

    start: int
    end: int


class Row(NamedTuple):
    """A row: its line, and a cell for each column; None where an aligned table has nothing there."""

    start: int
    end: int
    cells: tuple[Cell | None, ...]


class Table(NamedTuple):
    """Rows that stand below one another; `header` names their columns, where the table says so."""

    start: int
    end: int
    header: Row | None
    rows: tuple[Row, ...]

    def title(self, text: str, column: int) -> str:
        """The name of a column in lower case; "" where it has none."""
        cell = self.header.cells[column] if self.header and column < len(self.header.cells) else None
        return " ".join(text[cell.start : cell.end].lower().replace("*", "").split()) if cell else ""


def tables_in(text: str, lines: list[Line]) -> list[Table]:
    """The tables of a text, in order."""
    tables: list[Table] = []
    for kind, block in _blocks(text, lines):
        table = _aligned(text, block) if kind == "spaces" else _separated(text, block, kind)
        if table is not None:
            tables.append(table)
    return tables


def column_names(text: str, lines: list[Line], number: int) -> tuple[Cell, ...]:
    """The cells of a line that heads a table: words in each, and a rule or another row right below; else none."""
    line = lines[number]
    below = lines[number + 1] if number + 1 < len(lines) else None
    if below is None or below.blank or not _kind(text, below):
        return ()
    kind = _kind(text, line)
    if kind in {"", "rule"}:
        return ()
    pieces = _pieces(text, line) if kind == "spaces" else _cells(text, line, kind)
    names = tuple(cell for cell in pieces if cell.end > cell.start)
    return names if _heads(text, Row(line.start, line.end, names)) else ()


def _blocks(text: str, lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Runs of lines that are kept apart in the same way."""
    kind, block = "", list[Line]()
    for line in lines:
        own = "" if line.blank else _kind(text, line)
        if own == "rule":
            own = kind
        if own != kind or len(block) >= _LONGEST:
            if kind and len(block) > 1:
                yield kind, block
            kind, block = own, []
        if own:
            block.append(line)
    if kind and len(block) > 1:
        yield kind, block


def _kind(text: str, line: Line) -> str:
    """How a line's columns are kept apart, if it has any."""
    start = line.start + len(text[line.start : line.end]) - len(text[line.start : line.end].lstrip())
    if line.end - start < _SHORTEST:
        return ""
    if _RULE.fullmatch(text, start, line.end):
        return "rule"
    if text.count("|", start, line.end) > 1 or (text.count(" | ", start, line.end) and line.end - start < 200):
        return "pipes"
    if "\t" in text[start : line.end]:
        return "tabs"
    return "spaces" if _GAP.search(text, start, line.end) else ""


def _separated(text: str, block: list[Line], kind: str) -> Table | None:
    """A table whose cells have a sign between them."""
    rows: list[Row] = []
    ruled: int | None = None
    for line in block:
        start = line.start + len(text[line.start : line.end]) - len(text[line.start : line.end].lstrip())
        if _RULE.fullmatch(text, start, line.end):
            ruled = len(rows) if ruled is None else ruled
            continue
        rows.append(Row(line.start, line.end, tuple(_cells(text, line, kind))))
    if len(rows) < (1 if ruled else 2):
        return None
    header = rows[0] if ruled == 1 or (ruled is None and _heads(text, rows[0])) else None
    return Table(rows[0].start, rows[-1].end, header, tuple(rows[1:] if header else rows))


def _cells(text: str, line: Line, kind: str) -> Iterator[Cell]:
    start, end = line.start, line.end
    if kind == "pipes":
        while start < end and text[start] in " \t":
            start += 1
        start += text.startswith("|", start)
        end -= end > start and text[end - 1] == "|"
    at = start
    while at <= end:
        stop = text.find("|" if kind == "pipes" else "\t", at, end)
        stop = end if stop < 0 else stop
        yield _trimmed(text, at, stop)
        at = stop + 1


def _trimmed(text: str, start: int, end: int) -> Cell:
    while start < end and text[start] in " \t*":
        start += 1
    while end > start and text[end - 1] in " \t*":
        end -= 1
    return Cell(start, end)


def _heads(text: str, row: Row) -> bool:
    """Whether a row names columns: words in every cell, no figures, no sentences."""
    filled = [cell for cell in row.cells if cell is not None and cell.end > cell.start]
    if len(filled) < 2:
        return False
    return all(
        not _BOX.search(text, cell.start, cell.end)  # a form's answer
        and not _DIGIT.search(text, cell.start, cell.end)
        and text[cell.end - 1] not in _ENDS_OF_HEADS
        and len(text[cell.start : cell.end].split()) < 6
        for cell in filled
    )


def _aligned(text: str, block: list[Line]) -> Table | None:
    """A table whose columns begin at the same places in every line."""
    split = [(line, list(_pieces(text, line))) for line in block if not _RULE.fullmatch(text, line.body, line.end)]
    split = [(line, cells) for line, cells in split if len(cells) > 1]
    if len(split) < 2:
        return None
    head, first = split[0]
    starts = [cell.start - head.start for cell in first]
    rows = [Row(head.start, head.end, tuple(first))]
    if len(split[1][1]) > len(first) and first[0].start - head.start > _SLACK + 1:
        # the column that names the rows has no name itself, nor has one of units at the end
        starts = [cell.start - split[1][0].start for cell in split[1][1]]
        rows = [Row(head.start, head.end, _below(head, first, starts))]
    for line, pieces in split[1:]:
        cells = list(_apart(text, line, pieces, starts)) if len(pieces) < len(starts) else pieces
        placed: list[Cell | None] = [None] * len(starts)
        for cell in cells:
            column = _column(starts, cell.start - line.start)
            if column is None or placed[column] is not None:
                return None if len(rows) < 2 else _table(text, rows)
            placed[column] = cell
        rows.append(Row(line.start, line.end, tuple(placed)))
    return _table(text, rows)


def _apart(text: str, line: Line, cells: list[Cell], starts: list[int]) -> Iterator[Cell]:
    """The cells of a row; one that reaches into the next column with a figure is two: "08:00 92/48"."""
    for cell in cells:
        at = cell.start
        for start in starts:
            near = (line.start + start + off for off in (0, -1, 1))
            begin = next((place for place in near if at < place < cell.end and _is_apart(text, place)), None)
            if begin is not None:
                yield Cell(at, begin - 1)
                at = begin
        yield Cell(at, cell.end)


def _is_apart(text: str, at: int) -> bool:
    """Whether a figure begins behind another one."""
    return text[at].isdigit() and text[at - 1] == " " and text[at - 2].isdigit()


def _below(head: Line, first: list[Cell], starts: list[int]) -> tuple[Cell | None, ...]:
    """The names of a head over the columns of the row below it, which has more of them."""
    named: list[Cell | None] = [None] * len(starts)
    for cell in first:
        column = _column(starts, cell.start - head.start)
        if column is not None:
            named[column] = cell
    return tuple(named)


def _table(text: str, rows: list[Row]) -> Table:
    header = rows[0] if _heads(text, rows[0]) else None
    return Table(rows[0].start, rows[-1].end, header, tuple(rows[1:] if header else rows))


def _pieces(text: str, line: Line) -> Iterator[Cell]:
    at = line.body
    for gap in _GAP.finditer(text, line.body, line.end):
        if gap.start() > at:
            yield Cell(at, gap.start())
        at = gap.end()
    if at < line.end:
        yield Cell(at, line.end)


def _column(starts: list[int], at: int) -> int | None:
    """The column that begins where a cell does."""
    near = min(range(len(starts)), key=lambda number: abs(starts[number] - at))
    return near if abs(starts[near] - at) <= _SLACK + 1 else None
