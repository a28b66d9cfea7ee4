"""A circuit breaker: after so many failures in a row nobody is sent to a server for a while, then one tries first.

State of one process, on purpose: a process that cannot reach a server says nothing about the others.
"""

from collections.abc import Callable
from time import monotonic

# However long a server asks to be left alone, somebody looks after this.
LONGEST_SECONDS = 600.0


class Breaker:
    """Closed: calls pass. Open: none pass, until the time is up; then one passes in each further `seconds`."""

    def __init__(self, *, failures: int, seconds: float, now: Callable[[], float] = monotonic) -> None:
        """A closed one.

        Args:
            failures: So many in a row open it.
            seconds: For so long it stays open.
            now: A clock that never goes back, in seconds.
        """
        self._limit = failures
        self._seconds = seconds
        self.now = now
        self._failures = 0
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls are kept back at this moment."""
        return self._open_until is not None and self.now() < self._open_until

    def admits(self) -> bool:
        """Whether a call may go out. When the time is up this is true once: whoever asked is the probe."""
        if self._open_until is None:
            return True
        if self.is_open:
            return False
        self._open_until = self.now() + self._seconds  # for everybody else, until the probe is back or lost
        return True

    def succeeded(self) -> None:
        """Note that a call was answered: it closes."""
        self._failures = 0
        self._open_until = None

    def failed(self, *, hold: float | None = None) -> None:
        """Note that a call failed.

        Args:
            hold: Open at once, for so many seconds: the server said so, or it is of no use to try.
        """
        self._failures += 1
        if hold is None and self._failures < self._limit:
            return
        until = self.now() + min(self._seconds if hold is None else hold, LONGEST_SECONDS)
        self._open_until = until if self._open_until is None else max(until, self._open_until)
