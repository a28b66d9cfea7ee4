"""The nastiest texts are understood in bounded time, and give a bounded number of facts."""

from functools import partial

import pytest

from clinical import understand
from clinical.understanding import MOST_FACTS
from tests.clinical.nasty_texts import NASTY, SIZE
from tests.pace import in_time

# Of the time of a processor that is as quick as the reference, so that what else the machine does counts for nothing. A
# note of a million characters is to take about three seconds; what grows with the square of the text takes minutes, and
# seconds with a part of it.
MOST_SECONDS = 5.0
PART, MOST_SECONDS_OF_PART = 15_000, 2.0
# Those that took longest of all when all were tried whole.
LONGEST = (
    "nothing of a drug",
    "answers listed",
    "lines",
    "rows by tabs",
    "a drug and a stop",
)


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    understand("BP 120/80")


@pytest.mark.parametrize("name", LONGEST)
def test_a_million_nasty_characters_come_to_an_end(name):
    text = NASTY[name]
    assert len(text) == SIZE
    assert in_time(partial(understood, text), MOST_SECONDS)


@pytest.mark.parametrize("name", NASTY)
def test_every_nasty_text_takes_time_by_its_length(name):
    assert in_time(partial(understood, NASTY[name][:PART]), MOST_SECONDS_OF_PART)


def understood(text: str) -> None:
    """Understand a text; its facts are few enough, and stand where they say."""
    for kind, facts in understand(text).stored().items():
        assert len(facts) <= MOST_FACTS, kind
        for fact in facts:
            assert text[fact["start"] : fact["end"]] == fact["original"]
