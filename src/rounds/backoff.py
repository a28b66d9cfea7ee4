"""How long to wait before trying again: twice as long after each failure in a row, up to a bound.

What is tried again here goes on for as long as the process does (following, listening, delivering), or has a deadline
and a breaker of its own; libraries such as `stamina` repeat one call a number of times, which nothing here wants.
"""

from dataclasses import dataclass


def wait_after(failures: int, *, first: float, longest: float) -> float:
    """Seconds to wait after so many failures in a row.

    Args:
        failures: How many there were, at least one.
        first: The wait after the first one.
        longest: No wait is longer.
    """
    return min(first * 2.0 ** min(failures - 1, 60), longest)


@dataclass(slots=True)
class Backoff:
    """Failures in a row of something that is tried again without end; waits are in seconds."""

    first: float = 0.1
    longest: float = 2.0
    failures: int = 0

    @property
    def failing(self) -> bool:
        """Whether the last try failed; whoever asks before `next_wait` can tell a new trouble from an old one."""
        return self.failures > 0

    def next_wait(self) -> float:
        """Note a failure, and answer how long to wait."""
        self.failures += 1
        return wait_after(self.failures, first=self.first, longest=self.longest)

    def reset(self) -> None:
        """Note a success."""
        self.failures = 0
