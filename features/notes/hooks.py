"""What higher slices do when a note goes, without notes knowing them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

Cleaner = Callable[[UUID, UUID, AsyncSession], Awaitable[None]]

cleaners: list[Cleaner] = []


def when_note_deleted(clean: Cleaner) -> Cleaner:
    """Run `clean` with the ids of patient and note in the transaction that deletes it: nothing made of it remains."""
    cleaners.append(clean)
    return clean
