"""A link of the chain, and its seal: SHA-256 over what it covers and over the seal before it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

FIRST_PREVIOUS = bytes(32)
RETIRED = bytes(32)  # the digest of a link that covers nothing, and says that its month is no longer kept


@dataclass(frozen=True, slots=True)
class Link:
    """One month's events among those whose transactions are from `begin` to below `end`.

    Attributes:
        number: Its place in the chain, from 1.
        previous: The seal before it.
        month: The first day of the month.
        era: The time in which one cluster counted transactions.
        begin: The first transaction number that it covers.
        end: The first that it does not cover.
        newest: At that moment, the first number that had not been given out.
        events: How many.
        digest: SHA-256 over the ids and digests of its events, in order.
        sealed_at: When, by the database's clock.
    """

    number: int
    previous: bytes
    month: date
    era: int
    begin: int
    end: int
    newest: int
    events: int
    digest: bytes
    sealed_at: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A link from its row."""
        return cls(
            number=row["number"],
            previous=row["previous"],
            month=row["month"],
            era=row["era"],
            begin=row["begin"],
            end=row["end"],
            newest=row["newest"],
            events=row["events"],
            digest=row["digest"],
            sealed_at=row["sealed_at"],
        )

    @property
    def retires(self) -> bool:
        """Whether it says that its month has been dropped, and covers nothing."""
        return self.begin == self.end

    def text(self) -> str:
        """What is sealed: every attribute, in order, one a line."""
        return "\n".join(
            (
                str(self.number),
                self.previous.hex(),
                self.month.isoformat(),
                str(self.era),
                str(self.begin),
                str(self.end),
                str(self.newest),
                str(self.events),
                self.digest.hex(),
                self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            )
        )

    def seal(self) -> bytes:
        """Its seal."""
        return hashlib.sha256(self.text().encode("ascii")).digest()
