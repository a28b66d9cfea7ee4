"""The one source of time, so that tests can stand anywhere in history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

_frozen: datetime | None = None


def now() -> datetime:
    """The current moment, with a UTC offset."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def today() -> date:
    """Today's date in UTC; ages count from it."""
    return now().date()


def age_on(day: date, born: date) -> int:
    """Whole years between `born` and `day`; a birthday on 29 February falls on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (with an offset) inside the block; for tests.

    Raises:
        ValueError: if `at` is naive.
    """
    global _frozen  # noqa: PLW0603 - one clock per process is the point of this module
    if at.tzinfo is None:
        raise ValueError("a frozen moment needs a UTC offset")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
