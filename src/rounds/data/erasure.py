"""What the database holds of a person, found by construction, so that all of it can be erased for good.

Whatever refers to a patient goes: the tables are found by walking the foreign keys, from the patient to the last of
them, and by the column `patient_id` where there is no key. So a new slice is erased from without knowing of it. What
stands elsewhere, or has to stay in another form, is said with `erases`, and what stays as it is with `keeps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.data.columns import metadata, new_id

_ROOT, _COLUMN = "patient", "patient_id"
_ID = "CAST(:patient_id AS uuid)"
# Triggers that let nothing be deleted make an exception within a transaction that has set this.
_ERASING = text("SELECT set_config('rounds.erasing', 'on', true)")


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of one table that hold something of a patient, and what becomes of them."""

    table: str
    where: str
    change: str | None = None

    @property
    def count(self) -> str:
        """The statement that counts them."""
        return f"SELECT count(*) FROM {self.table} WHERE {self.where}"  # noqa: S608 - names of tables of ours

    @property
    def erase(self) -> str:
        """The statement that erases them."""
        if self.change is None:
            return f"DELETE FROM {self.table} WHERE {self.where}"  # noqa: S608 - names of tables of ours
        return f"UPDATE {self.table} SET {self.change} WHERE {self.where}"  # noqa: S608 - names of tables of ours


_said: dict[str, Holding] = {}
_kept: dict[str, str] = {}


def erases(table: str, *, where: str, change: str | None = None) -> None:
    """Say what a table holds of a patient where that cannot be seen from its keys, or what becomes of it.

    Args:
        table: Its name.
        where: Which rows, as a condition on `:patient_id`, a uuid.
        change: Instead of deleting them, what they are set to; `:stranger` is a new id, the same in all tables.
    """
    _said[table] = Holding(table, _typed(where), _typed(change) if change is not None else None)


def keeps(table: str, *, because: str) -> None:
    """Say that a table refers to patients and is left alone, and why."""
    _kept[table] = because


def kept() -> dict[str, str]:
    """The tables that refer to patients and are left alone, and why."""
    return dict(_kept)


def holdings() -> list[Holding]:
    """Every table that holds something of a patient, in an order in which nothing is deleted that is referred to."""
    found = (_holding(table) for table in reversed(metadata.sorted_tables))
    return [each for each in found if each is not None]


async def counted(patient_id: UUID, db: AsyncSession) -> dict[str, int]:
    """How many rows of each table hold something of the patient; tables without any are left out."""
    found = {each.table: await db.scalar(text(each.count), {"patient_id": patient_id}) for each in holdings()}
    return {name: count for name, count in found.items() if count}


async def erase_rows(patient_id: UUID, db: AsyncSession) -> dict[str, int]:
    """Erase it all, in the caller's transaction; answers how many rows of each table."""
    await db.execute(_ERASING)
    erased: dict[str, int] = {}
    values = {"patient_id": patient_id, "stranger": new_id()}
    for each in holdings():
        result = await db.execute(
            text(each.erase), {name: value for name, value in values.items() if f":{name}" in each.erase}
        )
        erased[each.table] = result.rowcount  # type: ignore[attr-defined]  # a CursorResult, for it is no query
    return {name: count for name, count in erased.items() if count}


def _typed(sql: str) -> str:
    return sql.replace(":patient_id", _ID).replace(":stranger", "CAST(:stranger AS uuid)")


def _holding(table: Table, seen: Sequence[str] = ()) -> Holding | None:
    name = table.name
    if name in _kept or name in seen:
        return None
    if name in _said:
        return _said[name]
    if name == _ROOT:
        return Holding(name, f"id = {_ID}")
    if _COLUMN in table.c:
        return Holding(name, f"{_COLUMN} = {_ID}")
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent = _holding(key.column.table, (*seen, name))
        if parent is not None and parent.change is None:
            inner = f"SELECT {key.column.name} FROM {parent.table} WHERE {parent.where}"  # noqa: S608 - names of ours
            return Holding(name, f"{key.parent.name} IN ({inner})")
    return None
