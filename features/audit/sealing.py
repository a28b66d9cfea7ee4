"""Seals what has been recorded, in the consumer: every few seconds a link for each month that has new events.

Transactions end in another order than they begin, so a row may appear below rows that are there. What is sealed ends
below the oldest transaction that is still running: nothing can appear there any more. A link says from which
transaction to which it goes, and the next one goes on from there, so no event is between two links and none in both.
A transaction that runs for long holds back the sealing of what came after it, and of nothing before.

All of it is one transaction, with the chain locked: who is killed in the middle leaves the chain as it was, and two
consumers never add to one link.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from features.audit import chain_persistence
from features.audit.chain import FIRST_PREVIOUS, Link

EVERY = timedelta(seconds=5)
MOST = 10_000  # events in a link, unless one transaction alone has more


@dataclass(frozen=True, slots=True)
class _Span:
    """The transactions to be sealed next, and whether there are more behind them."""

    era: int
    begin: int
    end: int
    more: bool


async def seal(db: AsyncSession) -> bool:
    """Seal the next events, up to about `MOST`; answers whether there may be more."""
    await chain_persistence.alone(db)
    now = await chain_persistence.now(db)
    found = await chain_persistence.head(db)
    span = await _next(found[0] if found else None, now["settled"], db)
    groups = await chain_persistence.gather(span.era, span.begin, span.end, db) if span else ()
    if span is None or not groups:
        return False
    number, previous = (found[0].number, found[1]) if found else (0, FIRST_PREVIOUS)
    for group in groups:
        members: bytes = group["members"]
        number += 1
        link = Link(
            number=number,
            previous=previous,
            month=group["month"],
            era=span.era,
            begin=span.begin,
            end=span.end,
            newest=now["newest"],
            events=group["events"],
            digest=hashlib.sha256(members).digest(),
            sealed_at=now["at"],
        )
        await chain_persistence.add(link, members, db)
        previous = link.seal()
    return span.more


async def _next(head: Link | None, settled: int, db: AsyncSession) -> _Span | None:
    present = await chain_persistence.era(db)
    if head is None:
        return await _cut(present, 0, settled, db)
    for era in range(head.era, present):
        # Of an era that has ended everything is settled: its cluster is no longer this one.
        begin = head.end if era == head.era else 0
        last = await chain_persistence.last_transaction(era, db)
        if last is not None and last >= begin:
            span = await _cut(era, begin, last + 1, db)
            return span and replace(span, more=True)  # the present era comes after it
    return await _cut(present, head.end if head.era == present else 0, settled, db)


async def _cut(era: int, begin: int, end: int, db: AsyncSession) -> _Span | None:
    if begin >= end:
        return None
    last = await chain_persistence.cut(era, begin, end, most=MOST, db=db)
    if last is None:
        return _Span(era, begin, end, more=False)
    # All of one transaction goes into one link: the next link begins with another one.
    first = await chain_persistence.cut(era, begin, end, most=0, db=db)
    return _Span(era, begin, last + 1 if first == last else last, more=True)
