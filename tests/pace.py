"""How quick this processor is at the moment, so that a bound on work holds on slow and on shared machines too.

The same machine is twice as slow an hour later: its clock goes down, or a neighbour has the other half of the core. A
bound in seconds would then fail for nothing; one in units of a fixed piece of work does not.
"""

import re
import time
from collections.abc import Callable

_PIECE = re.compile(r"(?:\b[a-z]+\b|\d+(?:[.,]\d+)?)\s*")
_TEXT = "apixaban 2.5 mg twice daily, since 4 july 2024 and no bleeding " * 40
_ROUNDS = 24
_REFERENCE_SECONDS = 0.004
"""What `_work` takes on the machine for which the bounds are written."""


def _work() -> None:
    """What the program mostly does: patterns, small objects, dictionaries, sorting."""
    for _ in range(_ROUNDS):
        counted: dict[str, int] = {}
        for found in _PIECE.finditer(_TEXT):
            word = found[0].casefold().strip()
            counted[word] = counted.get(word, 0) + len(word)
        sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def slowness() -> float:
    """How many times as long as on the reference machine work takes right now; at least 1."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        _work()
        taken.append(time.thread_time() - began)
    return max(1.0, sorted(taken)[1] / _REFERENCE_SECONDS)


def holds(seconds: float, most: float) -> bool:
    """Whether work that took so many seconds of this processor would take less than `most` on the reference."""
    return seconds < most or seconds < most * slowness()


def in_time(work: Callable[[], object], most: float) -> bool:
    """Whether a piece of work of this thread takes less than so many seconds of the reference.

    What seems dear is done twice more: a bad moment of the machine passes, a flaw stays. The pace is taken on both
    sides of the work, since it changes within seconds.
    """
    for _ in range(3):
        before = slowness()
        began = time.thread_time()
        work()
        if time.thread_time() - began < most * max(before, slowness()):
            return True
    return False
