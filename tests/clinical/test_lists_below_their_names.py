"""Lists of medicines below a line that only says what list it is."""

import pytest

from clinical import understand


def told(text):
    return [one["status"] for one in understand(text).stored()["medications"]]


@pytest.mark.parametrize(
    "head",
    [
        "Repeat prescription x 3/12:",
        "Repeats for six months:",
        "Regular meds",
        "Rpt Rx:",
        "Long term meds x 6/12",
        "GMS script 3/12:",
        "Usual tablets:",
        "Repeat meds reissued:",
        "On arrival the kardex reads:",
        "His usual tablets are",
    ],
)
def test_what_stands_below_a_list_s_name_goes_on(head):
    text = f"{head}\nperindopril 4 mg mane\nrosuvastatin 10 mg nocte\nsenna 15 mg nocte"
    assert told(text) == ["continued"] * 3


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Old meds:", "mentioned"),
        ("Failed drugs:", "mentioned"),
        ("Drugs to avoid:", "mentioned"),
        ("Medicines to consider:", "mentioned"),
        ("Script today:", "started"),
        ("Prescription given:", "started"),
    ],
)
def test_a_list_of_something_else_does_not(head, status):
    assert told(f"{head}\namlodipine 5 mg od\nloratadine 10 mg od") == [status] * 2


def test_a_line_of_the_list_that_says_more_is_heard():
    text = "Regular meds\namlodipine 5 mg od\npravastatin 40 mg nocte - not taking\nramipril 10 mg od"
    assert told(text) == ["continued", "stopped", "continued"]
