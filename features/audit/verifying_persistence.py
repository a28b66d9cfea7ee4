"""The SQL of verification. Everything is computed from the rows; nothing that the database remembers is believed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from features.audit.canonical import IN_ORDER, MEMBER, MONTH
from features.audit.chain import Link
from features.audit.chain_persistence import LINKS, xid
from rounds.data import Query, Read

# Clocks are set now and then. Whoever puts an event in later can make it at most so much older than it is.
CLOCK_SECONDS = 60


class Sealed(NamedTuple):
    """A link, and the seal that stands beside it."""

    link: Link
    seal: bytes


@dataclass(frozen=True, slots=True)
class Present:
    """What is there of what a link covers."""

    events: int
    digest: bytes


_SPANS = """
unnest(CAST(:eras AS int[]), CAST(:begins AS bigint[]), CAST(:ends AS bigint[])) AS s (era, begin, "end")
JOIN audit_event e ON e.era = s.era AND e.transaction >= s.begin::text::xid8 AND e.transaction < s."end"::text::xid8
"""
_LINKS = Query(
    text(f"{LINKS} WHERE number > CAST(:after AS bigint) ORDER BY number LIMIT CAST(:most AS bigint)").columns()
)
_RETIRED = Query(text("SELECT month FROM audit_seal WHERE from_transaction = to_transaction ORDER BY number").columns())
_PRESENT = Query(
    text(f"""
SELECT s.begin, s.era, {MONTH} AS month, count(*) AS events,
    sha256(string_agg({MEMBER}, ''::bytea ORDER BY {IN_ORDER})) AS digest
