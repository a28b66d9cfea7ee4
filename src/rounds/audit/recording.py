"""Recording a change in the transaction of the change, and what is no change of a record: failures, refusals, exports.

Where the trail is kept is the business of the slice that keeps it; it says so with `kept_by`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from sqlalchemy import inspect
from sqlmodel import SQLModel

from rounds.audit.circumstances import circumstances
from rounds.audit.event import MOST_PATIENTS, AuditEvent, AuditOutcome
from rounds.data import AnyTransaction


class Store(Protocol):
    """Where the trail is kept."""

    async def add(self, events: Sequence[AuditEvent], db: AnyTransaction) -> None:
        """Store events in a transaction."""

    async def add_views(self, events: Sequence[AuditEvent], connection: "asyncpg.Connection[Any]") -> None:
        """Store events that changed nothing; all of them or none."""


_stores: list[Store] = []


def kept_by(store: Store) -> None:
    """Keep the trail there."""
    _stores[:] = [store]


def the_store() -> Store:
    """Where the trail is kept.

    Raises:
        LookupError: when no slice keeps one.
    """
    if not _stores:
        raise LookupError("no slice keeps the audit trail")
    return _stores[0]


Changes = Mapping[str, tuple[Any, Any]]
"""By the name of each field: what it held before, and what it holds now."""

UNSAID = frozenset({"id", "version", "created_at", "updated_at"})


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, secret: Iterable[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """What changed from `before` to `after`; of what is new or gone, everything it has.

    Args:
        before: The values before, or None of what is new.
        after: The values afterwards, or None of what is gone.
        secret: Fields whose values the trail must not hold, such as passwords: that they changed is said, not how.
    """
    hidden, left, right = set(secret), before or {}, after or {}
    found = {}
    for name in dict.fromkeys((*left, *right)):
        if name in UNSAID or left.get(name) == right.get(name):
            continue
        found[name] = (None, None) if name in hidden else (left.get(name), right.get(name))
    return found


def changes_of(row: SQLModel) -> dict[str, tuple[Any, Any]]:
    """What was set of a row since it was read, before it is flushed; of a new row, all that it has."""
    found = {}
    for attribute in inspect(row).attrs:
        history = attribute.history
        if attribute.key not in UNSAID and history.has_changes():
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                found[attribute.key] = (before, after)
    return found


async def record(
    action: str,
    resource: str,
    db: AnyTransaction,
    *,
    resource_id: object = None,
    patient_id: UUID | None = None,
    patients: Iterable[UUID] = (),
    changes: Changes | None = None,
    fields: Iterable[str] = (),
    detail: str | None = None,
    outcome: AuditOutcome = AuditOutcome.SUCCESS,
) -> UUID:
    """Record what `db` does in its transaction: both are kept, or neither. Answers the event's id.

    Who does it, and in which request, is known from the circumstances (`acting_as` outside of requests).

    Args:
        action: `create`, `update`, `delete`, or the slice's own verb, e.g. `transition`.
        resource: The kind of thing it was done to.
        db: The transaction in which it is done.
        resource_id: Which one.
        patient_id: Whose record it belongs to; None for what belongs to no patient.
        patients: Instead, whose records, when they are several.
        changes: What the changed fields held and hold, as from `differences`. Kept where an erasure finds it.
        fields: The names alone, where the values must not be kept twice, e.g. of a note's text.
        detail: Fixed words that say more; never personal data, for it cannot be erased.
        outcome: How it turned out.
    """
    now = circumstances()
    whose = (patient_id,) if patient_id is not None else tuple(dict.fromkeys(patients))
    events = []
    for start in range(0, len(whose) or 1, MOST_PATIENTS):
        event = now.event(
            action,
            resource,
            resource_id=resource_id,
            patients=whose[start : start + MOST_PATIENTS],
            outcome=outcome,
            detail=detail,
        )
        event.fields = tuple(dict.fromkeys((*(changes or ()), *fields)))
        if changes:
            event.values = {name: list(pair) for name, pair in changes.items()}
        events.append(event)
    await the_store().add(events, db)
    now.changed = True
    return events[0].id


def report(
    action: str,
    resource: str,
    *,
    resource_id: object = None,
    patients: Iterable[UUID] = (),
    outcome: AuditOutcome = AuditOutcome.SUCCESS,
    detail: str | None = None,
) -> None:
    """Note what happened in a request and belongs to no transaction of its own, e.g. that something was refused.

    It is written with the views of the next moment, also when the request's transaction is rolled back.
    """
    now = circumstances()
    if now.views is not None:
        now.views.add(
            now.event(
                action,
                resource,
                resource_id=resource_id,
                patients=tuple(dict.fromkeys(patients)),
                outcome=outcome,
                detail=detail,
            )
        )
