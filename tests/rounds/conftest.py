from collections.abc import Iterator

import pytest

from rounds import events


@pytest.fixture
def own_subscribers() -> Iterator[dict[str, events.Subscriber]]:
    """The registry emptied for the test, and put back after it."""
    before = dict(events._subscribers)
    events._subscribers.clear()
    yield events._subscribers
    events._subscribers.clear()
    events._subscribers.update(before)
