"""What takes a problem off the chart, and what does not."""

from datetime import UTC, datetime

import pytest

from tests.features.chart.charting import chart_of


def chart(*texts):
    notes = [(f"2026-0{number}-01T10:00:00+00:00", text) for number, text in enumerate(texts, start=1)]
    return chart_of(notes, as_of=datetime(2026, len(texts), 2, tzinfo=UTC))


def status_of(made, concept):
    return [line["status"] for line in made["problems"] if line["concept"] == concept]


@pytest.mark.parametrize(
    "denial", ["[ ] Multiple sclerosis\n[x] Migraine", "Multiple sclerosis: No", "No multiple sclerosis."]
)
def test_a_bare_denial_of_what_lasts_is_a_conflict(denial):
    made = chart("Known multiple sclerosis.", denial)
    assert status_of(made, "multiple sclerosis") == ["active"]
    assert [conflict["about"] for conflict in made["conflicts"]] == ["multiple sclerosis"]


def test_a_later_confirmation_settles_it():
    made = chart("Known multiple sclerosis.", "No multiple sclerosis.", "Multiple sclerosis, stable.")
    assert status_of(made, "multiple sclerosis") == ["active"]
    assert made["conflicts"] == []


def test_an_exclusion_rules_out_what_lasts():
    made = chart("Known multiple sclerosis.", "Multiple sclerosis has been excluded by MRI.")
    assert status_of(made, "multiple sclerosis") == ["ruled_out"]
    assert made["conflicts"] == []


def test_a_denial_ends_what_passes():
    assert status_of(chart("Pneumonia.", "No pneumonia."), "pneumonia") == ["resolved"]
    assert status_of(chart("Pneumonia.", "Pneumonia excluded."), "pneumonia") == ["ruled_out"]


@pytest.mark.parametrize(
    "past", ["Ramipril was stopped for AKI.", "Ramipril had been withdrawn in May because of AKI."]
)
def test_the_reason_of_a_past_stop_brings_nothing_back(past):
    assert status_of(chart("AKI on ramipril.", "AKI resolved.", past), "acute kidney injury") == ["resolved"]


def test_what_comes_back_is_active_again():
    made = chart("AKI on ramipril.", "AKI resolved.", "AKI again today.")
    assert status_of(made, "acute kidney injury") == ["active"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("HFrEF.", "heart failure with reduced ejection fraction"),
        ("HFpEF, NYHA II.", "heart failure with preserved ejection fraction nyha ii"),
        ("Severe OA of the left knee.", "severe left knee osteoarthritis"),
        ("Acute-on-chronic kidney injury.", "acute kidney injury on chronic"),
        ("CKD 3b.", "chronic kidney disease stage 3b"),
        ("Left leg DVT.", "left leg deep vein thrombosis"),
    ],
)
def test_details_stand_where_they_are_said(text, name):
    assert [line["name"] for line in chart(text)["problems"]] == [name]
