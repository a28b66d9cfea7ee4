"""What higher slices hang on patients, without patients knowing them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from rounds.database import Read

Loader = Callable[[Sequence[UUID], Read], Awaitable[dict[UUID, Any]]]
Cleaner = Callable[[UUID, AsyncSession], Awaitable[None]]

loaders: dict[str, tuple[Loader, Callable[[], Any]]] = {}
cleaners: list[Cleaner] = []


def includable(name: str, load: Loader, *, missing: Callable[[], Any] = lambda: None) -> None:
    """Offer `?include=name` on patients.

    Args:
        name: The name in the query and in the answer.
        load: Loads the parts of many patients in one query, by patient id.
        missing: What a patient gets for whom nothing was loaded, e.g. `list`.
    """
    loaders[name] = (load, missing)


def when_deleted(clean: Cleaner) -> Cleaner:
    """Run `clean` in the transaction that deletes a patient, so that nothing of the patient can be read after it."""
    cleaners.append(clean)
    return clean
