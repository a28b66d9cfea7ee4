"""The work that notifications hand to the consumer."""

from uuid import UUID

from rounds.events import Event


class NotificationQueued(Event):
    """A notification is written and is to be sent."""

    type = "rounds.notification.queued"
    public = False

    notification_id: UUID
