from collections.abc import Iterator

import pytest

from rounds.events import Subscriber, subscriptions


@pytest.fixture
def own_subscribers() -> Iterator[dict[str, Subscriber]]:
    """The registry emptied for the test, and put back after it."""
    with subscriptions.subscribers_apart() as registry:
        yield registry
