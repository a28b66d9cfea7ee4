"""Recomputes the chain from what the tables hold, and names the first thing that is wrong.

What is found to be wrong:

* a link whose seal is not that of what it says, that is missing, or that does not follow the one before it;
* an event that was changed, taken away or put in since it was sealed;
* an event that stands where everything had been sealed, and is in no link;
* an event that says it is older than its transaction can be: one that was put in later;
* values of an event that are not what the event has the digest of, or that are gone although nobody erased them;
* a month that is gone although no link says that it was retired;
* a chain that is another one than an anchor says: however well it fits together, it was written anew.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

from features.audit import verifying_persistence as persistence
from features.audit.anchor import Anchor
from features.audit.canonical import MEMBER_BYTES
from features.audit.chain import FIRST_PREVIOUS, RETIRED
from features.audit.problems import BrokenChain
from features.audit.verifying_persistence import Sealed
from rounds.data import Read

_LINKS_AT_ONCE = 200
_EVENTS_AT_ONCE = 50_000


@dataclass(slots=True)
class Verified:
    """How far verification has come; at the end, what there is."""

    links: int = 0
    events: int = 0
    unsealed: int = 0
    retired: int = 0
    head: Anchor | None = None
    sealed_until: datetime | None = None


async def verify(reads: Read, *, anchor: Anchor | None = None) -> AsyncIterator[Verified]:
    """Recompute the chain; yields how far it has come, and at last all that there is.

    Args:
        reads: Where the tables are read.
        anchor: A seal that was kept elsewhere, which the chain must contain.

    Raises:
        BrokenChain: naming the first link or event that is wrong.
    """
    done, before = Verified(), None
    retired: set[date] = await persistence.retired_months(reads)
    gone: set[date] = set()
    while batch := await persistence.links_after(done.links, reads, most=_LINKS_AT_ONCE):
        for some in _bounded(batch):
            await _verify_events(some, before, retired - gone, reads)
            for sealed in some:
                _verify_link(sealed, before)
                before = sealed
                done.links, done.sealed_until = sealed.link.number, sealed.link.sealed_at
                done.head = Anchor(sealed.link.number, sealed.seal)
                done.events += sealed.link.events
                if anchor is not None and anchor.number == sealed.link.number and anchor.seal != sealed.seal:
                    raise BrokenChain(
                        "anchor", str(anchor.number), "the seal is not the one that was kept as an anchor"
                    )
            yield done
    if anchor is not None and anchor.number > done.links:
        raise BrokenChain("anchor", str(anchor.number), f"the chain ends at {done.links}, before the anchor")
    await _verify_rest(before, reads)
    done.retired = len(retired)
    done.unsealed = await persistence.count_unsealed(before.link if before else None, reads)
    yield done


def _bounded(batch: Sequence[Sealed]) -> list[list[Sealed]]:
    """The batch in parts of not too many events; links over the same transactions stay together."""
    parts: list[list[Sealed]] = [[]]
    events = 0
    for sealed in batch:
        last = parts[-1][-1].link if parts[-1] else None
        together = last is not None and (last.era, last.begin, last.end) == (
            sealed.link.era,
            sealed.link.begin,
            sealed.link.end,
        )
        if parts[-1] and events + sealed.link.events > _EVENTS_AT_ONCE and not together:
            parts.append([])
            events = 0
        parts[-1].append(sealed)
        events += sealed.link.events
    return [part for part in parts if part]


def _verify_link(sealed: Sealed, before: Sealed | None) -> None:
    link = sealed.link
    name = str(link.number)
    if link.number != (before.link.number + 1 if before else 1):
        raise BrokenChain("seal", name, "a seal before it is missing")
    if link.previous != (before.seal if before else FIRST_PREVIOUS):
        raise BrokenChain("seal", name, "it does not follow the seal before it")
    if link.seal() != sealed.seal:
        raise BrokenChain("seal", name, "it is not the seal of what it says")
    if link.retires and link.digest != RETIRED:
        raise BrokenChain("seal", name, "it covers nothing, and retires nothing")
    if before is None:
        if link.begin != 0:
            raise BrokenChain("seal", name, "it does not begin at the beginning")
        return
    last = before.link
    if (link.era, link.begin, link.end) == (last.era, last.begin, last.end) and link.month > last.month:
        return  # another month of the same transactions
    if link.era == last.era and link.begin != last.end:
        raise BrokenChain("seal", name, "it does not go on where the one before it ended")
    if link.era != last.era and (link.era < last.era or link.begin != 0):
        raise BrokenChain("seal", name, "its era does not follow the one before it")


async def _verify_events(part: Sequence[Sealed], before: Sealed | None, retired: set[date], reads: Read) -> None:
    covered = [sealed for sealed in part if not sealed.link.retires]
    found = await persistence.present([sealed.link for sealed in covered], reads)
    for sealed in covered:
        link = sealed.link
        there = found.pop((link.begin, link.era, link.month), None)
        if there is None:
            if link.month not in retired:
                raise BrokenChain("seal", str(link.number), f"its {link.events} events are gone")
        elif (there.events, there.digest) != (link.events, link.digest):
            raise await _first_difference(sealed, reads)
    for begin, era, month in found:
        # A month that no link of these transactions covers, although all of them have been sealed.
        stray = await persistence.first_event(era, begin, month, reads)
        raise BrokenChain("event", str(stray), "it stands among sealed events, and no seal covers it")
    await _verify_values(((sealed.link.era, sealed.link.begin, sealed.link.end) for sealed in covered), reads)
    previous = before
    for sealed in part:
        late = await _too_early(sealed, previous, reads)
        if late is not None:
            raise BrokenChain("event", str(late), "it says it is older than its transaction can be")
        previous = sealed


async def _too_early(sealed: Sealed, before: Sealed | None, reads: Read) -> UUID | None:
    if before is None or sealed.link.retires or before.link.era != sealed.link.era:
        return None
    return await persistence.backdated(before.link, sealed.link.end, reads)


async def _first_difference(sealed: Sealed, reads: Read) -> BrokenChain:
    """Which event differs from what was sealed."""
    link = sealed.link
    kept = await persistence.members_of(link, reads)
    if kept is None or sha256(kept).digest() != link.digest:
        return BrokenChain("seal", str(link.number), "its list of events is not the one that was sealed")
    there = await persistence.present_members(link, reads)
    known, now = _by_id(kept), _by_id(there)
    for event_id, digest in known.items():
        if event_id not in now:
            return BrokenChain("event", str(event_id), f"it is gone, and seal {link.number} covers it")
        if now[event_id] != digest:
            return BrokenChain("event", str(event_id), f"it is not what seal {link.number} covers")
    for event_id in now:
        if event_id not in known:
            return BrokenChain("event", str(event_id), f"it was put in after seal {link.number}")
    return BrokenChain("seal", str(link.number), "its events are in another order")


def _by_id(members: bytes) -> dict[UUID, bytes]:
    return {
        UUID(bytes=members[start : start + 16]): members[start + 16 : start + MEMBER_BYTES]
        for start in range(0, len(members), MEMBER_BYTES)
    }


async def _verify_rest(head: Sealed | None, reads: Read) -> None:
    """What is not in the chain: the newest events, and what the changed fields of events held."""
    if head is not None:
        stray = await persistence.stray(head.link, reads)
        if stray is not None:
            raise BrokenChain("event", str(stray), "its era was over before it was recorded, and no seal covers it")
        late = await persistence.backdated(head.link, None, reads)
        if late is not None:
            raise BrokenChain("event", str(late), "it says it is older than its transaction can be")
    early = await persistence.of_no_era(reads)
    if early is not None:
        raise BrokenChain("event", str(early), "it is of an era that has not begun")
    era, end = (head.link.era, head.link.end) if head is not None else (1, 0)
    await _verify_values([(era, end, persistence.BEYOND)], reads)


async def _verify_values(spans: Iterable[tuple[int, int, int]], reads: Read) -> None:
    found = await persistence.wrong_values(spans, reads)
    if found is not None:
        event_id, missing = found
        what = "are gone, and nobody erased them" if missing else "are not those that it has the digest of"
        raise BrokenChain("event", str(event_id), f"its values {what}")


def utc(moment: datetime | None) -> str | None:
    """A moment as answers show it."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