FROM {_SPANS}
GROUP BY 1, 2, 3
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_OF_LINK = f"""
e.era = CAST(:era AS int) AND e.transaction >= {xid("begin")} AND e.transaction < {xid("end")}
AND {MONTH} = CAST(:month AS date)
"""
_MEMBERS = Query(
    text(
        f"SELECT string_agg({MEMBER}, ''::bytea ORDER BY {IN_ORDER}) FROM audit_event e WHERE {_OF_LINK}"  # noqa: S608
    ).columns()
)
_KEPT = Query(
    text(
        "SELECT members FROM audit_sealed WHERE number = CAST(:number AS bigint) AND month = CAST(:month AS date)"
    ).columns()
)
_FIRST = Query(
    text(f"""
SELECT e.id FROM audit_event e
WHERE e.era = CAST(:era AS int) AND e.transaction >= {xid("begin")} AND {MONTH} = CAST(:month AS date)
ORDER BY {IN_ORDER} LIMIT 1
""").columns()  # noqa: S608 - the parts spliced in are constants
)
# Its transaction had not begun when the link was made, so it cannot be older than the link.
_BACKDATED = Query(
    text(f"""
SELECT e.id FROM audit_event e
WHERE e.era = CAST(:era AS int) AND e.transaction >= {xid("newest")}
  AND (CAST(:end AS bigint) IS NULL OR e.transaction < {xid("end")})
  AND e.at < CAST(:sealed_at AS timestamptz) - interval '{CLOCK_SECONDS} seconds'
ORDER BY {IN_ORDER} LIMIT 1
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_STRAY = Query(
    text(
        "SELECT e.id FROM audit_event e WHERE e.era < CAST(:era AS int) AND NOT EXISTS ("
        "SELECT FROM audit_seal s WHERE s.era = e.era AND e.transaction < s.to_transaction) LIMIT 1"
    ).columns()
)
_OF_NO_ERA = Query(
    text("SELECT id FROM audit_event WHERE era > (SELECT coalesce(max(number), 1) FROM audit_era) LIMIT 1").columns()
)
_UNSEALED = Query(
    text(f"""
SELECT count(*) FROM audit_event e
WHERE e.era > CAST(:era AS int) OR (e.era = CAST(:era AS int) AND e.transaction >= {xid("end")})
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_WRONG_VALUES = Query(
    text(f"""
SELECT e.id, v.event_id IS NULL AS missing
FROM {_SPANS} LEFT JOIN audit_value v ON v.event_id = e.id AND v.at = e.at
WHERE e.values_digest IS NOT NULL
  AND (v.event_id IS NULL OR sha256(v.salt || convert_to(v.changes::text, 'UTF8')) <> e.values_digest)
  AND NOT (v.event_id IS NULL AND EXISTS (
      SELECT FROM audit_event erased
      WHERE erased.patient_id = e.patient_id AND erased.action = 'erase' AND erased.resource = 'patient'
        AND erased.at >= e.at
  ))
ORDER BY e.at, e.id LIMIT 1
""").columns()  # noqa: S608 - the parts spliced in are constants
)
BEYOND = 2**63 - 1  # no transaction has this number


async def links_after(number: int, db: Read, *, most: int) -> list[Sealed]:
    """The next links of the chain."""
    return [Sealed(Link.of(row), row["seal"]) for row in await db.all(_LINKS, after=number, most=most)]


async def retired_months(db: Read) -> set[date]:
    """The months of which links say that they were dropped."""
    return {row["month"] for row in await db.all(_RETIRED)}


async def present(links: Sequence[Link], db: Read) -> dict[tuple[int, int, date], Present]:
    """What is there among the transactions of these links, by the first transaction, era and month."""
    spans = dict.fromkeys((link.era, link.begin, link.end) for link in links)
    if not spans:
        return {}
    eras, begins, ends = (list(each) for each in zip(*spans, strict=True))
    rows = await db.all(_PRESENT, eras=eras, begins=begins, ends=ends)
    return {(row["begin"], row["era"], row["month"]): Present(row["events"], row["digest"]) for row in rows}


def _of(link: Link) -> dict[str, Any]:
    return {"era": link.era, "begin": link.begin, "end": link.end, "month": link.month}


async def present_members(link: Link, db: Read) -> bytes:
    """The ids and digests of what is there of what a link covers, in order."""
    return await db.value(_MEMBERS, **_of(link)) or b""


async def members_of(link: Link, db: Read) -> bytes | None:
    """The ids and digests of what a link covers, as they were noted when it was made."""
    return await db.value(_KEPT, number=link.number, month=link.month)  # type: ignore[no-any-return]  # a bytea column


async def first_event(era: int, begin: int, month: date, db: Read) -> UUID | None:
    """The first event of a month from a transaction on."""
    return await db.value(_FIRST, era=era, begin=begin, month=month)  # type: ignore[no-any-return]  # a uuid column


async def backdated(link: Link, end: int | None, db: Read) -> UUID | None:
    """An event whose transaction began after the link was made, up to `end`, and that says it is older."""
    values = {"era": link.era, "newest": link.newest, "sealed_at": link.sealed_at}
    found: UUID | None = await db.value(_BACKDATED, **values, end=end)
    return found


async def stray(head: Link, db: Read) -> UUID | None:
    """An event of an era before the head's that is behind all that was sealed of it."""
    return await db.value(_STRAY, era=head.era)  # type: ignore[no-any-return]  # a uuid column


async def of_no_era(db: Read) -> UUID | None:
    """An event of an era that has not begun."""
    return await db.value(_OF_NO_ERA)  # type: ignore[no-any-return]  # a uuid column


async def count_unsealed(head: Link | None, db: Read) -> int:
    """How many events wait to be sealed."""
    era, end = (head.era, head.end) if head else (0, 0)
    return int(await db.value(_UNSEALED, era=era, end=end) or 0)


async def wrong_values(spans: Iterable[tuple[int, int, int]], db: Read) -> tuple[UUID, bool] | None:
    """The first event among these whose values are other than its digest says, and whether they are gone.

    Args:
        spans: The era, the first transaction, and the one that is none any more.
        db: Where to read.
    """
    wanted = list(dict.fromkeys(spans))
    if not wanted:
        return None
    eras, begins, ends = (list(each) for each in zip(*wanted, strict=True))
    row = await db.one(_WRONG_VALUES, eras=eras, begins=begins, ends=ends)
    return None if row is None else (row["id"], row["missing"])
