"""E-mail, to a real mail server on loopback; and what stops a start that could not send any."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from fastapi import FastAPI
from pydantic import SecretStr

from features.notifications import Adapters, Message, Refused, smtp
from features.notifications.startup import prepare
from rounds.data import new_id
from rounds.settings import Misconfigured, Settings


class Mailbox:
    """Accepts everything, or answers what it is told to."""

    def __init__(self):
        self.mails = []
        self.recipient_answer = None
        self.data_answer = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.data_answer:
            return self.data_answer
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox, port: int) -> Iterator[Controller]:
    """A mail server, not yet started."""
    server = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=30)
    yield server
    if server.server is not None:
        server.stop()


def by_smtp(settings: Settings, url: str, sender: str | None = "Rounds <rounds@example.org>") -> Settings:
    return settings.model_copy(
        update={"email_adapter": "smtp", "smtp_url": SecretStr(url) if url else None, "email_from": sender}
    )


@pytest.fixture(autouse=True)
def configured(app: FastAPI, settings: Settings, port: int) -> None:
    app.state.long_lived.hold(Adapters.of(by_smtp(settings, f"smtp://127.0.0.1:{port}")))


async def test_a_message_arrives_as_it_was_written(ward, server, mailbox):
    server.start()
    patient = await ward.patient(name="Zoë Łukasiewicz-Ó’Brien", email="zoe.l@bücher.example")
    await ward.recommend(patient, "Weight Management Program – 12 weeks")
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"]) == ("sent", 1)
    ((sender, recipients, mail),) = mailbox.mails
    assert (sender, recipients) == ("rounds@example.org", ["zoe.l@xn--bcher-kva.example"])
    assert mail["From"] == "Rounds <rounds@example.org>"
    (to,) = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Zoë Łukasiewicz-Ó’Brien", "zoe.l@xn--bcher-kva.example")
    assert mail["Subject"] == told["subject"]
    assert mail["Message-ID"] == f"<{told['id']}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.tzinfo is not None
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").strip() == told["body"].strip()
    assert "Zoë Łukasiewicz-Ó’Brien" in told["body"]


async def test_a_recipient_who_is_refused_fails_at_once(ward, server, mailbox):
    server.start()
    mailbox.recipient_answer = "550 5.1.1 no such user"
    await ward.recommend(await ward.patient())
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["reason"], told["attempts"]) == ("failed", "recipient_refused", 1)
    assert await ward.deliveries("send") == {"delivered": 1}


async def test_a_message_that_is_refused_fails_at_once(ward, server, mailbox):
    server.start()
    mailbox.data_answer = "554 5.7.1 looks like spam"
    await ward.recommend(await ward.patient())
    await ward.deliver()
    assert ((await ward.only())["reason"], mailbox.mails) == ("message_refused", [])


@pytest.mark.parametrize("answer", ["recipient_answer", "data_answer"])
async def test_who_is_put_off_is_tried_again(ward, server, mailbox, answer):
    server.start()
    setattr(mailbox, answer, "451 4.7.1 greylisted, come back later")
    await ward.recommend(await ward.patient())
    await ward.deliver()
    assert ((await ward.only())["status"], await ward.deliveries("send")) == ("pending", {"pending": 1})
    setattr(mailbox, answer, None)
    await ward.make_due()
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"], len(mailbox.mails)) == ("sent", 2, 1)


async def test_while_the_server_is_away_messages_wait(ward, server, mailbox):
    await ward.recommend(await ward.patient())
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"]) == ("pending", 1)
    server.start()
    await ward.make_due()
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"]) == ("sent", 2)
    assert [mail["Message-ID"] for _, _, mail in mailbox.mails] == [f"<{told['id']}@example.org>"]


async def test_an_address_with_other_letters_is_used_where_the_server_can_write_it(ward, server, mailbox):
    server.start()
    await ward.recommend(await ward.patient(email="zoë@example.org"))
    await ward.deliver()
    ((_, recipients, _),) = mailbox.mails
    assert ((await ward.only())["status"], recipients) == ("sent", ["zoë@example.org"])


async def test_an_address_the_server_cannot_write_fails_and_says_so(ward, server, mailbox):
    server.SMTP_kwargs["enable_SMTPUTF8"] = False
    server.start()
    await ward.recommend(await ward.patient(email="zoë@example.org"))
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["reason"], mailbox.mails) == ("failed", "address_unusable", [])


@pytest.fixture
def adapter(settings: Settings) -> smtp.SmtpAdapter:
    return smtp.SmtpAdapter.of(by_smtp(settings, "smtp://localhost"))


def message(**more) -> Message:
    return Message(
        **{
            "id": new_id(),
            "channel": "email",
            "recipient": "a@example.org",
            "name": "A",
            "subject": "S",
            "body": "B",
            **more,
        }
    )


@pytest.mark.parametrize("name", ["A\r\nBcc: everybody@example.org", "A\nX: y"])
@pytest.mark.parametrize("field", ["name", "subject", "recipient"])
def test_nobody_writes_headers_of_their_own(adapter, field, name):
    with pytest.raises(Refused) as refusal:
        adapter.written(message(**{field: f"{name}@example.org" if field == "recipient" else name}))
    assert refusal.value.reason == "address_unusable"


def test_special_characters_in_names_stay_names(adapter):
    mail = message_from_bytes(bytes(adapter.written(message(name='A" <x@example.org>, B'))), policy=default)
    (to,) = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == ('A" <x@example.org>, B', "a@example.org")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", {"port": 587, "use_tls": False, "start_tls": True, "validate_certs": True}),
        ("smtps://mail.example.org", {"port": 465, "use_tls": True, "start_tls": False, "validate_certs": True}),
        ("smtp://mail.example.org:25?tls=off", {"port": 25, "start_tls": False}),
        ("smtp://localhost:1025", {"port": 1025, "start_tls": None, "validate_certs": False}),
        ("smtp://[::1]", {"hostname": "::1", "start_tls": None}),
        ("smtp://us%40er:p%2Fw@mail.example.org", {"username": "us@er", "password": "p/w"}),
    ],
)
def test_the_address_of_the_server_says_how_to_speak_to_it(settings, url, expected):
    connection = smtp.SmtpAdapter.of(by_smtp(settings, url)).connection
    assert {name: connection[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "sender", "variable"),
    [
        ("", "a@example.org", "ROUNDS_SMTP_URL"),
        ("mail.example.org", "a@example.org", "ROUNDS_SMTP_URL"),
        ("http://mail.example.org", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtp://", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtp://mail.example.org:port", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtp://mail.example.org?tls=maybe", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtp://mail.example.org?tls", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtps://mail.example.org?tls=off", "a@example.org", "ROUNDS_SMTP_URL"),
        ("smtp://mail.example.org", None, "ROUNDS_EMAIL_FROM"),
        ("smtp://mail.example.org", "Rounds", "ROUNDS_EMAIL_FROM"),
        ("smtp://mail.example.org", "a@example.org, b@example.org", "ROUNDS_EMAIL_FROM"),
        ("smtp://mail.example.org", "a@", "ROUNDS_EMAIL_FROM"),
        ("smtp://mail.example.org", "ä@example.org", "ROUNDS_EMAIL_FROM"),
        ("smtp://mail.example.org", "A\nBcc: b@example.org <a@example.org>", "ROUNDS_EMAIL_FROM"),
    ],
)
async def test_what_could_not_send_does_not_start(settings, database, url, sender, variable):
    with pytest.raises(Misconfigured, match=f"^{variable} ") as stopped:
        await prepare(by_smtp(settings, url and url.replace("//", "//user:secret@"), sender), database)
    assert "secret" not in str(stopped.value)
    assert "\n" not in str(stopped.value)


async def test_without_mail_nothing_needs_to_be_set(settings, database):
    assert await prepare(settings, database) is None
