"""Doses and ends for a time to come, and ways that belong to the drug before."""

from datetime import date

import pytest

from clinical import last_day_of, understand


def told(text):
    return {
        (one["concept"], one["dose"], one["status"], one["reality"]) for one in understand(text).stored()["medications"]
    }


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("Metformin 500 mg BD, to be increased to 1 g BD in May.", "500 mg", "1 g"),
        ("Metformin 500 mg BD, increase to 1 g BD in 2 weeks.", "500 mg", "1 g"),
        ("Metformin 500 mg BD, to go up to 1 g after the scan.", "500 mg", "1 g"),
        ("Metformin 500 mg BD, GP to titrate to 1 g.", "500 mg", "1 g"),
        ("Metformin 1 g BD, reduce to 500 mg on Monday.", "1 g", "500 mg"),
    ],
)
def test_a_dose_to_come_leaves_that_of_now(text, now, then):
    found = told(text)
    assert ("metformin", then, "mentioned", "planned") in found
    assert ("metformin", now, "continued", "actual") in found


@pytest.mark.parametrize(
    "text",
    [
        "Metformin 500 mg BD, increase to 1 g BD today.",
        "Metformin 500 mg BD, had to be increased to 1 g BD.",
        "Metformin 500 mg BD, increased to 1 g BD in May.",
    ],
)
def test_a_dose_that_was_changed_is_that_of_now(text):
    assert ("metformin", "1 g", "changed", "actual") in told(text)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("Plan: stop clopidogrel in June 2026.", "until June 2026"),
        ("Clopidogrel 75 mg OD, to stop in June.", "until June"),
        ("Clopidogrel 75 mg OD. Stop clopidogrel on 3 June 2026.", "until 3 June 2026"),
    ],
)
def test_an_end_to_come_has_its_time(text, duration):
    planned = [one for one in understand(text).stored()["medications"] if one["reality"] == "planned"]
    assert [one["duration"] for one in planned] == [duration]


@pytest.mark.parametrize("text", ["Told to stop ibuprofen in March.", "Ibuprofen stopped in March."])
def test_an_end_that_was_is_one(text):
    assert {status for _, _, status, _ in told(text)} == {"stopped"}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Enoxaparin 40 mg SC OD, paracetamol 1 g QDS.", "acetaminophen"),
        ("Fulvestrant 500 mg IM monthly, letrozole 2.5 mg OD.", "letrozole"),
        ("Salbutamol 100 mcg inhaled PRN, prednisolone 30 mg OD.", "prednisolone"),
    ],
)
def test_the_way_of_one_drug_is_not_that_of_the_next(text, drug):
    (found,) = (one for one in understand(text).stored()["medications"] if one["concept"] == drug)
    assert found["route"] is None


@pytest.mark.parametrize("text", ["IV stat dexamethasone 8 mg.", "Given IV dexamethasone 8 mg."])
def test_a_way_before_its_drug_is_its_own(text):
    assert [one["route"] for one in understand(text).stored()["medications"]] == ["intravenous"]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("until June", "2026-06-30"),
        ("until the end of February 2027", "2027-02-28"),
        ("until mid-January", "2027-01-31"),
        ("until the autumn", "2026-11-30"),
        ("until the wound has healed", None),
    ],
)
def test_a_month_is_over_with_its_last_day(told, day):
    last = last_day_of(told, date(2026, 3, 10))
    assert (last.isoformat() if last else None) == day
