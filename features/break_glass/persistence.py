"""The SQL of uses of break-glass."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.break_glass.schema import BreakGlassUseSort
from features.break_glass.tables import BreakGlass
from rounds.data import Query, Read, Row, metadata
from rounds.listings import Listing
from rounds.viewer import VIEWED_AT, VIEWER

_TABLE = metadata.tables["break_glass"]
_opened = _TABLE.alias("opened")


def opened_by_viewer(patient_id: Any) -> ColumnElement[bool]:
    """Whether the record stands open to whoever looks."""
    return (
        select(literal_column("1"))
        .where(_opened.c.patient_id == patient_id, _opened.c.actor_id == VIEWER, _opened.c.expires_at > VIEWED_AT)
        .correlate_except(_opened)
        .exists()
    )


SHOWN = (
    "id",
    "patient_id",
    "actor_id",
    "actor",
    "reason",
    "request_id",
    "opened_at",
    "expires_at",
    "reviewed_at",
    "reviewed_by",
    "outcome",
    "comment",
)
_ROWS = select(*(_TABLE.c[name] for name in SHOWN))
_BY_ID = Query(_ROWS.where(col(BreakGlass.id) == bindparam("id")), sees_restricted=True)
LISTING = Listing(
    "break-glass",
    _ROWS,
    sorts={BreakGlassUseSort.OPENED_AT: col(BreakGlass.opened_at)},
    default="-opened_at",
    key=col(BreakGlass.id),
    sees_restricted=True,  # whoever reads the trail sees that a record was opened, and nothing of the record
)
FILTERS: dict[str, Any] = {
    "reviewed:True": col(BreakGlass.reviewed_at).is_not(None),
    "reviewed:False": col(BreakGlass.reviewed_at).is_(None),
    "patient_id": col(BreakGlass.patient_id) == bindparam("patient_id"),
    "actor_id": col(BreakGlass.actor_id) == bindparam("actor_id"),
    "actor": col(BreakGlass.actor) == bindparam("actor", type_=Text),
    "outcome": col(BreakGlass.outcome) == bindparam("outcome", type_=Text),
    "since": col(BreakGlass.opened_at) >= bindparam("since"),
    "until": col(BreakGlass.opened_at) < bindparam("until"),
}
_ALONE = text("SELECT pg_advisory_xact_lock(:key)")


async def hold(patient_id: UUID, actor_id: UUID, db: AsyncSession) -> None:
    """Let nobody else open this record for this account until the end of the transaction."""
    digest = hashlib.blake2b(patient_id.bytes + actor_id.bytes, digest_size=8, person=b"break-glass").digest()
    await db.execute(_ALONE, {"key": int.from_bytes(digest, signed=True)})


async def is_open(patient_id: UUID, actor_id: UUID, now: datetime, db: AsyncSession) -> bool:
    """Whether the record stands open to the account."""
    theirs = (col(BreakGlass.patient_id) == patient_id, col(BreakGlass.actor_id) == actor_id)
    statement = select(col(BreakGlass.id)).where(*theirs, col(BreakGlass.expires_at) > now).limit(1)
    return (await db.scalar(statement)) is not None


async def add(values: Mapping[str, Any], db: AsyncSession) -> None:
    """Note a use."""
    await db.execute(insert(_TABLE).values(values))


async def find(use_id: UUID, db: Read) -> Row | None:
    """The use's row."""
    return await db.one(_BY_ID, id=use_id)


async def lock(use_id: UUID, db: AsyncSession) -> BreakGlass | None:
    """The use, held until the end of the transaction."""
    return (await db.scalars(select(BreakGlass).where(col(BreakGlass.id) == use_id).with_for_update())).one_or_none()


async def close_of_patient(patient_id: UUID, now: datetime, db: AsyncSession) -> None:
    """Let a record stand open to nobody any more."""
    await db.execute(
        update(_TABLE).where(_TABLE.c["patient_id"] == patient_id, _TABLE.c["expires_at"] > now).values(expires_at=now)
    )
