"""From the text of a clinical note to typed, structured knowledge. Pure functions: no database, no network.

What reads whole notes is loaded when a note is read first. Its patterns take a fifth of a second to compile, and a
server that leaves reading to its child processes never needs them.
"""

from datetime import datetime

from clinical.context.assertion_value import Assertion
from clinical.text.sentences import sentences
from clinical.understood import Understanding
from clinical.values.durations import last_day_of

VERSION = 18


def understand(text: str, now: datetime | None = None) -> Understanding:
    """What the text of a note says: see `clinical.understanding.understand`."""
    from clinical import understanding  # noqa: PLC0415 - see above

    return understanding.understand(text, now)


def assertion(text: str, start: int, end: int) -> Assertion:
    """How a part of a text is meant: see `clinical.context.asserting.assertion`."""
    from clinical.context import asserting  # noqa: PLC0415 - see above

    return asserting.assertion(text, start, end)


__all__ = ["VERSION", "Assertion", "Understanding", "assertion", "last_day_of", "sentences", "understand"]
