"""Who knows which records are restricted, and opens them; the floor knows no patients: see `rounds.http.restricted`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from rounds.auth import Actor
from rounds.data import Database, Read


class Protection(Protocol):
    """Knows which records are restricted, and opens them."""

    async def hides(self, named: Mapping[str, str], database: Database) -> bool:
        """Whether what these parameters name belongs to a patient whose record the caller may not see."""

    async def hidden(self, patients: Collection[UUID], reads: Read) -> set[UUID]:
        """Those of these patients whose records the caller may not see."""

    async def open(
        self, named: Mapping[str, str], reason: str, *, actor: Actor, request_id: str | None, database: Database
    ) -> None:
        """Open those restricted records that these parameters name, if the caller may."""

    def knows(self, parameter: str) -> bool:
        """Whether a parameter of this name is one of a patient's things, or a patient."""


_protections: list[Protection] = []


def protected_by(protection: Protection) -> None:
    """Have records protected by this."""
    _protections[:] = [protection]


def protections() -> Sequence[Protection]:
    """Those who know; none before the slices are there."""
    return _protections


async def hidden_among(patients: Collection[UUID], reads: Read) -> set[UUID]:
    """Those of these patients whose records the caller may not see, for what stands below the slice of patients."""
    found: set[UUID] = set()
    for protection in _protections if patients else ():
        found |= await protection.hidden(patients, reads)
    return found
