from rounds.backoff import Backoff, wait_after


def test_each_failure_in_a_row_doubles_the_wait_up_to_the_longest():
    backoff = Backoff(first=0.5, longest=3.0)
    assert not backoff.failing
    assert [backoff.next_wait() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert backoff.failing
    backoff.reset()
    assert not backoff.failing
    assert backoff.next_wait() == 0.5


def test_failures_without_end_have_a_wait():
    assert wait_after(10_000, first=0.1, longest=900.0) == 900.0
