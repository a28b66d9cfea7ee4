"""Tables of measurements: rows of names with a column for each time, or rows of times with a column for each name."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clinical.lexicon.phrases import terms, tokens_of
from clinical.measurements.newest import with_newest
from clinical.measurements.times import Kind, When
from clinical.text.tables import Cell, Row, Table
from clinical.values.dates import MONTH, WEEKDAY

if TYPE_CHECKING:
    from clinical.note import Note

_UNIT = re.compile(r"units?|uom")
_RANGE = re.compile(
    r"(?:normal |reference |ref\.? |expected )*(?:ranges?|limits?|interval)|normal(?:s| values)?|ref\.?|reference|"
    r"target|goal|nr|trigger"
)
_FLAG = re.compile(
    r"flags?|h/l|abnormal|status|interpretation|comments?|remarks?|notes?|action|trend|change|score|news2?"
)
_PREVIOUS = re.compile(r"\b(?:prev\w*|prior|last|before|baseline|old|earlier|initial|admission|arrival|pre)\b")
_IN_NAME = re.compile(r"[(\[]\s{0,5}(?P<unit>[^()\[\]]{1,20}?)\s{0,5}[)\]]|,\s*(?P<unit2>\S{1,12})$")


# A column's time by itself, where a day or month needs no word that says so.
_TIME_TITLE = re.compile(
    rf"(?:(?:{WEEKDAY}\s)?[0-3]?\d[/.][01]?\d(?:[/.]\d\d)?|(?:{MONTH})\.?(?:[\s-]?['’]?\d\d)?|{WEEKDAY}|"
    r"(?:day|d|pod|week|wk|cycle|c|month)\s?[+-]?\d{1,3})",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.,/])[<>]?\d+(?:[.,]\d+)?(?![\w/]|[.,]\d)")
_LEADS_WITH_FIGURE = re.compile(r"[<>]?\d{1,4}(?:[.,]\d+)?(?!\w|[.,:]\d|/\d{1,2}/)")
# A line of one name and values, and what may stand before the times of the line above it.
_NAMED_LINE = re.compile(
    r"(?P<name>[A-Za-z][^\d:<>|\n]{0,40}+):?+[ \t]*+(?:[<>]?\d+(?:[.,]\d+)?(?:[ \t,;/|-]++|$)){2,12}", re.MULTILINE
)
_TIMES_LABEL = re.compile(r"(?:dates?|bloods|labs|results|trend|test|tests|day)\b[ \t:]*", re.IGNORECASE)
_PIECE = re.compile(r"[^\s,;|](?:[^\s,;|]| (?=[A-Za-z]{3}\b|\d{2}\b(?!/)))*")
# Of longer tables the beginning is read.
_MOST = 1_000


class Measure(NamedTuple):
    """A cell that holds a value: `text[start:end]`."""

    start: int
    end: int
    name: str
    vital: bool
    label: str
    """The name as the table has it."""
    unit: str | None
    flag: str | None
    when: When | None


class _Name(NamedTuple):
    name: str
    vital: bool
    label: str
    unit: str | None


class Grid:
    """The values that stand in a note's tables, and the places that are read as such."""

    def __init__(self, note: "Note") -> None:
        self._note = note
        self.cells: list[Measure] = []
        self._covered: list[tuple[int, int]] = []
        for table in note.tables:
            if len(self.cells) > _MOST:
                break
            for start, end, cells in self._read(table):
                self.cells.extend(cells)
                self._covered.append((start, end))
        self._covered.sort()
        self._starts = [start for start, _ in self._covered]
        for start, end, cells in list(self._below_times()):
            self.cells.extend(cells)
            self._covered.append((start, end))
        self._covered.sort()
        self._starts = [start for start, _ in self._covered]

    def covers(self, at: int) -> bool:
        """Whether a place is read as part of a table."""
        number = bisect_right(self._starts, at) - 1
        return number >= 0 and at < self._covered[number][1]

    def _read(self, table: Table) -> Iterator[tuple[int, int, list[Measure]]]:
        header = table.header or (table.rows[0] if self._dates_or_names(table.rows[0]) else None)
        rows = table.rows if table.header or header is None else table.rows[1:]
        if header is not None:
            named = [self._name(cell) for cell in header.cells]
            whens = [self._first_when(row) for row in rows]
            count = sum(name is not None for name in named)
            if named[0] is None and (count > 1 or (count == 1 and None not in whens)):
                whens = with_newest(whens)
                for row, when in zip(rows, whens, strict=True):
                    yield row.start, row.end, self._of_columns(row.cells[1:], named[1:], when)
                yield header.start, header.end, []
                return
            if len(named) > 1 and None not in named and all(self._is_figure(row.cells[0]) for row in rows):
                for row in rows:
                    yield row.start, row.end, self._of_columns(row.cells, named, None)
                yield header.start, header.end, []
                return
        subject = self._subject(table)
        columns = self._column_whens(header)
        for row in rows:
            cells = self._by_name(row, header, subject, columns)
            if cells:
                yield row.start, row.end, cells

    def _dates_or_names(self, row: Row) -> bool:
        """Whether a first row names columns although it has figures: dates, or names of what is measured."""
        filled = [cell for cell in row.cells[1:] if cell is not None and cell.end > cell.start]
        return len(filled) > 0 and all(self._when(cell) is not None for cell in filled)

    def _first_when(self, row: Row) -> When | None:
        return self._when(row.cells[0]) if row.cells[0] is not None else None

    def _of_columns(
        self, cells: Sequence[Cell | None], named: Sequence[_Name | None], when: When | None
    ) -> list[Measure]:
        """The values of a row whose columns have names."""
        return [
            Measure(cell.start, cell.end, name.name, name.vital, name.label, name.unit, None, when)
            for cell, name in zip(cells, named, strict=False)
            if cell is not None and name is not None and cell.end > cell.start
        ]

    def _is_figure(self, cell: Cell | None) -> bool:
        return cell is not None and _LEADS_WITH_FIGURE.match(self._note.text, cell.start, cell.end) is not None

    def _below_times(self) -> Iterator[tuple[int, int, list[Measure]]]:
        """Lines of values below a line of times, in their order: "1/3 8/3 15/3", "Hb 98 104 110"."""
        whens: list[When | None] = []
        for line in self._note.document.lines:
            named = None if line.blank else _NAMED_LINE.fullmatch(self._note.text, line.body, line.end)
            values = list(_FIGURE.finditer(self._note.text, named.end("name"), line.end)) if named and whens else []
            name = self._name(Cell(*named.span("name"))) if named and whens and len(values) == len(whens) else None
            if name is None or self.covers(line.body):
                whens = self._times_alone(line.body, line.end) if not line.blank else []
                continue
            yield (
                line.start,
                line.end,
                [
                    Measure(*value.span(), name.name, name.vital, name.label, name.unit, None, when)
                    for value, when in zip(values, whens, strict=True)
                ],
            )

    def _times_alone(self, start: int, end: int) -> list[When | None]:
        """The times of a line that names two or more of them and nothing else but a label."""
        label = _TIMES_LABEL.match(self._note.text, start, end)
        at = label.end() if label else start
        pieces = list(_PIECE.finditer(self._note.text, at, end))
        found: list[When | None] = []
        for piece in pieces if len(pieces) > 1 else []:
            when = self._when(Cell(*piece.span()))
            if when is None:
                return []
            found.append(when)
        return with_newest(found)

    def _by_name(
        self, row: Row, header: Row | None, subject: _Name | None, whens: dict[int, When | None]
    ) -> list[Measure]:
        first = row.cells[0]
        name = (self._name(first) if first is not None else None) or subject
        if name is None:
            return []
        unit, flag = name.unit, None
        values: list[tuple[Cell, When | None]] = []
        for column, cell in enumerate(row.cells[1:], start=1):
            if cell is None or cell.end <= cell.start:
                continue
            title = self._title(header, column)
            said = self._note.text[cell.start : cell.end].strip()
            if _UNIT.fullmatch(title):
                unit = said
            elif _FLAG.fullmatch(title):
                flag = {"h": "high", "l": "low", "n": "normal", "high": "high", "low": "low", "normal": "normal"}.get(
                    said.lower(), flag
                )
            elif not _RANGE.fullmatch(title):
                values.append((cell, whens.get(column)))
        if header is None and len(values) > 1:
            values = values[:1]  # what stands behind the value is a unit, a range or a remark
        return [
            Measure(cell.start, cell.end, name.name, name.vital, name.label, unit, flag, when) for cell, when in values
        ]

    def _title(self, header: Row | None, column: int) -> str:
        cell = header.cells[column] if header is not None and column < len(header.cells) else None
        return (
            " ".join(self._note.text[cell.start : cell.end].lower().replace("*", "").split())
            if cell is not None
            else ""
        )

    def _column_whens(self, header: Row | None) -> dict[int, When | None]:
        """The times of the columns that hold values."""
        titled = {column: self._title(header, column) for column in range(1, len(header.cells) if header else 0)}
        columns = [
            column
            for column, title in titled.items()
            if not any(other.fullmatch(title) for other in (_UNIT, _FLAG, _RANGE))
        ]
        whens = with_newest([self._column_when(header, column) for column in columns])
        return dict(zip(columns, whens, strict=True))

    def _column_when(self, header: Row | None, column: int) -> When | None:
        cell = header.cells[column] if header is not None and column < len(header.cells) else None
        if cell is None:
            return None
        when = self._when(cell)
        if when is None and _PREVIOUS.search(self._title(header, column)):
            return When(cell.start, cell.end, Kind.EARLIER, self._note.text[cell.start : cell.end])
        return when

    def _when(self, cell: Cell) -> When | None:
        """The time that a cell names."""
        found = list(self._note.dating.times.between(cell.start, cell.end))
        dated = [one for one in found if one.day is not None and one.kind is not Kind.NOW] or found
        if dated:
            return dated[0]
        titled = _TIME_TITLE.fullmatch(self._note.text, cell.start, cell.end)
        return When(cell.start, cell.end, Kind.DATED, titled.group()) if titled else None

    def _name(self, cell: Cell | None) -> _Name | None:
        """The measurement that a cell names, and nothing else."""
        if cell is None or not 0 < cell.end - cell.start <= 60:
            return None
        text = self._note.text[cell.start : cell.end].replace("*", "")
        inside = _IN_NAME.search(text)
        unit = (inside["unit"] or inside["unit2"]) if inside else None
        bare = (text[: inside.start()] if inside else text).strip(" :.-")
        tokens = tokens_of(bare)
        for match in terms().find(bare, tokens):
            if (
                match.first == 0
                and len(tokens) - match.after <= 1
                and not any(map(str.isdigit, bare[tokens[match.after - 1].end :]))
            ):
                for term in match.found:
                    if term.kind in {"lab", "vital"}:
                        return _Name(term.name, term.kind == "vital", bare.lower(), unit)
        return None

    def _subject(self, table: Table) -> _Name | None:
        """What the line before a table is about, where its rows do not say: "BM trend"."""
        lines = self._note.document.lines
        number = self._note.document.line_number(table.start) - 1
        if number < 0 or lines[number].blank or lines[number].end - lines[number].body > 40:
            return None
        words = self._note.text[lines[number].body : lines[number].end]
        tokens = tokens_of(words)
        named = [
            _Name(term.name, term.kind == "vital", term.name, None)
            for match in terms().find(words, tokens)
            for term in match.found
            if term.kind in {"lab", "vital"}
        ]
        return named[0] if len({name.name for name in named}) == 1 else None
