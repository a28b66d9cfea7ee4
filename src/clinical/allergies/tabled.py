"""Tables of allergies: a row for each substance, with columns for the reaction and for how it stands."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinical.allergies.denials import denied_at
from clinical.allergies.following import INACTIVE
from clinical.allergies.item import Item
from clinical.allergies.reactions import reaction_of
from clinical.allergies.standing import Standing, standing_behind
from clinical.allergies.substances import is_substance, names_in, trimmed

if TYPE_CHECKING:
    from clinical.note import Note
    from clinical.text.tables import Cell, Row, Table

_SUBSTANCE = re.compile(
    r"allergens?|allerg(?:y|ies)(?: to)?|allergic to|substances?|(?:causative |causal )?agents?|drugs?|medications?|"
    r"medicines?|drug/allergen"
)
_REACTION = re.compile(r".*\breactions?\b.*|effects?|symptoms?|manifestations?|details?|description")
_STATUS = re.compile(r"status|active\??|verif\w+|comments?|remarks?|notes?|outcome|confirmed\??")


def tabled(note: "Note") -> Iterator[tuple[int, int, Item | None]]:
    """The rows of tables of allergies: where each stands, and the substance that it names."""
    for table in note.tables:
        columns = _columns(note, table)
        if columns is None:
            continue
        if table.header is not None:
            yield table.header.start, table.header.end, None
        for row in table.rows:
            yield row.start, row.end, _item(note, row, *columns)


def _columns(note: "Note", table: "Table") -> tuple[int, int | None, int | None] | None:
    """The columns of the substance, its reaction and its status; None for a table of something else."""
    if table.header is None:
        return None
    titles = [table.title(note.text, number) for number in range(len(table.header.cells))]
    substance = next((number for number, title in enumerate(titles) if _SUBSTANCE.fullmatch(title)), None)
    reaction = next((number for number, title in enumerate(titles) if _REACTION.fullmatch(title)), None)
    named = (
        any("allerg" in title or "reaction" in title for title in titles) or note.kind_at(table.start) == "allergies"
    )
    if substance is None or not named or _is_answered(note, table, substance):
        return None
    return substance, reaction, next((number for number, title in enumerate(titles) if _STATUS.fullmatch(title)), None)


def _is_answered(note: "Note", table: "Table", column: int) -> bool:
    """Whether the column's name is a question of a form, with its answer beside it: "Allergies   Nil known"."""
    beside = _cell(table.header, column + 1) if table.header else None
    if beside is None or "llerg" not in table.title(note.text, column):
        return False
    return denied_at(note.text, beside.start, beside.end) is not None or bool(names_in(note.text, *beside))


def _item(note: "Note", row: "Row", substance: int, reaction: int | None, status: int | None) -> Item | None:
    cell = _cell(row, substance)
    if cell is None:
        return None
    start, end = trimmed(note.text, cell.start, cell.end)
    name = " ".join(note.text[start:end].lower().split())
    if not is_substance(name):
        return None
    told, said = _cell(row, reaction), _cell(row, status)
    words = note.text[told.start : told.end] if told else ""
    standing = (
        standing_behind(words) or (standing_behind(note.text[said.start : said.end]) if said else None) or Standing.HELD
    )
    if said is not None and INACTIVE.search(note.text, said.start, said.end):
        standing = Standing.RETRACTED
    spoken = reaction_of(note.text, told.start, told.end) if told and standing is not Standing.DENIED else None
    return Item(start, end, name, spoken, (told.start, told.end) if told and spoken else None, standing)


def _cell(row: "Row", column: int | None) -> "Cell | None":
    cell = row.cells[column] if column is not None and column < len(row.cells) else None
    return cell if cell is not None and cell.end > cell.start else None
