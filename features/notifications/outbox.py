"""Reads the outbox in the one order that misses nothing: by (transaction, position), below the oldest running one."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from rounds.data import Query, Read, Row
from rounds.events import cloud_event

PAGE = 200


class Position(NamedTuple):
    """Where a reader stands: behind this event of this transaction."""

    transaction: int
    position: int


START = Position(0, 0)


class Entry(NamedTuple):
    """An event as a stream has it; encoded once for everybody who listens."""

    place: Position
    id: str
    type: str
    subject: UUID | None
    block: bytes
    withdrawn: bool


class Page(NamedTuple):
    """What follows a place."""

    entries: Sequence[Entry]
    full: bool  # there may be more at once
    held_back: bool  # there is more, but some transaction that began earlier is still running

    @property
    def subjects(self) -> set[UUID]:
        """The patients whom these events are about."""
        return {entry.subject for entry in self.entries if entry.subject is not None}


# PostgreSQL compares its transaction numbers, but has no arithmetic for them; Python has.
_PLACE = "CAST(CAST(outbox.transaction AS text) AS bigint) AS transaction, outbox.position"
_BELOW = "outbox.transaction < pg_snapshot_xmin(pg_current_snapshot())"
_BEHIND = Query(
    text(f"""
SELECT {_PLACE}, id, type, subject, CAST(data AS text) AS data, occurred_at, withdrawn, {_BELOW} AS settled
FROM outbox
WHERE public AND (outbox.transaction, outbox.position) >
    (CAST(CAST(:transaction AS text) AS xid8), CAST(:position AS bigint))
ORDER BY outbox.transaction, outbox.position LIMIT {PAGE}
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_NEWEST = Query(
    text(f"""
SELECT {_PLACE}, id FROM outbox WHERE public AND {_BELOW}
ORDER BY outbox.transaction DESC, outbox.position DESC LIMIT 1
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_OF = Query(
    text(f"SELECT {_PLACE} FROM outbox WHERE public AND id = :id").columns()  # noqa: S608 - as above
)
_FIRST_SINCE = Query(
    text(f"""
SELECT {_PLACE} FROM outbox WHERE public AND id > :id ORDER BY outbox.transaction, outbox.position LIMIT 1
""").columns()  # noqa: S608 - the part spliced in is a constant
)


async def behind(place: Position, db: Read) -> Page:
    """Up to a page of the events behind `place`."""
    rows = await db.all(_BEHIND, transaction=str(place.transaction), position=place.position)
    entries: list[Entry] = []
    for row in rows:
        if not row["settled"]:
            return Page(entries, full=False, held_back=True)
        entries.append(_entry(row))
    return Page(entries, full=len(rows) == PAGE, held_back=False)


async def newest(db: Read) -> tuple[Position, str | None]:
    """The place of the newest event, and its id."""
    row = await db.one(_NEWEST)
    return (START, None) if row is None else (Position(row["transaction"], row["position"]), str(row["id"]))


async def place_of(event_id: UUID, db: Read) -> Position | None:
    """The place of an event, if it is still kept."""
    row = await db.one(_OF, id=event_id)
    return None if row is None else Position(row["transaction"], row["position"])


async def place_before_all_since(event_id: UUID, db: Read) -> Position | None:
    """The place in front of everything that has happened since an event that is not kept any more.

    Ids are in order of time (UUIDv7), so it need not be there. None when nothing has happened since.
    """
    lost = event_id if event_id.version == 7 else UUID(int=0)
    row = await db.one(_FIRST_SINCE, id=lost)
    return None if row is None else Position(row["transaction"], row["position"] - 1)


def _entry(row: Row) -> Entry:
    data = b"" if row["withdrawn"] else cloud_event(row)
    # Neither an id nor a type nor JSON has a line break in it.
    block = b"id: %b\nevent: %b\ndata: %b\n\n" % (str(row["id"]).encode(), row["type"].encode(), data)
    return Entry(
        place=Position(row["transaction"], row["position"]),
        id=str(row["id"]),
        type=row["type"],
        subject=row["subject"],
        block=block,
        withdrawn=row["withdrawn"],
    )
