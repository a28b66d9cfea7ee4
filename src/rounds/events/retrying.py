"""When a subscriber that failed gets an event again, and when it is given up."""

import random

from rounds.backoff import wait_after

LONGEST_SECONDS = 900.0


def next_attempt(failures: int, *, most: int, first_seconds: float) -> float | None:
    """After how many seconds an event is due again; None when it is given up, for somebody to look at.

    The waits double, up to `LONGEST_SECONDS`, and are spread out, so that what failed together does not come back
    together.

    Args:
        failures: How many attempts there were, all of which failed.
        most: How many there are at most.
        first_seconds: The wait after the first one.
    """
    if failures >= most:
        return None
    seconds = wait_after(failures, first=first_seconds, longest=LONGEST_SECONDS)
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret about it
