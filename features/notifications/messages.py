"""What patients read. English only: nothing on a patient's record says which language they prefer."""

from dataclasses import dataclass
from uuid import UUID

# Subjects show on locked screens and in the logs of mail servers, so this one says nothing about anybody.
SUBJECT = "A new recommendation from your care team"

_LETTER = """\
Dear {name},

your care team has a new recommendation for you:

    {recommendation}

Please contact your care team to talk about it and to arrange what comes next. They will gladly answer your questions.

Kind regards,
Your care team

This message was sent automatically. Please do not reply to it.
"""
_TEXT = (
    "Dear {name}, your care team has a new recommendation for you: {recommendation}. "
    "Please contact your care team to talk about it. Kind regards, your care team"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A notification on its way out."""

    id: UUID
    channel: str
    recipient: str
    name: str
    subject: str
    body: str
    calendar: str | None = None  # iCalendar, for an e-mail to carry


def body_of(channel: str, *, name: str, recommendation: str) -> str:
    """The text of a notification: short where it is a text message, a letter elsewhere."""
    template = _TEXT if channel == "sms" else _LETTER
    return template.format(name=name, recommendation=recommendation)
