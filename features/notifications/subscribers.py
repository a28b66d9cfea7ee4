"""What is done about recommendations and appointments: they are logged, told to the patient, and counted."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from features.appointments import AppointmentEvent
from features.break_glass import BreakGlassUsed
from features.evaluate import RecommendationGenerated, origins_of_recommendations
from features.notifications import handler
from features.notifications.adapters import Adapters
from features.notifications.appointment_messages import TOLD, notify_of_appointments
from features.notifications.auditors import tell_auditors
from features.notifications.events import NotificationQueued
from rounds.events import Received, subscribe, subscribe_leased
from rounds.events.subscriber_context import SubscriberContext

# With the waits between them this is a mail server's absence of some four hours.
SEND_ATTEMPTS = 30

_log = structlog.get_logger("features.notifications")


@subscribe(RecommendationGenerated, name="recommendation-log", batch=200)
async def log(received: Sequence[Received[RecommendationGenerated]], db: AsyncSession) -> None:
    """Log that there are recommendations, by their ids; never by a number that others gave a patient."""
    origins = await origins_of_recommendations([each.event.recommendation_id for each in received], db)
    for each in received:
        origin = origins.get(each.event.recommendation_id)
        _log.info(
            "recommendation.generated",
            event_id=str(each.id),
            recommendation_id=str(each.event.recommendation_id),
            patient_id=str(origin.patient_id) if origin and origin.patient_id else None,
        )


@subscribe(RecommendationGenerated, name="notify", batch=50)
async def notify(received: Sequence[Received[RecommendationGenerated]], db: AsyncSession) -> None:
    """Write what the patients are told."""
    await handler.notify(received, db=db)


@subscribe(*TOLD, name="notify-appointments", batch=50)
async def notify_appointments(received: Sequence[Received[AppointmentEvent]], db: AsyncSession) -> None:
    """Write what the patients are told about appointments."""
    await notify_of_appointments(received, db=db)


@subscribe_leased(NotificationQueued, name="send", attempts=SEND_ATTEMPTS, patience=timedelta(seconds=60), parallel=4)
async def send(received: Received[NotificationQueued], context: SubscriberContext) -> None:
    """Hand a notification to whoever carries it."""
    last = received.attempt >= SEND_ATTEMPTS
    await handler.send_notification(
        received.event.notification_id,
        last_attempt=last,
        adapters=context.long_lived[Adapters],
        database=context.database,
        counters=context.counters,
    )


@subscribe_leased(
    BreakGlassUsed, name="notify-auditors", attempts=SEND_ATTEMPTS, patience=timedelta(seconds=60), parallel=1
)
async def notify_auditors(received: Received[BreakGlassUsed], context: SubscriberContext) -> None:
    """Tell the auditors that a restricted record was opened."""
    await tell_auditors(received.event, context)


@subscribe(RecommendationGenerated, name="analytics", batch=200)
async def count(received: Sequence[Received[RecommendationGenerated]], db: AsyncSession) -> None:
    """Count recommendations."""
    await handler.tally_recommendations(received, db=db)
