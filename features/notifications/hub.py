"""Follows the outbox for everybody in this process who listens: one task, one query per news, however many streams.

It keeps the last events in a ring. A listener is only a place in their order; whoever falls behind the ring, or resumes
from before it, reads pages from the outbox. So a listener costs the same memory however slow it is.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Any
from uuid import UUID

import anyio
import structlog

from features.notifications import outbox
from features.notifications.outbox import Entry, Page, Position
from features.patients import PatientErased, hidden_among, restricted_among
from rounds.backoff import Backoff
from rounds.data import Database
from rounds.events.doorbell import Doorbell
from rounds.observability.logging import origin_of

RING = 1_000
# Who catches up shares the connections of the read side with every request.
_CATCHING_UP_AT_ONCE = 2
_SOON_SECONDS = 0.05  # when an event is there but an older transaction is still running
_log = structlog.get_logger("features.notifications")


class Hub:
    """The event streams of one process. It follows the outbox while anybody listens."""

    def __init__(self, database: Database, *, redis_url: str | None, poll_seconds: float) -> None:
        self.database = database
        self.listeners = 0
        # Set, and replaced by a new one, whenever there is something new.
        self.news = asyncio.Event()
        self.closing = anyio.Event()  # the server stops: every stream is to end
        self.redis_url = redis_url
        self._poll = poll_seconds
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ring: deque[Entry] = deque()
        self._floor: Position | None = None  # the ring holds everything behind it
        self._paging = asyncio.Semaphore(_CATCHING_UP_AT_ONCE)
        self.restricted: set[UUID] = set()  # of those whom the ring has events about

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count a listener for the length of the block; the first one starts the hub, the last one stops it."""
        self.listeners += 1
        if not self._tasks:
            self._start()
        try:
            yield
        finally:
            self.listeners -= 1
            if self.listeners == 0:
                self._stop()

    def _start(self) -> None:
        tasks: list[Coroutine[Any, Any, None]] = [self._follow(), self._tell_of_closing()]
        if self.redis_url is not None:
            tasks.append(Doorbell(self.redis_url).listen(lambda _: self._wake.set()))
        self._tasks = [asyncio.create_task(task) for task in tasks]

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._ring.clear()
        self.restricted.clear()
        self._floor = None

    def close(self) -> None:
        """End every stream; nothing is followed any more."""
        self.closing.set()
        self._tell()
        self._stop()

    def covers(self, place: Position) -> bool:
        """Whether everything behind `place` that is known to the hub is in the ring."""
        return self._floor is not None and place >= self._floor

    def behind(self, place: Position) -> Sequence[Entry]:
        """What the ring has behind `place`, the oldest first."""
        newer = list(takewhile(lambda entry: entry.place > place, reversed(self._ring)))
        newer.reverse()
        return newer

    async def page(self, place: Position) -> Page:
        """What the outbox has behind `place`."""
        async with self._paging:
            return await outbox.behind(place, self.database.reads)

    def _forget_erased(self, entries: Sequence[Entry]) -> None:
        """What the ring still tells of those who have been erased is no longer told."""
        erased = {entry.subject for entry in entries if entry.type == PatientErased.type}
        if erased:
            self._ring = deque(
                entry._replace(block=b"", withdrawn=True)
                if entry.subject in erased and entry.type != PatientErased.type
                else entry
                for entry in self._ring
            )

    async def hidden(self, entries: Sequence[Entry]) -> set[UUID]:
        """Those whom these events are about and whom the caller may not see; events of the ring only ask if need be."""
        about = {entry.subject for entry in entries if entry.subject is not None}
        if entries and self.covers(entries[0].place):
            about &= self.restricted
        return await hidden_among(sorted(about), self.database.reads) if about else set()

    async def _follow(self) -> None:
        backoff = Backoff()
        pause = 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()
            try:
                page = await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
                if not backoff.failing:
                    _log.warning("streams.waiting", **origin_of(error))
                await asyncio.sleep(backoff.next_wait())
                continue
            backoff.reset()
            pause = 0.0 if page.full else _SOON_SECONDS if page.held_back else self._poll

    async def _tell_of_closing(self) -> None:
        await self.closing.wait()
        self._tell()

    @property
    def position(self) -> Position | None:
        """Behind what it looks next; None before it has looked."""
        return self._ring[-1].place if self._ring else self._floor

    @property
    def remembered(self) -> int:
        """How many events are in the ring."""
        return len(self._ring)

    @property
    def is_following(self) -> bool:
        """Whether it looks for events, as it does while anybody listens."""
        return bool(self._tasks)

    async def look(self) -> Page:
        """Take what has happened since the last look into the ring, and tell whoever listens."""
        if self._floor is None:
            self._floor, _ = await outbox.newest(self.database.reads)
            self._tell()  # who looked before this, and stands before it, has to look again
        head = self._ring[-1].place if self._ring else self._floor
        page = await outbox.behind(head, self.database.reads)
        if page.entries:
            # Whoever restricts a record, or lifts that, publishes an event about it, so this is looked up anew in time:
            # before anybody finds the events in the ring, and all that follows is seen at once.
            restricted = await restricted_among(sorted(page.subjects), self.database.reads)
            self.restricted = (self.restricted - page.subjects) | restricted
            self._ring.extend(page.entries)
            self._forget_erased(page.entries)
            while len(self._ring) > RING:
                self._floor = self._ring.popleft().place
            self._tell()
        return page

    def _tell(self) -> None:
        told, self.news = self.news, asyncio.Event()
        told.set()


class Listener:
    """A place in the order of events, and what is wanted of those behind it."""

    def __init__(self, hub: Hub, place: Position, *, types: frozenset[str], patient_id: UUID | None) -> None:
        self._hub = hub
        self._place = place
        self._types = types
        self._patient_id = patient_id
        # At first from the outbox: the ring may still have what has been withdrawn since.
        self._catching_up = True
        self.passed: str | None = None  # the newest event passed, wanted or not

    async def take(self) -> tuple[list[Entry], bool]:
        """The next events, and whether there may be more at once."""
        if not self._catching_up and self._hub.covers(self._place):
            entries = self._hub.behind(self._place)[: outbox.PAGE]
            more = len(entries) == outbox.PAGE
        else:
            page = await self._hub.page(self._place)
            entries, more = page.entries, page.full
            self._catching_up = more
        if entries:
            self._place, self.passed = entries[-1].place, entries[-1].id
        wanted = [entry for entry in entries if self._wants(entry)]
        hidden = await self._hub.hidden(wanted)
        return [entry for entry in wanted if entry.subject not in hidden], more

    def _wants(self, entry: Entry) -> bool:
        return (
            not entry.withdrawn
            and (not self._types or entry.type in self._types)
            and (self._patient_id is None or entry.subject == self._patient_id)
        )
