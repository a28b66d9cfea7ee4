"""What the tables of every slice are made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import DateTime, MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from rounds import clock, deferred_models

# Tables, and what the slices define after them; whoever defines models imports tables, or what they are made of, first.
deferred_models.defer()

# Names are deterministic, so that constraints can be found by name: by migrations, and by `on_violation`.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata


def new_id() -> UUID:
    """A UUIDv7: unique without asking anybody, and in order of time, which keeps indexes compact."""
    return uuid_utils.compat.uuid7()


def timestamp(*, default: bool = True, nullable: bool = False) -> Any:
    """A `timestamptz` column; by default the moment the row is made, or NULL where that is allowed."""
    options: dict[str, Any] = {"sa_type": DateTime(timezone=True), "nullable": nullable}
    if nullable:
        options["default"] = None
    elif default:
        options["default_factory"] = clock.now
    return Field(**options)


class Timestamped(SQLModel):
    """Columns of everything that can change: when, and how often."""

    version: int = Field(default=1, nullable=False)
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()

    def __init__(self, **values: Any) -> None:
        # Until the first change both are one moment, so that clients can compare them.
        at = clock.now()
        super().__init__(**{"created_at": at, "updated_at": at, **values})

    def touch(self) -> None:
        """Note a change: one version on, updated now."""
        self.version += 1
        self.updated_at = clock.now()


def changed(row: Timestamped, db: AsyncSession, *, replaced: bool = False) -> bool:
    """Count a version if `row` is other than it was read, and say whether it is.

    A PATCH that leaves everything as it is is no change: nobody's `If-Match` grows stale by it, and nobody need hear of
    it. With `replaced`, as by PUT, the row is new in any case. Ask before anything is flushed, for afterwards the row
    counts as read.
    """
    if not replaced and not db.is_modified(row):
        return False
    row.touch()
    return True
