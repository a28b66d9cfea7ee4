"""Tables of days without a year: the newest one is the note's own, in whichever order they stand."""

import pytest

from clinical import understand


def told(text, kind="labs"):
    return [(fact["value"], fact["at"]) for fact in understand(text).stored()[kind]]


@pytest.mark.parametrize(
    ("days", "newest"),
    [
        (("12/6", "14/6", "15/6"), 2),
        (("6/12", "6/14", "6/15"), 2),
        (("15/6", "14/6", "12/6"), 0),
        (("30/12", "31/12", "2/1"), 2),
        (("12 Mar", "9 Mar", "6 Mar"), 0),
        (("28 Nov", "1 Dec", "9 Dec"), 2),
        (("Thu", "Fri", "Mon"), 2),
        (("Sun", "Sat", "Fri"), 0),
    ],
)
def test_the_newest_day_is_the_notes_own(days, newest):
    head = "| Test | " + " | ".join(days) + " |\n|---|---|---|---|\n"

    found = told(head + "| ALT | 310 | 140 | 61 |")

    assert [at is None for _, at in found] == [number == newest for number in range(3)]


def test_rows_of_days_have_a_newest_one_too():
    found = told("| Date | Hb |\n|---|---|\n| 3 Feb | 88 |\n| 17 Feb | 101 |\n| 3 Mar | 118 |")

    assert found == [(88, "3 Feb"), (101, "17 Feb"), (118, None)]


@pytest.mark.parametrize("own", ["Today", "Result"])
def test_no_day_is_the_newest_beside_what_is_of_today(own):
    assert told(f"| Test | {own} | 3/5 |\n|---|---|---|\n| Urea | 9 | 14 |") == [(9, None), (14, "3/5")]


def test_a_figure_right_behind_another_stands_in_the_next_column():
    text = "Hour   BP      HR   SpO2\n21:30 88/50   131  91\n22:15 104/58  117  94"

    found = [(fact["name"], fact["value"]) for fact in understand(text).stored()["vitals"]]

    assert [value for name, value in found if name == "systolic_blood_pressure"] == [88, 104]
    assert [value for name, value in found if name == "heart_rate"] == [131, 117]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Calcium (2.2-2.6 mmol/L): 3.0", 3.0),
        ("CRP (<5): 88", 88),
        ("Haemoglobin (ref 130-170 g/L) 94", 94),
        ("ALT [0-40] 212 U/L", 212),
        ("Target K+ above 4.0. K+ this evening 3.4.", 3.4),
        ("K+ on the gas this morning 5.8.", 5.8),
        ("Creatinine has crept up to 131.", 131),
    ],
)
def test_what_is_normal_or_aimed_at_hides_no_result(text, value):
    assert told(text) == [(value, None)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He lost 9 kg over the summer and weighs 71 kg now.", 71),
        ("She gained 3 kg on steroids and her weight is 64.5 kg.", 64.5),
    ],
)
def test_a_weight_behind_what_was_lost_or_gained(text, value):
    assert told(text, "vitals") == [(value, None)]


@pytest.mark.parametrize(
    "text",
    [
        "BP between 120/70 and 140/90 at home.",
        "Aim: lose weight and BP 130/80 or less.",
        "Lithium level (0.4-0.8) to be checked 12 weeks after the change.",
    ],
)
def test_no_reading_behind_an_aim_or_between_two(text):
    assert told(text, "vitals") == []
    assert told(text) == []
