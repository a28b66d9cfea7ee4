"""Reading the trail, and verifying it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from features.audit import persistence, verifying, verifying_persistence
from features.audit.anchor import Anchor
from features.audit.problems import BACKWARDS, BrokenChain
from features.audit.schema import AuditEventRead, AuditFieldChange, AuditQuery, AuditVerification, BrokenAuditTrail
from features.audit.verifying import Verified
from rounds.audit import AuditOutcome, report
from rounds.data import Read, Row
from rounds.data.turns import Turns
from rounds.listings import Cursors, Found
from rounds.problems import invalid
from rounds.protection import hidden_among

_EXACT = ("patient_id", "actor", "resource", "request_id", "since", "until")
# It reads everything; one at a time leaves the database to the others.
_turns = Turns(1, waiting=3, seconds=30.0)


async def list_events(query: AuditQuery, *, reads: Read, cursors: Cursors) -> Found[AuditEventRead]:
    """One page of the trail.

    Raises:
        InvalidFields: when the time asked for ends before it begins.
    """
    if query.since is not None and query.until is not None and query.until <= query.since:
        raise invalid("?from", BACKWARDS())
    values: dict[str, Any] = query.model_dump(include={*_EXACT, "action", "outcome"}, exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values if name in _EXACT}
    for name, common in (("action", "view"), ("outcome", "success")):
        if name in values:
            shape = name if values[name] == common else f"{name}:other"
            where[shape] = persistence.FILTERS[shape]
            values[name] = str(values[name])
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.showing(await _shown(found.data, asked=query.patient_id, reads=reads))


def _patients(row: Row) -> list[UUID]:
    return [row["patient_id"]] if row["patient_id"] is not None else row["patient_ids"] or []


async def _shown(rows: Sequence[Row], *, asked: UUID | None, reads: Read) -> list[AuditEventRead]:
    """The events as clients see them, with what changed fields held.

    Args:
        rows: Their rows.
        asked: The patient who was asked about, whom an event of several shows as its own.
        reads: Where to read.
    """
    changed = [row for row in rows if row["has_values"]]
    # What a restricted record held is not for those who may not see it, wherever it stands.
    hidden = await hidden_among({each for row in changed for each in _patients(row)}, reads)
    changed = [row for row in changed if hidden.isdisjoint(_patients(row))]
    values: dict[UUID, dict[str, list[Any]]] = {}
    if changed:
        moments = [row["at"] for row in changed]
        values = await persistence.values_of([row["id"] for row in changed], min(moments), max(moments), reads)
    events = []
    for row in rows:
        held = values.get(row["id"])
        changes = (
            None
            if held is None
            else {name: AuditFieldChange(before=pair[0], after=pair[1]) for name, pair in held.items()}
        )
        several = row["patient_ids"]
        events.append(
            AuditEventRead(
                **{name: row[name] for name in AuditEventRead.model_fields if name in row and name != "fields"}
                | {
                    "patient_id": asked if several and asked is not None else row["patient_id"],
                    "fields": row["fields"] or [],
                    "changes": changes,
                }
            )
        )
    return events


async def verify_trail(anchor: str | None, *, reads: Read) -> AuditVerification:
    """Compute the chain again, and say what is wrong first."""
    done, broken = Verified(), None
    async with _turns.turn():
        try:
            async for step in verifying.verify(reads, anchor=Anchor.parse(anchor) if anchor else None):
                done = step
        except BrokenChain as found:
            broken = BrokenAuditTrail(kind=found.kind, name=found.name, why=found.why)
        retired = await verifying_persistence.retired_months(reads)
    report("verify", "audit_trail", outcome=AuditOutcome.SUCCESS if broken is None else AuditOutcome.FAILED)
    return AuditVerification(
        valid=broken is None,
        broken=broken,
        seals=done.links,
        events=done.events,
        unsealed=done.unsealed,
        head=str(done.head) if done.head else None,
        sealed_until=done.sealed_until,
        retired=sorted(retired),
    )
