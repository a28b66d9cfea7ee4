"""The circuit breaker."""

import pytest

from rounds.llm.breaker import LONGEST_SECONDS, Breaker


class Clock:
    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures=3, seconds=30, now=clock)


def fail(breaker, times):
    for _ in range(times):
        assert breaker.admits()
        breaker.failed()


def test_it_opens_after_so_many_failures_in_a_row(breaker):
    fail(breaker, 2)
    assert breaker.admits()
    breaker.succeeded()
    fail(breaker, 3)
    assert breaker.is_open
    assert not breaker.admits()


def test_when_the_time_is_up_one_tries(breaker, clock):
    fail(breaker, 3)
    clock.at += 29.9
    assert not breaker.admits()
    clock.at += 0.2
    assert breaker.admits()
    assert not breaker.admits()
    breaker.succeeded()
    assert breaker.admits()
    assert breaker.admits()
    fail(breaker, 2)  # it starts to count anew
    assert breaker.admits()


def test_a_probe_that_fails_keeps_it_open(breaker, clock):
    fail(breaker, 3)
    clock.at += 30
    assert breaker.admits()
    clock.at += 5
    breaker.failed()
    clock.at += 29
    assert not breaker.admits()
    clock.at += 1
    assert breaker.admits()


def test_a_probe_that_never_comes_back_is_followed_by_another(breaker, clock):
    fail(breaker, 3)
    clock.at += 30
    assert breaker.admits()
    clock.at += 29
    assert not breaker.admits()
    clock.at += 1
    assert breaker.admits()


def test_it_opens_at_once_for_as_long_as_it_is_told(breaker, clock):
    breaker.failed(hold=120)
    clock.at += 119
    assert not breaker.admits()
    clock.at += 1
    assert breaker.admits()


def test_nobody_is_kept_away_for_a_day(breaker, clock):
    breaker.failed(hold=86_400)
    clock.at += LONGEST_SECONDS
    assert breaker.admits()


def test_a_shorter_hold_does_not_shorten_a_longer_one(breaker, clock):
    breaker.failed(hold=120)
    breaker.failed(hold=1)
    clock.at += 60
    assert not breaker.admits()
