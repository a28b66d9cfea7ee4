"""The SQL of the chain. Transaction numbers travel as integers: PostgreSQL compares them, Python also counts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from features.audit.canonical import IN_ORDER, MEMBER, MONTH
from features.audit.chain import Link

LOCK = 0x617564697473  # "audits"


def xid(name: str) -> str:
    """The SQL of a transaction number that a parameter gives as an integer."""
    return f"CAST(CAST(CAST(:{name} AS bigint) AS text) AS xid8)"


LINKS = """SELECT number, previous, month, era, from_transaction::text::bigint AS begin,
    to_transaction::text::bigint AS end, newest_transaction::text::bigint AS newest, events, digest, sealed_at, seal
FROM audit_seal"""
_HEAD = text(f"{LINKS} ORDER BY number DESC LIMIT 1")
_ERA = text("SELECT coalesce(max(number), 1) FROM audit_era")
_NOW = text("""
SELECT CAST(CAST(pg_snapshot_xmin(taken) AS text) AS bigint) AS settled,
    CAST(CAST(pg_snapshot_xmax(taken) AS text) AS bigint) AS newest, clock_timestamp() AS at
FROM pg_current_snapshot() AS taken
""")
_CUT = text(f"""
SELECT CAST(CAST(transaction AS text) AS bigint) FROM audit_event
WHERE era = :era AND transaction >= {xid("begin")}
  AND transaction < {xid("end")}
ORDER BY transaction OFFSET :most LIMIT 1
""")  # noqa: S608 - the parts spliced in are constants
_GATHER = text(
    f"""
SELECT {MONTH} AS month, count(*) AS events, string_agg({MEMBER}, ''::bytea ORDER BY {IN_ORDER}) AS members
FROM audit_event e
WHERE e.era = :era AND e.transaction >= {xid("begin")}
  AND e.transaction < {xid("end")}
GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - the parts spliced in are constants
)
_LAST = text("""
SELECT CAST(CAST(max(transaction) AS text) AS bigint) FROM audit_event WHERE era = :era
""")
_ADD = text(f"""
INSERT INTO audit_seal (number, previous, month, era, from_transaction, to_transaction, newest_transaction, events,
    digest, sealed_at, seal)
VALUES (:number, :previous, :month, :era, {xid("begin")}, {xid("end")},
    {xid("newest")}, :events, :digest, :sealed_at, :seal)
""")  # noqa: S608 - the parts spliced in are constants
_ADD_MEMBERS = text("INSERT INTO audit_sealed (number, month, members) VALUES (:number, :month, :members)")
_ALONE = text("SELECT pg_advisory_xact_lock(:key)")


async def alone(db: AsyncSession) -> None:
    """Wait until nobody else adds to the chain, and keep it so until the end of the transaction."""
    await db.execute(_ALONE, {"key": LOCK})


async def head(db: AsyncSession) -> tuple[Link, bytes] | None:
    """The last link and its seal; None of an empty chain."""
    row = (await db.execute(_HEAD)).mappings().one_or_none()
    return None if row is None else (Link.of(dict(row)), row["seal"])


async def era(db: AsyncSession) -> int:
    """The present era."""
    return int(await db.scalar(_ERA) or 1)


async def now(db: AsyncSession) -> Mapping[str, Any]:
    """`settled`: below it no transaction runs any more; `newest`: it and what is above has not begun; and `at`."""
    return dict((await db.execute(_NOW)).mappings().one())


async def cut(era_number: int, begin: int, end: int, *, most: int, db: AsyncSession) -> int | None:
    """The transaction of the event behind the first `most`; None when there are no more than that."""
    found: int | None = await db.scalar(_CUT, {"era": era_number, "begin": begin, "end": end, "most": most})
    return found


async def last_transaction(era_number: int, db: AsyncSession) -> int | None:
    """The highest transaction number of an era's events."""
    found: int | None = await db.scalar(_LAST, {"era": era_number})
    return found


async def gather(era_number: int, begin: int, end: int, db: AsyncSession) -> Sequence[Mapping[str, Any]]:
    """For each month, how many events there are among these transactions, and their ids and digests in order."""
    found = await db.execute(_GATHER, {"era": era_number, "begin": begin, "end": end})
    return [dict(row) for row in found.mappings()]


async def add(link: Link, members: bytes | None, db: AsyncSession) -> None:
    """Store a link, and what it covers."""
    values = {name: getattr(link, name) for name in Link.__slots__}
    await db.execute(_ADD, {**values, "seal": link.seal()})
    if members is not None:
        await db.execute(_ADD_MEMBERS, {"number": link.number, "month": link.month, "members": members})


_UNSEALED = text(f"""
SELECT EXISTS (
    SELECT FROM audit_event e
    WHERE e.at >= CAST(:month AS date)::timestamp AT TIME ZONE 'UTC'
      AND e.at < (CAST(:month AS date) + interval '1 month') AT TIME ZONE 'UTC'
      AND (e.era > :era OR (e.era = :era AND e.transaction >= {xid("end")}))
)
""")  # noqa: S608 - the parts spliced in are constants


async def has_unsealed(month: date, era_number: int, end: int, db: AsyncSession) -> bool:
    """Whether the month has events behind that place of the chain."""
    return bool(await db.scalar(_UNSEALED, {"month": month, "era": era_number, "end": end}))
