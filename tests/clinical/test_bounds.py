"""The nastiest texts are understood in bounded time, and give a bounded number of facts."""

import time

import pytest

from clinical import understand
from clinical.understanding import MOST_FACTS
from tests.clinical.nasty_texts import NASTY, SIZE

# Of the processor's time, so that what else the machine does counts for nothing. A note of this size is to take under
# three seconds; what grows with the square of the text takes minutes.
MOST_SECONDS = 6.0


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    understand("BP 120/80")


@pytest.mark.parametrize("name", NASTY)
def test_a_million_nasty_characters_come_to_an_end(name):
    text = NASTY[name]
    assert len(text) == SIZE
    started = time.process_time()
    found = understand(text)
    taken = time.process_time() - started
    for kind, facts in found.stored().items():
        assert len(facts) <= MOST_FACTS, kind
        for fact in facts:
            assert text[fact["start"] : fact["end"]] == fact["original"]
    assert taken < MOST_SECONDS
