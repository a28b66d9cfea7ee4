"""Delivers the outbox: every event to every subscriber, however often a process, Redis or PostgreSQL dies on the way.

A subscriber registered with `subscribe` runs in one transaction with its delivery records: what it writes and the note
that it has had the event are committed together or not at all. Claims are row locks (`FOR UPDATE SKIP LOCKED`), so any
number of consumers share the work, and those of a killed one are free at once. A subscriber registered with
`subscribe_leased` reaches outside; it holds a lease instead of a transaction.

Every subscriber has a worker of its own, so that a slow or failing one holds up nobody. Redis only wakes the workers;
without it they look every `poll_seconds`.
"""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from rounds.backoff import Backoff
from rounds.data import Database
from rounds.events import subscribers
from rounds.events.doorbell import Doorbell
from rounds.events.leases import LeaseHolder
from rounds.events.subscriber_context import SubscriberContext
from rounds.events.worker import Outage, Worker
from rounds.lifespan import LongLived
from rounds.observability.logging import origin_of
from rounds.observability.metrics import EventMetrics
from rounds.processes import ChildProcesses
from rounds.settings import Settings, load

# How long a stopping program waits for what its consumer has in hand.
GRACE = timedelta(seconds=20)

_HOLDER_SECONDS = 5.0  # should the holder not show, deliveries go on: then leases have to run out

_log = structlog.get_logger("rounds.events.consumer")


class Consumer:
    """Delivers to every registered subscriber until it is told to stop."""

    def __init__(
        self,
        database: Database,
        *,
        settings: Settings | None = None,
        child_processes: ChildProcesses | None = None,
        long_lived: LongLived | None = None,
        redis_url: str | None = None,
        poll_seconds: float = 1.0,
        backoff_seconds: float = 1.0,
        metrics: EventMetrics | None = None,
    ) -> None:
        """Prepare to deliver.

        Args:
            database: Where the outbox is.
            settings: What leased subscribers go by; by default those of the process.
            child_processes: Where they have risky work done; by default children of the consumer's own.
            long_lived: What the slices have open for their leased subscribers; by default nothing.
            redis_url: Whence the doorbell is heard; None: poll only.
            poll_seconds: How often to look without a doorbell.
            backoff_seconds: The wait after a first failure; each further one doubles it.
            metrics: Where to count; by default nowhere that is shown.
        """
        self._redis_url = redis_url
        self._poll = poll_seconds
        self._stopping = asyncio.Event()
        self.lease_holder = LeaseHolder(database)
        shown = metrics or EventMetrics()
        context = SubscriberContext(
            database,
            settings or load(),
            child_processes or ChildProcesses(),
            shown.counters,
            long_lived or LongLived(),
        )
        self.workers = [
            Worker(each, context, shown, self.lease_holder, backoff_seconds) for each in subscribers().values()
        ]

    async def run(self) -> None:
        """Deliver until `stop`; what is in hand by then is finished."""
        beside = [asyncio.create_task(self.lease_holder.show(self._wake_all))]
        if self._redis_url:
            beside.append(asyncio.create_task(self._listen()))
        try:
            async with asyncio.TaskGroup() as group:
                for worker in self.workers:
                    for _ in range(worker.subscriber.parallel):
                        group.create_task(self._work(worker))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def _wake_all(self) -> None:
        for worker in self.workers:
            worker.wake.set()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping.set()
        self._wake_all()

    async def drain(self) -> int:
        """Deliver everything that is due now, one after another, and answer how many claims that took; for tests."""
        total = 0
        while handled := sum([await worker.step() for worker in self.workers]):
            total += handled
        return total

    async def _listen(self) -> None:
        by_type: dict[str, list[Worker]] = {}
        for worker in self.workers:
            for kind in worker.subscriber.types:
                by_type.setdefault(kind, []).append(worker)

        def rung(types: Sequence[str] | None) -> None:
            chosen = self.workers if types is None else [w for kind in types for w in by_type.get(kind, ())]
            for worker in chosen:
                worker.wake.set()

        await Doorbell(self._redis_url or "").listen(rung)

    async def _work(self, worker: Worker) -> None:
        backoff = Backoff()
        if worker.subscriber.handle_leased is not None:
            # A lease that is not tied to this consumer's life would outlast it.
            await self._within(_HOLDER_SECONDS, self.lease_holder.shown.wait())
        while not self._stopping.is_set():
            worker.wake.clear()
            try:
                handled = await worker.step()
                backoff.reset()
            except Outage as outage:
                if not backoff.failing:
                    cause = outage.__cause__ or outage
                    _log.warning("consumer.waiting", subscriber=worker.subscriber.name, **origin_of(cause))
                await self._within(backoff.next_wait(), self._stopping.wait())
                continue
            if not handled:
                await self._within(self._poll * random.uniform(0.8, 1.2), worker.wake.wait())  # noqa: S311 - as above

    @staticmethod
    async def _within(seconds: float, event: Awaitable[object]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event
