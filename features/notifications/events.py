"""The work that notifications hand to the consumer."""

from uuid import UUID

from rounds.events import Event


class NotificationQueued(Event):
    """A notification is written and is to be sent."""

    type = "rounds.notification.queued"
    public = False

    notification_id: UUID
    # Whose it is, so that it is erased with them; what an earlier version queued does not say.
    patient_id: UUID | None = None
