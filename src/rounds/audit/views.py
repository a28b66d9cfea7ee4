"""The views that are not in the database yet: gathered for a moment, and written many at once.

A look at a record must not wait for a write, but few looks may be forgotten when the program is killed. So views are
gathered for `GATHERING_SECONDS` and then written with one COPY. Whoever shows a record while the oldest unwritten view
is older than `LATEST_SECONDS` waits until it has been written: what was answered and is not in the database is never
older than that. A slow database slows readers down; it never makes the trail forget.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic

import structlog

from rounds.audit.event import AuditEvent
from rounds.observability.logging import origin_of
from rounds.problems import Unavailable

GATHERING_SECONDS = 0.05
LATEST_SECONDS = 0.2
_PATIENCE_SECONDS = 5.0
_MOST_AT_ONCE = 5_000
_RETRY_SECONDS = 0.1

Write = Callable[[Sequence[AuditEvent]], Awaitable[None]]
_log = structlog.get_logger("rounds.audit")


class Views:
    """Gathers views and writes them.

    Args:
        write: Stores events, all of them or none.
    """

    def __init__(self, write: Write) -> None:
        self.write = write
        self._gathered: list[AuditEvent] = []
        self._in_hand: list[AuditEvent] = []
        self._some = asyncio.Event()
        self._written = asyncio.Event()
        self._writing = asyncio.Lock()
        self._is_kept_written = False

    @property
    def in_hand(self) -> int:
        """How many are being written at this moment."""
        return len(self._in_hand)

    @property
    def waiting(self) -> int:
        """How many views are not in the database yet."""
        return len(self._gathered) + len(self._in_hand)

    def add(self, event: AuditEvent) -> None:
        """Take in a view."""
        self._gathered.append(event)
        if not self._some.is_set():
            self._some.set()

    @property
    def is_behind(self) -> bool:
        """Whether a view has waited for too long."""
        oldest = self._in_hand or self._gathered
        return self._is_kept_written and bool(oldest) and monotonic() - oldest[0].noted > LATEST_SECONDS

    async def caught_up(self) -> None:
        """Wait until no view has waited for too long.

        Raises:
            Unavailable: when that takes too long: what cannot be recorded cannot be shown.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while self.is_behind:
                    self._written.clear()
                    await self._written.wait()
        except TimeoutError:
            raise Unavailable from None

    async def flush(self) -> None:
        """Write everything that has been gathered by now."""
        async with self._writing:
            while self._in_hand or self._gathered:
                if not self._in_hand:
                    self._in_hand, self._gathered = self._gathered[:_MOST_AT_ONCE], self._gathered[_MOST_AT_ONCE:]
                await self.write(self._in_hand)
                self._in_hand = []
                self._written.set()

    async def keep_written(self, show_waiting: Callable[[int], None]) -> None:
        """Write what is gathered, until cancelled; then `flush` writes the rest."""
        self._is_kept_written, trouble = True, False
        try:
            while True:
                await self._some.wait()
                await asyncio.sleep(GATHERING_SECONDS)
                self._some.clear()
                show_waiting(self.waiting)
                try:
                    await self.flush()
                    show_waiting(self.waiting)
                    trouble = False
                except Exception as error:  # noqa: BLE001 - they are kept, and written once that is possible
                    if not trouble:
                        _log.warning("views.waiting", count=self.waiting, **origin_of(error))
                    trouble = True
                    self._some.set()
                    await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._is_kept_written = False
            with suppress(Exception):  # who waits is let go, for nobody writes any more
                self._written.set()
