"""Tables of what must not be given: a column headed "Do not give", "Avoid" or "Contraindicated", and one for why."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinical.allergies.substances import names_in
from clinical.allergies.warned import Place, Warned, Warns, told_as

if TYPE_CHECKING:
    from clinical.note import Note
    from clinical.text.tables import Table

_BANNED = re.compile(
    r"(?:please )?(?:(?:drugs?|medicines?|medications?|agents?|substances?|what) (?:to |not to )?)?"
    r"(?:(?:do not|don[’']t|must not|should not|cannot|never|not to)(?: ever)?(?: be)? (?:give|given|use|used|have|"
    r"take|receive|prescribe|prescribed|administer|administered|start|restart)|(?:be )?avoid(?:ed)?|"
    r"contra-?indicat(?:ed|ions?)|banned|prohibited|forbidden)(?: (?:drugs?|medicines?|medications?|agents?))?"
)
_WHY = re.compile(r"(?:the )?(?:reasons?|why|because(?: of)?|rationale|grounds|indication|comments?|notes?|details?)")


def tabled_bans(note: "Note") -> Iterator[Warns]:
    """The warnings that tables give, in order."""
    for table in note.tables:
        banned, why = _columns(note, table)
        for row in table.rows if banned is not None else ():
            cells = row.cells
            cell = cells[banned] if banned is not None and banned < len(cells) else None
            if cell is None:
                continue
            reason = cells[why] if why is not None and why < len(cells) else None
            place: Place | None = (
                (reason.start, reason.end) if reason is not None and reason.end > reason.start else None
            )
            for name in names_in(note.text, cell.start, cell.end):
                yield Warns(*name, Warned(True, True, *told_as(note.text, place)))


def _columns(note: "Note", table: "Table") -> tuple[int | None, int | None]:
    """The columns of what is forbidden, and of why."""
    if table.header is None:
        return None, None
    titles = [table.title(note.text, number).strip(" :?") for number in range(len(table.header.cells))]
    banned = next((number for number, title in enumerate(titles) if _BANNED.fullmatch(title)), None)
    return banned, next((number for number, title in enumerate(titles) if _WHY.fullmatch(title)), None)
