"""The rules of notifications and analytics."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.evaluate import Origin, RecommendationGenerated, origins_of_recommendations
from features.notifications import messages, persistence, tally
from features.notifications.adapters import Adapters
from features.notifications.problems import BACKWARDS, TOO_LONG, NotificationNotFound
from features.notifications.queueing import queue
from features.notifications.schema import AnalyticsQuery, NotificationQuery, NotificationRead, RecommendationAnalytics
from features.notifications.smtp import Refused
from rounds import clock
from rounds.cache import Cache, renew
from rounds.data import Database, Read, new_id
from rounds.events import Received
from rounds.listings import Cursors, Found
from rounds.observability.counters import Counters
from rounds.problems import invalid

DEFAULT_DAYS = 30
LONGEST_DAYS = 5 * 366
_KEPT_SECONDS = 3600
_COUNTER = "rounds_notifications_total"
_COUNTED = "Attempts to send a notification, by channel and by what became of them."


async def read_notification(notification_id: UUID, *, reads: Read) -> NotificationRead:
    """A notification.

    Raises:
        NotificationNotFound: when there is none.
    """
    row = await persistence.find(notification_id, reads)
    if row is None:
        raise NotificationNotFound
    return NotificationRead(**dict(row))


async def list_notifications(query: NotificationQuery, *, reads: Read, cursors: Cursors) -> Found[NotificationRead]:
    """One page of notifications."""
    values = query.model_dump(include=set(persistence.FILTERS), exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(NotificationRead)


async def notify(received: Sequence[Received[RecommendationGenerated]], *, db: AsyncSession) -> None:
    """Write the notification of each recommendation, and queue those that can be sent.

    Whose patient has been deleted meanwhile, or never was stored, has none.
    """
    at = clock.now()
    origins = await origins_of_recommendations([each.event.recommendation_id for each in received], db)
    whom = {recommendation: origin.patient_id for recommendation, origin in origins.items() if origin.patient_id}
    patients = await persistence.hold_recipients(list(set(whom.values())), db) if whom else {}
    rows = []
    for each in received:
        event = each.event
        patient_id = whom.get(event.recommendation_id)
        patient = patients.get(patient_id) if patient_id else None
        if patient is None:
            continue
        channel = "email" if patient["email"] else "sms" if patient["phone"] else "none"
        body = messages.body_of(channel, name=patient["name"], recommendation=event.recommendation)
        rows.append(
            {
                "id": new_id(),
                "kind": "recommendation",
                "patient_id": patient_id,
                "recommendation_id": event.recommendation_id,
                "appointment_id": None,
                "channel": channel,
                "status": "undeliverable" if channel == "none" else "pending",
                "reason": "no_address" if channel == "none" else None,
                "recipient": patient["email"] or patient["phone"] or None,
                "subject": messages.SUBJECT,
                "body": body,
                "calendar": None,
                "created_at": at,
            }
        )
    await queue(rows, db)


async def send_notification(
    notification_id: UUID, *, last_attempt: bool, adapters: Adapters, database: Database, counters: Counters
) -> None:
    """Hand a notification to its adapter, unless that has been done or its patient has been deleted.

    What became of it is counted by channel: `sent`, `logged` (nothing left the house), `refused`, `retried`, or
    `given_up`. Whoever dies between handing over and noting it hands over again; the message then has the same id.

    Raises:
        Exception: whatever the adapter raises that may pass; it is to be tried again.
    """
    row = await persistence.find_to_send(notification_id, database.reads)
    if row is None:
        return
    message = messages.Message(**dict(row))

    def count(outcome: str) -> None:
        counters.count(_COUNTER, _COUNTED, channel=message.channel, outcome=outcome)

    try:
        outcome = await adapters.serving(message.channel).send(message)
    except Refused as refusal:
        count("refused")
        async with database.transaction() as db:
            await persistence.note_failed(notification_id, refusal.reason, db)
    except Exception:
        count("given_up" if last_attempt else "retried")
        async with database.transaction() as db:
            if last_attempt:
                await persistence.note_failed(notification_id, "not_delivered", db)
            else:
                await persistence.note_tried(notification_id, db)
        raise
    else:
        async with database.transaction() as db:
            await persistence.note_sent(notification_id, clock.now(), only_logged=outcome == "logged", db=db)
        count(outcome)


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """What a deleted patient was told leaves every read with the patient, and what was not sent is not sent."""
    await persistence.remove_of_patient(patient_id, clock.now(), db)


async def tally_recommendations(received: Sequence[Received[RecommendationGenerated]], *, db: AsyncSession) -> None:
    """Count recommendations, each by its day in UTC and by its rule."""
    origins = await origins_of_recommendations([each.event.recommendation_id for each in received], db)
    unknown = Origin(rule=None, patient_id=None, person=None)
    rows = [
        {
            "event_id": each.id,
            "patient_id": origin.person,
            "rule": origin.rule,
            "occurred_on": each.event.timestamp.astimezone(UTC).date(),
            "occurred_at": each.event.timestamp,
        }
        for each in received
        for origin in [origins.get(each.event.recommendation_id, unknown)]
    ]
    await tally.add(rows, db)
    await renew(tally.GENERATION, db)


def _period(query: AnalyticsQuery) -> tuple[date, date]:
    """The first and the last day asked for.

    Raises:
        InvalidFields: when they are the wrong way round, or too far apart.
    """
    until = query.until or clock.today()
    since = query.since or date.fromordinal(max(until.toordinal() - DEFAULT_DAYS + 1, 1))
    if since > until:
        raise invalid("?from", BACKWARDS())
    if until - since > timedelta(days=LONGEST_DAYS):
        raise invalid("?from", TOO_LONG())
    return since, until


async def count_recommendations(query: AnalyticsQuery, *, reads: Read, cache: Cache) -> RecommendationAnalytics:
    """How many recommendations were made in a period, by day or by rule.

    Raises:
        InvalidFields: when the period is the wrong way round, or too long.
    """
    since, until = _period(query)

    async def load() -> dict[str, Any]:
        *groups, whole = await tally.count(query.group_by, since, until, reads)
        counts = [
            {
                query.group_by: group["key"],
                "recommendations": group["recommendations"],
                "patients": group["patients"],
            }
            for group in groups
        ]
        total = {"recommendations": whole["recommendations"], "patients": whole["patients"]}
        return {"group_by": query.group_by, "from": since, "to": until, "data": counts, "total": total}

    # The days stand in the identity as dates: what was "the last 30 days" yesterday is another question today.
    identity = {"from": since.isoformat(), "to": until.isoformat(), "group_by": query.group_by}
    found = await cache.through(
        "recommendation-analytics", identity, load, generation=tally.GENERATION, ttl_seconds=_KEPT_SECONDS
    )
    return RecommendationAnalytics.model_validate(found)
