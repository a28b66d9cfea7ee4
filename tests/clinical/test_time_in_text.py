"""Durations and dates."""

from datetime import date

import pytest

from clinical.values.dates import dates_in
from clinical.values.durations import durations_in, last_day_of, same_duration

DURATIONS = {
    "5/7": "5 days",
    "for 2/52": "2 weeks",
    "3/12 course": "3 months",
    "x 10 days": "10 days",
    "x10d": "10 days",
    "for a week": "1 week",
    "for a fortnight": "2 weeks",
    "10-day course": "10 days",
    "for 7-10 days": "7-10 days",
    "for 48 hours": "48 hours",
    "for six months": "6 months",
    "for the next 3 weeks": "3 weeks",
    "until 3 May": "until 3 May",
    "until Monday": "until Monday",
    "until 18/4": "until 18/4",
    "until reviewed": "until reviewed",
    "lifelong": "lifelong",
    "indefinitely": "indefinitely",
    "every 3 months": None,
    "3 days ago": None,
    "3 months old": None,
    "twice a day": None,
}


@pytest.mark.parametrize(("text", "told"), DURATIONS.items())
def test_durations(text, told):
    assert next((found.text for found in durations_in(text)), None) == told


def test_durations_are_compared_by_their_days():
    assert same_duration("2 weeks", "14 days")
    assert same_duration("1 month", "4 weeks")
    assert not same_duration("5 days", "7 days")


@pytest.mark.parametrize(
    ("duration", "last"),
    [
        ("5 days", date(2024, 6, 17)),
        ("7-10 days", date(2024, 6, 22)),
        ("until 3 July", date(2024, 7, 3)),
        ("lifelong", None),
    ],
)
def test_when_a_course_ends(duration, last):
    assert last_day_of(duration, date(2024, 6, 12)) == last


# Read on Wednesday 12 June 2024.
DATES = {
    "2019-03-05": "2019-03-05",
    "5th of May 1960": "1960-05-05",
    "05 May 60": "1960-05-05",
    "May 5, 2023": "2023-05-05",
    "12-Mar-2024": "2024-03-12",
    "23/04/2024": "2024-04-23",
    "4/23/24": "2024-04-23",
    "03/04/2024": None,
    "March 2019": "2019-03",
    "Mar '19": "2019-03",
    "03/2019": "2019-03",
    "in 2010": "2010",
    "1 June": "2024-06-01",
    "seen on 20 June": "2023-06-20",
    "until 20 June": "2024-06-20",
    "18/4": "2024-04-18",
    "since June": "2024-06",
    "last March": "2024-03",
    "last year": "2023",
    "last month": "2024-05",
    "yesterday": "2024-06-11",
    "the day before yesterday": "2024-06-10",
    "3 days ago": "2024-06-09",
    "two weeks ago": "2024-05-29",
    "2/52 ago": "2024-05-29",
    "6 months ago": "2023-12",
    "10 years ago": "2014",
    "in 3 weeks": "2024-07-03",
    "last Tuesday": "2024-06-11",
    "next Tuesday": "2024-06-18",
    "a few years ago": None,
    "on Monday": None,
}


@pytest.mark.parametrize(("text", "iso"), DATES.items())
def test_dates(text, iso):
    (found,) = dates_in(text, date(2024, 6, 12))
    assert found.iso == iso


@pytest.mark.parametrize(
    "text", ["strength 4/5", "pain 7/10", "BP 120/80", "He may march on", "2000 mg", "24/7", "5/7"]
)
def test_what_is_no_date(text):
    assert dates_in(text, date(2024, 6, 12)) == []


def test_a_text_tells_whether_it_writes_the_day_first():
    assert [found.iso for found in dates_in("Seen 23/04/2024 and 03/05/2024")] == ["2024-04-23", "2024-05-03"]
    assert [found.iso for found in dates_in("Seen 04/23/2024 and 03/05/2024")] == ["2024-04-23", "2024-03-05"]


def test_relative_days_need_the_day_of_the_note():
    assert [found.iso for found in dates_in("yesterday and in 2019")] == [None, "2019"]
