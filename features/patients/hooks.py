"""What higher slices hang on patients, without patients knowing them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.auth import need
from rounds.data import Read

Loader = Callable[[Sequence[UUID], Read], Awaitable[dict[UUID, Any]]]
Cleaner = Callable[[UUID, AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """What hangs on patients and can be answered with them."""

    load: Loader
    shows: Any
    missing: Callable[[], Any]
    scope: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What patients may have, by which they can be listed."""

    owners: Select[Any]
    scope: str


parts: dict[str, Part] = {}
holdings: dict[str, Holding] = {}
cleaners: list[Cleaner] = []


def includable(
    name: str,
    load: Loader,
    *,
    shows: Any = Any,
    missing: Callable[[], Any] = lambda: None,
    scope: str | None = None,
) -> None:
    """Offer `?include=name` on patients.

    Args:
        name: The name in the query and in the answer.
        load: Loads the parts of many patients in one query, by patient id.
        shows: The type of a patient's part, for the API's description.
        missing: What a patient gets for whom nothing was loaded, e.g. `list`.
        scope: What the caller needs besides `patients:read`; None for what belongs to the patient's own record.
    """
    if scope is not None:
        need(scope)
    parts[name] = Part(load, shows, missing, scope)


def listable_by(name: str, owners: Select[Any], *, scope: str) -> None:
    """Offer `?has=name` on lists of patients.

    Args:
        name: The name in the query.
        owners: The select of the patients' ids who have such a thing, as far as the caller may see them.
        scope: What the caller needs besides `patients:read`.
    """
    need(scope)
    holdings[name] = Holding(owners, scope)


def when_deleted(clean: Cleaner) -> Cleaner:
    """Run `clean` in the transaction that deletes a patient, so that nothing of the patient can be read after it."""
    cleaners.append(clean)
    return clean
