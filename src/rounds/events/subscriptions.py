"""Who wants to hear of which events."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from rounds.events.subscriber_context import SubscriberContext


from rounds.events.event import Event, Received

# What the subscriber does. With a lease it gets all there is instead of a transaction.
Handler = Callable[[Sequence[Received[Any]], AsyncSession], Awaitable[None]]
LeasedHandler = Callable[[Received[Any], "SubscriberContext"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants certain events, and how they are to be handed over."""

    name: str
    types: frozenset[str]
    handle: Handler | None
    handle_leased: LeasedHandler | None = None
    batch: int = 1
    attempts: int = 8
    patience: timedelta = timedelta(seconds=30)
    parallel: int = 1


_subscribers: dict[str, Subscriber] = {}


def subscribers() -> Mapping[str, Subscriber]:
    """Every registered subscriber by name."""
    return _subscribers


@contextmanager
def subscribers_apart() -> Iterator[dict[str, Subscriber]]:
    """Within the block there are no subscribers but those who subscribe in it; afterwards, those from before."""
    before = dict(_subscribers)
    _subscribers.clear()
    try:
        yield _subscribers
    finally:
        _subscribers.clear()
        _subscribers.update(before)


def subscribe(
    *kinds: type[Event], name: str, batch: int = 1, attempts: int = 8, patience: timedelta = timedelta(seconds=30)
) -> Callable[[Handler], Handler]:
    """Register a subscriber whose effects are rows in the database.

    It is called with up to `batch` events and a session; its transaction also marks them as delivered, so what it
    writes is written exactly once. It must not reach beyond the database: for that, use `subscribe_leased`.

    Args:
        kinds: The events it wants.
        name: Stands in the delivery records; renaming a subscriber orphans what it has not had yet.
        batch: The most events per transaction. When a batch fails, each of its events is tried alone.
        attempts: After so many failures of an event it is `dead` for this subscriber, until somebody requeues it.
        patience: How long one call may take before it counts as failed.
    """

    def register(handle: Handler) -> Handler:
        _add(Subscriber(name, frozenset(k.type for k in kinds), handle, None, batch, attempts, patience))
        return handle

    return register


def subscribe_leased(
    *kinds: type[Event],
    name: str,
    attempts: int = 8,
    patience: timedelta = timedelta(seconds=60),
    parallel: int = 4,
) -> Callable[[LeasedHandler], LeasedHandler]:
    """Register a subscriber that reaches beyond the database: a mail server, a model, a long computation.

    It is called with one event and a `SubscriberContext`, and no open transaction. Meanwhile the event is leased to it;
    should the process die, another one takes over when the lease ends, so its outside effects happen at least once.

    Args:
        kinds: The events it wants.
        name: Stands in the delivery records.
        attempts: After so many failures of an event it is `dead` for this subscriber.
        patience: How long one call may take; the lease is half as long again.
        parallel: How many events one consumer hands over at a time.
    """

    def register(handle: LeasedHandler) -> LeasedHandler:
        _add(Subscriber(name, frozenset(k.type for k in kinds), None, handle, 1, attempts, patience, parallel))
        return handle

    return register


def _add(subscriber: Subscriber) -> None:
    known = _subscribers.setdefault(subscriber.name, subscriber)
    if known is not subscriber:
        raise TypeError(f"two subscribers share the name {subscriber.name!r}")
