"""How often: codes and words, put into one wording, and compared by what they mean."""

import pytest

from clinical.values.frequencies import frequencies_in, frequency_borne_out, same_frequency, whole_frequency_in

WORDINGS = {
    "OD": "once daily",
    "o.d.": "once daily",
    "everyday": "once daily",
    "q24h": "every 24 hours",
    "bds": "twice daily",
    "b.i.d.": "twice daily",
    "2x/day": "twice daily",
    "tds": "three times daily",
    "thrice daily": "three times daily",
    "qds": "four times daily",
    "5 times a day": "five times daily",
    "1-2 times a day": "1-2 times daily",
    "up to four times a day": "up to four times daily",
    "8 hourly": "every 8 hours",
    "q8-12h": "every 8-12 hours",
    "every twelve hours": "every 12 hours",
    "EOD": "every other day",
    "alternate days": "every other day",
    "QOD": "every other day",
    "every 72 hours": "every 72 hours",
    "fortnightly": "every 2 weeks",
    "biweekly": "biweekly",
    "12-weekly": "every 12 weeks",
    "3 monthly": "every 3 months",
    "Mon/Wed/Fri": "Mon/Wed/Fri",
    "on Tuesdays and Saturdays": "Tue/Sat",
    "Mon-Fri": "Mon/Tue/Wed/Thu/Fri",
    "once weekly on Monday": "once weekly on Monday",
    "weekly (Sun)": "once weekly on Sunday",
    "other days": "other days",
    "nocte": "at night",
    "qHS": "at bedtime",
    "mane": "every morning",
    "am and pm": "every morning and evening",
    "at lunchtime": "at midday",
    "at 08:00 and 20:00": "at 08:00 and 20:00",
    "at 8 am and 8 pm": "at 08:00 and 20:00",
    "1-0-1": "in the morning and at night",
    "2-0-1": "2 in the morning and 1 at night",
    "bd with food": "twice daily with meals",
    "tds pc": "three times daily after meals",
    "30 minutes before breakfast": "before breakfast",
    "q4h prn": "every 4 hours as needed",
    "4 hourly PRN (max 4 doses in 24 hours)": "every 4 hours as needed (maximum 4 doses in 24 hours)",
    "stat": "once",
    "one-off dose": "once",
    "on dialysis days": "on dialysis days",
    "every night at bedtime": "at bedtime",
}


@pytest.mark.parametrize(("written", "words"), WORDINGS.items())
def test_wordings(written, words):
    told = whole_frequency_in(f"10 mg {written}")
    assert told is not None
    assert told.text == words


@pytest.mark.parametrize(
    "text",
    [
        "activities of daily living",
        "a day ago",
        "SIMVASTATIN 40 MG ON ADMISSION",
        "on examination",
        "Sat. in a chair",
        "phone 1-2-34567",
    ],
)
def test_what_tells_no_frequency(text):
    assert frequencies_in(text) == []


@pytest.mark.parametrize("text", ["Simvastatin 40mg ON\nAspirin 75mg OM", "simva 40 on, ramipril 5 om."])
def test_latin_that_is_english_too_counts_behind_a_dose(text):
    assert [found.text for found in frequencies_in(text)] == ["at night", "every morning"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Doxycycline 100bd for a week", "twice daily"),
        ("amlodipine 10od", "once daily"),
        ("pred 30om", "every morning"),
        ("Lumigan one drop both eyes night", "at night"),
        ("promethazine 25mg on x 5 nights", "at night"),
        ("cetirizine 5 ml (5 mg) on \u2013 carry on", "at night"),
        ("zopiclone 3.75 mg most nights", "most nights"),
        ("Concerta XL 36 mg on school days only", "school days"),
        ("colistin nebs alternate months", "every 2 months"),
    ],
)
def test_shorthand_behind_a_dose(text, words):
    assert [one.text for one in frequencies_in(text)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "it lasted a month before the rash",
        "not taken for over a year",
        "total daily dose about 38 units",
        "5 mg less each week",
        "held a week",
        "10 mg night shift cover",
    ],
)
def test_how_long_and_how_much_are_not_how_often(text):
    assert frequencies_in(text) == []


def test_two_doses_have_two_frequencies():
    text = "1 g in the morning and 500 mg in the evening"
    assert [(found.text, text[found.start : found.end]) for found in frequencies_in(text)] == [
        ("every morning", "in the morning"),
        ("every evening", "in the evening"),
    ]


SAME = [
    ("bd", "every 12 hours"),
    ("tds", "q8h"),
    ("qds", "6 hourly"),
    ("weekly", "every 7 days"),
    ("monthly", "every 4 weeks"),
    ("nocte", "at bedtime"),
    ("nocte", "once daily"),
    ("1-0-1", "bd"),
    ("morning and evening", "twice daily"),
]
OTHER = [
    ("EOD", "daily"),
    ("biweekly", "weekly"),
    ("biweekly", "every 2 weeks"),
    ("biweekly", "twice weekly"),
    ("mane", "nocte"),
    ("bd prn", "bd"),
    ("prn", "daily"),
    ("once", "once daily"),
    ("every 8-12 hours", "tds"),
    ("od", "bd"),
    ("weekly", "monthly"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words(one, other):
    assert same_frequency(one, other)
    assert same_frequency(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_is_not_the_same(one, other):
    assert not same_frequency(one, other)
    assert not same_frequency(other, one)


def test_a_claim_may_say_less_than_its_source_and_not_more():
    assert frequency_borne_out("once daily", "at night")
    assert not frequency_borne_out("at night", "once daily")
    assert frequency_borne_out("three times weekly", "Mon/Wed/Fri")
    assert not frequency_borne_out("Mon/Wed/Fri", "three times weekly")
    assert not frequency_borne_out("four times daily", "four times daily as needed")
