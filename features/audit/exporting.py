"""The trail as lines of JSON, with its seals, so that somebody without the database can verify it.

Each event is a line in the form that is digested, byte for byte; after the events that a seal covers comes the seal,
which is told by its member `seal`. The newest events, not sealed yet, come last.
"""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from sqlalchemy import text

from features.audit import verifying_persistence
from features.audit.canonical import EVENT, IN_ORDER, MONTH
from features.audit.chain import Link
from features.audit.chain_persistence import xid
from rounds.data import Query, Read

_AT_ONCE = 5_000
_LINES = Query(
    text(f"""
SELECT {EVENT} AS line, e.transaction::text::bigint AS transaction, e.id FROM audit_event e
WHERE e.era = CAST(:era AS int) AND e.transaction < {xid("end")}
  AND (e.transaction, e.id) > ({xid("transaction")}, CAST(:id AS uuid))
  AND (CAST(:month AS date) IS NULL OR {MONTH} = CAST(:month AS date))
ORDER BY {IN_ORDER} LIMIT {_AT_ONCE}
""").columns()  # noqa: S608 - the parts spliced in are constants
)
_NO_ID = "00000000-0000-0000-0000-000000000000"


async def lines(reads: Read) -> AsyncIterator[bytes]:
    """Every line of the export, without the newline at its end."""
    number, head = 0, None
    while batch := await verifying_persistence.links_after(number, reads, most=200):
        for sealed in batch:
            head, number = sealed.link, sealed.link.number
            if not head.retires:
                async for line in _events(head.era, head.begin, head.end, head.month, reads):
                    yield line
            yield orjson.dumps({**_told(head), "seal": sealed.seal.hex()})
    era, begin = (head.era, head.end) if head else (1, 0)
    async for line in _events(era, begin, verifying_persistence.BEYOND, None, reads):
        yield line


async def _events(era: int, begin: int, end: int, month: Any, reads: Read) -> AsyncIterator[bytes]:
    # Behind everything of the transaction before: no id is below the lowest one.
    place: dict[str, Any] = {"transaction": begin, "id": _NO_ID}
    while rows := await reads.all(_LINES, era=era, end=end, month=month, **place):
        for row in rows:
            yield row["line"].encode()
        place = {"transaction": rows[-1]["transaction"], "id": rows[-1]["id"]}


def _told(link: Link) -> dict[str, Any]:
    names = ("number", "previous", "month", "era", "begin", "end", "newest", "events", "digest", "sealed_at")
    return dict(zip(names, link.text().split("\n"), strict=True))
