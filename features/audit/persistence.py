"""The SQL of reading the trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, cast, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlmodel import col

from features.audit.schema import AuditEventSort
from features.audit.tables import AuditEvent, AuditValue
from rounds.data import Query, Read
from rounds.listings import Listing

LISTING = Listing(
    "audit",
    select(
        col(AuditEvent.id),
        col(AuditEvent.at),
        col(AuditEvent.actor),
        col(AuditEvent.actor_id),
        col(AuditEvent.action),
        col(AuditEvent.resource),
        col(AuditEvent.resource_id),
        col(AuditEvent.patient_id),
        col(AuditEvent.patient_ids),
        col(AuditEvent.request_id),
        col(AuditEvent.outcome),
        col(AuditEvent.fields),
        col(AuditEvent.detail),
        col(AuditEvent.values_digest).is_not(None).label("has_values"),
    ),
    sorts={AuditEventSort.AT: col(AuditEvent.at)},
    default="-at",
    key=col(AuditEvent.id),
    sees_restricted=True,  # whoever reads the trail sees that there is a record, and nothing of it: see `shown`
)
_patient: Any = bindparam("patient_id", type_=Uuid)
FILTERS = {
    "patient_id": or_(col(AuditEvent.patient_id) == _patient, col(AuditEvent.patient_ids).op("@>")(array([_patient]))),
    "actor": col(AuditEvent.actor) == bindparam("actor"),
    "action": col(AuditEvent.action) == bindparam("action"),
    # The first half is what the index of everything but views knows.
    "action:other": and_(col(AuditEvent.action) != "view", col(AuditEvent.action) == bindparam("action")),
    "resource": col(AuditEvent.resource) == bindparam("resource"),
    "outcome": col(AuditEvent.outcome) == bindparam("outcome"),
    "outcome:other": and_(col(AuditEvent.outcome) != "success", col(AuditEvent.outcome) == bindparam("outcome")),
    "request_id": col(AuditEvent.request_id) == bindparam("request_id"),
    "since": col(AuditEvent.at) >= bindparam("since"),
    "until": col(AuditEvent.at) < bindparam("until"),
}
_VALUES = Query(
    select(col(AuditValue.event_id), cast(col(AuditValue.changes), Text).label("changes")).where(
        col(AuditValue.event_id) == any_(bindparam("ids", type_=ARRAY(Uuid))),
        col(AuditValue.at) >= bindparam("first"),
        col(AuditValue.at) <= bindparam("last"),
    ),
    sees_restricted=True,  # only asked for those whose records the caller may see
)


async def values_of(ids: Sequence[UUID], first: datetime, last: datetime, db: Read) -> dict[UUID, dict[str, list[Any]]]:
    """What the fields of these events held and hold, by event; without those that were erased.

    Args:
        ids: The events.
        first: When the earliest of them was recorded.
        last: When the latest was.
        db: Where to read.
    """
    rows = await db.all(_VALUES, ids=list(ids), first=first, last=last)
    return {row["event_id"]: orjson.loads(row["changes"]) for row in rows}
