"""Conditions that stand against others, are unlikely but not excluded, or share their abbreviation."""

import pytest

from clinical import understand


def told(text: str) -> dict[str, str]:
    return {fact["text"]: fact["certainty"] for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ddx: gout vs septic arthritis.", {"gout", "septic arthritis"}),
        ("Impression: stroke v migraine.", {"stroke", "migraine"}),
        (
            "Assessment: biliary colic versus cholecystitis versus rib pain",
            {"biliary colic", "cholecystitis", "rib pain"},
        ),
        ("Imp: COPD exacerbation vs. pneumonia", {"COPD exacerbation", "pneumonia"}),
    ],
)
def test_what_stands_against_another_is_possible(text, expected):
    assert told(text) == dict.fromkeys(expected, "possible")


@pytest.mark.parametrize(
    "text",
    ["Diagnosis: graft versus host disease", "Impression: prerenal vs obstructive AKI", "A: AKI prerenal vs intrinsic"],
)
def test_one_condition_stays_whole(text):
    assert len(told(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "PE unlikely but cannot be entirely excluded.",
        "Meningitis is very unlikely, though not ruled out.",
        "Sepsis less likely; can't be dismissed.",
        "Malignancy unlikely but we cannot rule it out.",
        "An unlikely PE, not yet excluded.",
        "Low suspicion for meningitis, cannot exclude.",
    ],
)
def test_what_is_unlikely_and_not_excluded_is_possible(text):
    assert set(told(text).values()) == {"possible"}


@pytest.mark.parametrize(
    "text", ["PE unlikely.", "PE unlikely and excluded by CTPA.", "Meningitis unlikely. Sepsis not seen."]
)
def test_what_is_only_unlikely_is_not(text):
    assert "possible" not in told(text).values()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IDC draining rosé urine. On tamoxifen.", False),
        ("Home with IDC, district nurse to remove.", False),
        ("IDC in situ, clear urine.", False),
        ("Long term IDC changed today.", False),
        ("Grade 3 IDC of the right breast.", True),
        ("IDC, HER2 positive, for trastuzumab.", True),
    ],
)
def test_an_abbreviation_needs_its_company(text, found):
    assert bool(told(text)) is found


def test_an_obstruction_is_named_by_itself():
    assert told("Obstruction excluded on ultrasound.") == {"Obstruction": "ruled_out"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "PMH: gout, hypothyroidism, TB treated 2011.",
            {"gout": "confirmed", "hypothyroidism": "confirmed", "TB": "historical"},
        ),
        ("PMH: epilepsy, appendicitis operated on 1999.", {"epilepsy": "confirmed", "appendicitis": "historical"}),
        ("PMH: TB, hepatitis B, both treated 2011.", {"TB": "historical", "hepatitis B": "historical"}),
        ("Leaflets given on sepsis and meningitis.", {}),
    ],
)
def test_the_end_of_one_is_not_that_of_the_list(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ECG: ST depression V3-V5.",
        "2 mm ST depressions in the inferior leads.",
        "Horizontal ST-segment depression.",
        "Respiratory depression after morphine.",
        "CNS depression from lorazepam.",
    ],
)
def test_a_depression_of_something_else_is_no_mood(text):
    assert told(text) == {}


@pytest.mark.parametrize(
    "text", ["Depression since 2010.", "ST elevation. Depression on sertraline.", "Postnatal depression."]
)
def test_a_depression_is_one(text):
    assert len(told(text)) == 1
