"""E-mail over SMTP (RFC 5321)."""

from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib

from features.notifications.messages import Message
from rounds import clock
from rounds.settings import Misconfigured, Settings

TIMEOUT_SECONDS = 20.0
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409 and RFC 8314


class Refused(Exception):  # noqa: N818 - an answer, not a mistake
    """The message will never be taken; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SmtpAdapter:
    """Sends each message on a connection of its own: there are few, and nothing then needs to be kept alive."""

    sender: Address
    connection: dict[str, Any]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The adapter that the settings describe.

        Raises:
            Misconfigured: naming the variable to set or correct.
        """
        if settings.smtp_url is None:
            raise Misconfigured("ROUNDS_SMTP_URL is not set; ROUNDS_EMAIL_ADAPTER=smtp needs it.")
        if settings.email_from is None:
            raise Misconfigured("ROUNDS_EMAIL_FROM is not set; ROUNDS_EMAIL_ADAPTER=smtp needs it.")
        return cls(_sender_of(settings.email_from), _connection_of(settings.smtp_url.get_secret_value()))

    async def send(self, message: Message) -> Literal["sent"]:
        """Hand the message to the mail server.

        Raises:
            Refused: when the server says that it will never take it.
            aiosmtplib.SMTPException: when it may take it later.
        """
        mail = self.written(message)
        try:
            await aiosmtplib.send(
                mail, sender=self.sender.addr_spec, recipients=[_address_of(message).addr_spec], **self.connection
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(each.code >= 500 for each in error.recipients):
                raise Refused("recipient_refused") from None
            raise  # e.g. a greylist, which wants to see us again
        except aiosmtplib.SMTPDataError as error:
            if error.code >= 500:
                raise Refused("message_refused") from None
            raise
        except aiosmtplib.SMTPNotSupported:  # an address with letters that this server cannot write
            raise Refused("address_unusable") from None
        return "sent"

    def written(self, message: Message) -> EmailMessage:
        """The message as mail. Headers are structured values, in which a line break is refused, not written."""
        mail = EmailMessage(policy=SMTP)
        try:
            mail["From"] = self.sender
            mail["To"] = _address_of(message)
            mail["Subject"] = message.subject
        except (ValueError, MessageError):
            raise Refused("address_unusable") from None
        mail["Date"] = format_datetime(clock.now())
        # The same each time it is tried, so that a mailbox can tell a repetition.
        mail["Message-ID"] = f"<{message.id}@{self.sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers this
        mail.set_content(message.body)
        if message.calendar is not None:
            mail.add_attachment(
                message.calendar.encode(),
                maintype="text",
                subtype="calendar",
                filename="appointment.ics",
                params={"charset": "utf-8"},
            )
        return mail


def _address_of(message: Message) -> Address:
    """Whom it is for; domains in their ASCII form, which every server can read."""
    local, _, domain = message.recipient.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    try:
        return Address(message.name, username=local, domain=domain)
    except (ValueError, MessageError):
        raise Refused("address_unusable") from None


def _sender_of(text: str) -> Address:
    try:
        (address,) = SMTP.header_factory("From", text).addresses
        address.addr_spec.encode("ascii")
    except (ValueError, IndexError, MessageError):
        address = None
    if address is None or not (address.username and address.domain and text.isprintable()):
        raise Misconfigured("ROUNDS_EMAIL_FROM is not an e-mail address; write one like `Rounds <rounds@example.org>`.")
    found: Address = address
    return found


def _connection_of(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise Misconfigured("ROUNDS_SMTP_URL cannot be read; write it like smtp://user:password@host:587.") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise Misconfigured("ROUNDS_SMTP_URL cannot be read; write it like smtp://user:password@host:587.")
    if options not in ({}, {"tls": "off"}) or (options and parts.scheme == "smtps"):
        raise Misconfigured("ROUNDS_SMTP_URL knows one option, ?tls=off, and that for smtp:// only.")
    here = _is_loopback(parts.hostname)
    demanded = None if here else True  # None: if the server offers it
    return {
        "hostname": parts.hostname,
        "port": port or _DEFAULT_PORTS[parts.scheme],
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": False if options or parts.scheme == "smtps" else demanded,
        # Nobody stands between us and this machine, and mail servers on it rarely have a certificate for its name.
        "validate_certs": not here,
        "timeout": TIMEOUT_SECONDS,
    }


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
