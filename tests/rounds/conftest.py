from collections.abc import Iterator

import pytest

from rounds.events import Subscriber, subscriptions


@pytest.fixture
def own_subscribers() -> Iterator[dict[str, Subscriber]]:
    """The registry emptied for the test, and put back after it."""
    before = dict(subscriptions._subscribers)
    subscriptions._subscribers.clear()
    yield subscriptions._subscribers
    subscriptions._subscribers.clear()
    subscriptions._subscribers.update(before)
