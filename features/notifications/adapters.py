"""How messages leave the house: one small protocol, and which adapter serves which channel."""

from dataclasses import dataclass
from typing import Literal, Protocol, Self

import structlog

from features.notifications.messages import Message
from features.notifications.smtp import SmtpAdapter
from rounds.settings import Settings

_log = structlog.get_logger("features.notifications")


# What became of a message: somebody carries it to the patient, or nothing but the log knows of it.
Outcome = Literal["sent", "logged"]


class Adapter(Protocol):
    """Hands messages over to whoever carries them."""

    async def send(self, message: Message) -> Outcome:
        """Hand `message` over, and say whether that means that it is on its way.

        Raises:
            Refused: when it will never be taken. Anything else that is raised may pass, and is tried again.
        """
        ...


class LogAdapter:
    """Sends nothing and only notes that there is something; whom it is for and what it says is not in the log."""

    async def send(self, message: Message) -> Outcome:
        """Note the message."""
        _log.info("notification.logged", notification_id=str(message.id), channel=message.channel)
        return "logged"


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters of a process, by channel."""

    email: Adapter
    sms: Adapter

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The adapters that the settings choose.

        Raises:
            Misconfigured: when the one chosen for e-mail lacks what it needs.
        """
        email: Adapter = SmtpAdapter.of(settings) if settings.email_adapter == "smtp" else LogAdapter()
        return cls(email=email, sms=LogAdapter())

    def serving(self, channel: str) -> Adapter:
        """The adapter that serves a channel."""
        return {"email": self.email, "sms": self.sms}[channel]
