"""What higher slices do when a note goes, without notes knowing them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

Cleaner = Callable[[UUID, AsyncSession], Awaitable[None]]

cleaners: list[Cleaner] = []


def when_note_deleted(clean: Cleaner) -> Cleaner:
    """Run `clean` with the patient's id in the transaction that deletes a note, so that nothing made of it remains."""
    cleaners.append(clean)
    return clean
