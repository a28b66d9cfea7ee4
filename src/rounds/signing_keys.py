"""The secret that signs, and for a time a second one that is accepted beside it, so that it can be changed in service.

Servers are replaced one after the other. Before the first of them signs with the new secret, all must accept it, and
until the last token of the old one has run out, all must accept that. When the time is over is said as a moment: a
secret that has become known would otherwise let its finder in for as long as somebody forgets it there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rounds import clock


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What signs, and what else is accepted.

    Attributes:
        current: Signs and seals everything new.
        other: Accepted as well, until `until`.
        until: The moment from which it is not.
    """

    current: bytes
    other: bytes | None = None
    until: datetime | None = None

    def accepted(self) -> Iterator[tuple[bytes, float]]:
        """Each key that is accepted now, and until when, in seconds since 1970."""
        yield self.current, float("inf")
        if self.other is not None and self.until is not None and clock.now() < self.until:
            yield self.other, self.until.timestamp()
