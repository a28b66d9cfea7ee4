"""Which patients, and what belongs to them, the caller may see: one predicate, which every slice composes.

A restricted record is seen by nobody but those clinicians who have opened it (`features.break_glass`), and by the
program itself. The predicate is part of the statement that reads, so there is no moment between looking and showing.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, or_, select
from sqlmodel import col

from features.break_glass import opened_by_viewer
from features.patients.tables import Patient
from rounds.data import metadata
from rounds.viewer import PROGRAM, VIEWER

_by_program = literal_column(f"'{PROGRAM}'::uuid") == VIEWER
_restricted = metadata.tables["patient"].alias("restricted")

# Of the patients themselves: those who are not restricted are told by the row that is read anyway.
VISIBLE = or_(~col(Patient.restricted), _by_program, opened_by_viewer(col(Patient.id)))


def visible(patient_id: Any) -> ColumnElement[bool]:
    """Whether the caller may see what belongs to the patient in this column; what belongs to none is for everybody.

    Not written as NOT EXISTS, which PostgreSQL would make a join of: as a filter it leaves a list's plan as it is, and
    PostgreSQL still chooses whether to look each patient up, or all restricted ones once.
    """
    hidden: Select[Any] = (
        select(literal_column("1"))
        .where(
            _restricted.c.id == patient_id,
            _restricted.c.restricted,
            ~_by_program,
            ~opened_by_viewer(_restricted.c.id),
        )
        .correlate_except(_restricted)
    )
    return hidden.exists().is_(literal_column("false"))
