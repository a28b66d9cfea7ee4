"""A value of a series, and where it stands."""

from typing import Generic, NamedTuple, TypeVar

from clinical.measurements.times import When

T = TypeVar("T")


class Core(NamedTuple, Generic[T]):
    """A value where it stands."""

    end: int
    data: T


class Valued(NamedTuple, Generic[T]):
    """A value of a series at `text[start:end]`."""

    start: int
    end: int
    data: T
    when: When | None
    between: str
    """The words before it, behind the name or the value before."""
    until: int = 0
    """Where the last time ends that is told with it."""


class Called(NamedTuple):
    """A value that another word than its name leads to, `text[start:end]`; its number begins at `value`."""

    start: int
    value: int
    end: int
    name: str
    written: str
