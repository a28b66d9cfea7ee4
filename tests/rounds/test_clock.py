from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import clock

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1957, 3, 9), date(2026, 3, 8), 68),
        (date(1957, 3, 9), date(2026, 3, 9), 69),
        (date(1957, 3, 9), date(2026, 12, 31), 69),
        (date(2026, 3, 9), date(2026, 3, 9), 0),
        (date(2025, 12, 31), date(2026, 1, 1), 0),
        # On 29 February: a year older on the 29th, and on 1 March where there is none.
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2003, 3, 1), date(2024, 2, 29), 20),
        (date(1896, 2, 29), date(1900, 2, 28), 3),
        (date(1896, 2, 29), date(1900, 3, 1), 4),
    ],
)
def test_age_in_whole_years(born, day, age):
    assert clock.age_on(day, born) == age


@given(born=days, day=days)
def test_age_never_falls_and_grows_by_one_at_most(born, day):
    tomorrow = day + timedelta(days=1)
    assert clock.age_on(tomorrow, born) - clock.age_on(day, born) in {0, 1}


@given(born=days, years=st.integers(0, 120))
def test_a_birthday_adds_a_year(born, years):
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:
        birthday = date(born.year + years, 3, 1)
    assert clock.age_on(birthday, born) == years
    assert clock.age_on(birthday - timedelta(days=1), born) == years - 1


def test_now_has_an_offset_of_zero():
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.today() == clock.now().date()


def test_the_clock_can_be_held_and_runs_again():
    at = datetime(2020, 2, 29, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    with clock.frozen(at):
        assert clock.now() == at
        assert clock.now().tzinfo is UTC
        assert clock.today() == date(2020, 3, 1)
        with clock.frozen(datetime(2021, 1, 1, tzinfo=UTC)):
            assert clock.today() == date(2021, 1, 1)
        assert clock.now() == at
    assert clock.now().year > 2020


def test_the_clock_runs_again_after_an_error():
    with pytest.raises(RuntimeError), clock.frozen(datetime(2020, 1, 1, tzinfo=UTC)):
        raise RuntimeError
    assert clock.now().year > 2020


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="UTC offset"), clock.frozen(datetime(2020, 1, 1)):  # noqa: DTZ001 - on purpose
        pass
