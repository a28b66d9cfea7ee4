"""Tells the auditors that a restricted record was opened: by e-mail where they have given an address, else by the log.

What is said is the use's id, the patient's and the account's: who is to judge it reads the rest where it is protected.
"""

import structlog

from features.break_glass import BreakGlassUsed
from features.notifications.adapters import Adapters
from features.notifications.messages import Message
from features.notifications.smtp import Refused
from rounds.events.subscriber_context import SubscriberContext

_SUBJECT = "A restricted record was opened"
_BODY = """\
A clinician has opened a restricted record by giving a reason (break-glass).

    use       {use_id}
    patient   {patient_id}
    account   {actor_id}

Please review it: POST /audit/break-glass/{use_id}/review

This message was sent automatically. Please do not reply to it.
"""
_COUNTER = "rounds_break_glass_total"
_COUNTED = "Restricted records opened by giving a reason, by how the auditors were told."
_log = structlog.get_logger("features.notifications")


async def tell_auditors(used: BreakGlassUsed, context: SubscriberContext) -> None:
    """Tell everybody who is to hear of it.

    Raises:
        Exception: what the mail server raises; then all are told once more.
    """
    ids = {"use_id": used.use_id, "patient_id": used.patient_id, "actor_id": used.actor_id}
    recipients = context.settings.auditor_emails
    adapter = context.long_lived[Adapters].serving("email")
    for recipient in recipients:
        message = Message(
            id=used.use_id,
            channel="email",
            recipient=recipient,
            name="",
            subject=_SUBJECT,
            body=_BODY.format(**ids),
        )
        try:
            await adapter.send(message)
        except Refused as refusal:  # one wrong address must not keep it from the others
            _log.error("auditor.not_told", use_id=str(used.use_id), reason=refusal.reason)
    _log.warning("break_glass.used", **{name: str(value) for name, value in ids.items()})
    context.counters.count(_COUNTER, _COUNTED, told="email" if recipients else "log")
