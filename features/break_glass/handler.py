"""The rules of break-glass: who may open a restricted record, for how long, and who judges it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.break_glass import persistence
from features.break_glass.events import BreakGlassUsed
from features.break_glass.problems import AlreadyReviewed, OwnUse, UseNotFound
from features.break_glass.schema import BreakGlassReview, BreakGlassUseRead, UseQuery
from rounds import clock
from rounds.audit import circumstances, record
from rounds.auth import Actor, Role
from rounds.data import Read, new_id
from rounds.events import publish
from rounds.listings import Cursors, Found

OPEN_FOR = timedelta(minutes=60)
# Those who treat patients. An administrator runs the system, and has no patient who could be in danger.
MAY_OPEN = frozenset({Role.CLINICIAN.value, Role.NURSE.value})


def may_open(actor: Actor) -> bool:
    """Whether this account may open restricted records, with a reason."""
    return bool(MAY_OPEN.intersection(actor.roles))


async def open_record(
    patient_id: UUID, reason: str, *, actor: Actor, request_id: str | None, db: AsyncSession
) -> UUID | None:
    """Open a restricted record to an account for `OPEN_FOR`; answers the use, or None when it stands open already.

    Of several requests at the same time one opens it, and the others find it open.
    """
    await persistence.hold(patient_id, actor.id, db)
    now = clock.now()
    if await persistence.is_open(patient_id, actor.id, now, db):
        return None
    use: dict[str, Any] = {
        "id": new_id(),
        "patient_id": patient_id,
        "actor_id": actor.id,
        "actor": actor.username,
        "reason": reason,
        "request_id": request_id,
        "opened_at": now,
        "expires_at": now + OPEN_FOR,
    }
    await persistence.add(use, db)
    await _record_use(use, db)
    await publish(BreakGlassUsed(use_id=use["id"], patient_id=patient_id, actor_id=actor.id), db)
    return use["id"]  # type: ignore[no-any-return]  # it is a UUID


async def _record_use(use: Mapping[str, Any], db: AsyncSession) -> None:
    now = circumstances()
    has_changed = now.changed
    await record("break_glass", "patient", db, resource_id=use["id"], patient_id=use["patient_id"])
    now.changed = has_changed  # what the request goes on to show is a view all the same


async def close_record(patient_id: UUID, *, db: AsyncSession) -> None:
    """End every opening of a record, as when it is restricted anew."""
    await persistence.close_of_patient(patient_id, clock.now(), db)


async def list_uses(query: UseQuery, *, reads: Read, cursors: Cursors) -> Found[BreakGlassUseRead]:
    """One page of uses."""
    values = query.model_dump(
        include={"patient_id", "actor_id", "actor", "outcome", "since", "until"}, exclude_none=True
    )
    where = {name: persistence.FILTERS[name] for name in values}
    if query.reviewed is not None:
        name = f"reviewed:{query.reviewed}"
        where[name] = persistence.FILTERS[name]
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(BreakGlassUseRead)


async def read_use(use_id: UUID, *, reads: Read) -> BreakGlassUseRead:
    """A use.

    Raises:
        UseNotFound: when there is none.
    """
    row = await persistence.find(use_id, reads)
    if row is None:
        raise UseNotFound
    return BreakGlassUseRead(**row)


async def review_use(use_id: UUID, review: BreakGlassReview, *, actor: Actor, db: AsyncSession) -> BreakGlassUseRead:
    """Note what a review made of a use.

    Raises:
        UseNotFound: when there is none.
        OwnUse: when the reviewer is who opened the record.
        AlreadyReviewed: when somebody has.
    """
    use = await persistence.lock(use_id, db)
    if use is None:
        raise UseNotFound
    if use.actor_id == actor.id:
        raise OwnUse
    if use.reviewed_at is not None:
        raise AlreadyReviewed
    use.reviewed_at, use.reviewed_by = clock.now(), actor.id
    use.outcome, use.comment = review.outcome.value, review.comment
    await db.flush()
    change = {"outcome": (None, use.outcome)}
    await record("review", "break_glass", db, resource_id=use.id, patient_id=use.patient_id, changes=change)
    return BreakGlassUseRead(**{name: getattr(use, name) for name in persistence.SHOWN})
