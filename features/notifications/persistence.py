"""The SQL of notifications."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, any_, bindparam, case, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.notifications.schema import NotificationSort
from features.notifications.tables import Notification
from features.patients import PATIENTS, visible
from rounds.data import Query, Read, Row, metadata
from rounds.listings import Listing

SHOWN = (
    "id",
    "kind",
    "patient_id",
    "recommendation_id",
    "appointment_id",
    "channel",
    "status",
    "reason",
    "recipient",
    "subject",
    "body",
    "attempts",
    "created_at",
    "sent_at",
)
_TABLE = metadata.tables["notification"]
# What clients see where it is not what is stored: see `Notification.only_logged`.
_LOGGED = col(Notification.only_logged)
_STATUS = case((_LOGGED, "logged"), else_=col(Notification.status))
_SEEN: dict[str, ColumnElement[Any]] = {
    "status": _STATUS.label("status"),
    "sent_at": case((_LOGGED, null()), else_=col(Notification.sent_at)).label("sent_at"),
}
_ASKED_STATUS = bindparam("status", type_=Text)
_ROWS = select(*(_SEEN.get(name, _TABLE.c[name]) for name in SHOWN)).where(
    col(Notification.deleted_at).is_(None), visible(col(Notification.patient_id))
)
_BY_ID = Query(_ROWS.where(col(Notification.id) == bindparam("id")))

LISTING = Listing(
    "notifications",
    _ROWS,
    sorts={NotificationSort.CREATED_AT: col(Notification.created_at)},
    default="-created_at",
    key=col(Notification.id),
)
FILTERS = {
    "patient_id": col(Notification.patient_id) == bindparam("patient_id"),
    "recommendation_id": col(Notification.recommendation_id) == bindparam("recommendation_id"),
    "appointment_id": col(Notification.appointment_id) == bindparam("appointment_id"),
    "kind": col(Notification.kind) == bindparam("kind"),
    # The first half is what the index knows.
    "status": and_(
        col(Notification.status) == case((_ASKED_STATUS == "logged", "sent"), else_=_ASKED_STATUS),
        _ASKED_STATUS == _STATUS,
    ),
    "channel": col(Notification.channel) == bindparam("channel"),
}

# `not_delivered` was given up after the last attempt; whoever requeues the event wants it tried again.
_OPEN = "(status = 'pending' OR reason = 'not_delivered') AND deleted_at IS NULL"
_TO_SEND = Query(
    select(*(_TABLE.c[name] for name in ("id", "channel", "recipient", "subject", "body", "calendar")), PATIENTS.c.name)
    .join(PATIENTS, PATIENTS.c.id == col(Notification.patient_id))
    .where(col(Notification.id) == bindparam("id"), text(_OPEN.replace("deleted_at", "notification.deleted_at")))
)


async def find(notification_id: UUID, db: Read) -> Row | None:
    """The notification's row."""
    return await db.one(_BY_ID, id=notification_id)


async def find_to_send(notification_id: UUID, db: Read) -> Row | None:
    """What is needed to send a notification; None when it is not to be sent any more."""
    return await db.one(_TO_SEND, id=notification_id)


# In one order everywhere, so that two consumers do not wait for each other.
_RECIPIENTS = (
    select(PATIENTS.c.id, PATIENTS.c.name, PATIENTS.c.email, PATIENTS.c.phone)
    .where(PATIENTS.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(PATIENTS.c.id)
    .with_for_update(read=True)
)


async def hold_recipients(ids: Sequence[UUID], db: AsyncSession) -> dict[UUID, Mapping[str, Any]]:
    """How to reach those of these patients that there are; they stay until the end of the transaction."""
    found = await db.execute(_RECIPIENTS, {"ids": list(ids)})
    return {row["id"]: dict(row) for row in found.mappings()}


_ADDED = (
    "id",
    "kind",
    "patient_id",
    "recommendation_id",
    "appointment_id",
    "channel",
    "status",
    "reason",
    "recipient",
    "subject",
    "body",
    "calendar",
    "created_at",
)
_ADD = text(f"""
INSERT INTO notification ({", ".join(_ADDED)}, attempts)
SELECT *, 0 FROM unnest(
    CAST(:id AS uuid[]), CAST(:kind AS text[]), CAST(:patient_id AS uuid[]), CAST(:recommendation_id AS uuid[]),
    CAST(:appointment_id AS uuid[]), CAST(:channel AS text[]), CAST(:status AS text[]), CAST(:reason AS text[]),
    CAST(:recipient AS text[]), CAST(:subject AS text[]), CAST(:body AS text[]), CAST(:calendar AS text[]),
    CAST(:created_at AS timestamptz[])
)
ON CONFLICT (recommendation_id) DO NOTHING
RETURNING id
""")  # noqa: S608 - the only thing spliced in is a constant


async def add(rows: Sequence[Mapping[str, Any]], db: AsyncSession) -> set[UUID]:
    """Store new notifications; answers their ids, without those whose recommendation had one already."""
    return set(await db.scalars(_ADD, {name: [row[name] for row in rows] for name in _ADDED}))


_SENT = text(f"""
UPDATE notification
SET status = 'sent', reason = NULL, sent_at = :at, only_logged = :only_logged, attempts = attempts + 1
WHERE id = :id AND {_OPEN}
""")  # noqa: S608 - the only thing spliced in is a constant
_FAILED = text(f"""
UPDATE notification SET status = 'failed', reason = :reason, attempts = attempts + 1
WHERE id = :id AND {_OPEN}
""")  # noqa: S608 - the only thing spliced in is a constant
_TRIED = text(f"""
UPDATE notification SET attempts = attempts + 1 WHERE id = :id AND {_OPEN}
""")  # noqa: S608 - the only thing spliced in is a constant


async def note_sent(notification_id: UUID, at: datetime, *, only_logged: bool, db: AsyncSession) -> None:
    """The notification has been handed over; `only_logged`: to nobody but the log."""
    await db.execute(_SENT, {"id": notification_id, "at": at, "only_logged": only_logged})


async def note_failed(notification_id: UUID, reason: str, db: AsyncSession) -> None:
    """The notification will not be sent."""
    await db.execute(_FAILED, {"id": notification_id, "reason": reason})


async def note_tried(notification_id: UUID, db: AsyncSession) -> None:
    """Sending did not work out this time."""
    await db.execute(_TRIED, {"id": notification_id})


async def remove_of_patient(patient_id: UUID, at: datetime, db: AsyncSession) -> None:
    """Take what a patient was told out of every read, and cancel what is still to be sent."""
    mine = update(_TABLE).where(_TABLE.c["patient_id"] == patient_id, _TABLE.c["deleted_at"].is_(None))
    await db.execute(mine.where(_TABLE.c["status"] == "pending").values(status="cancelled"))
    await db.execute(mine.values(deleted_at=at))
