"""Who is behind a request."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request, as its access token describes it."""

    id: UUID
    username: str
    roles: tuple[str, ...]
    scopes: frozenset[str]
    stamp: int
    family: UUID
    expires: float

    def may(self, scope: str) -> bool:
        """Whether the roles include `scope`."""
        return scope in self.scopes
