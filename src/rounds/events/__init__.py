"""Events: what happened, told to everybody who asked, and never lost.

`publish` writes an event into the outbox in the caller's transaction, with one delivery record for each subscriber that
`subscribe` has registered: a COMMIT that fails publishes nothing, and one that succeeds is remembered by PostgreSQL
until every subscriber has had the event. Who delivers is in `consumer`; who tells the outside is in `announcer`.
"""

from rounds.events.cloud_events import CHANNEL, SOURCE, WORK_CHANNEL, cloud_event, moment
from rounds.events.event import Event, Kind, PatientEvent, Received, kind_of, public_kinds
from rounds.events.publishing import also_withdraw, concerns, publish, withdraw
from rounds.events.subscriptions import Handler, LeasedHandler, Subscriber, subscribe, subscribe_leased, subscribers

__all__ = [
    "CHANNEL",
    "SOURCE",
    "WORK_CHANNEL",
    "Event",
    "Handler",
    "Kind",
    "LeasedHandler",
    "PatientEvent",
    "Received",
    "Subscriber",
    "also_withdraw",
    "cloud_event",
    "concerns",
    "kind_of",
    "moment",
    "public_kinds",
    "publish",
    "subscribe",
    "subscribe_leased",
    "subscribers",
    "withdraw",
]
