"""What stands behind a list, a diagnosis or a dose is not taken for a part of it, and what changes it is."""

import pytest

from clinical import understand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: ibuprofen (wheeze). Red wristband on.", [("ibuprofen", "wheeze", "present")]),
        ("Allergies: penicillin, rash.\nGP: check bloods. Clips out at day 12.", [("penicillin", "rash", "present")]),
        ("Allergies: co-amoxiclav - jaundice.", [("co-amoxiclav", "jaundice", "present")]),
        ("Allergies: none known; she has never had a reaction.", [("any", None, "denied")]),
        (
            "Allergies: cashew (anaphylaxis), peanut (hives). No drug allergies.\nFamily: mother has hay fever.",
            [("cashew", "anaphylaxis", "present"), ("peanut", "hives", "present"), ("drugs", None, "denied")],
        ),
        ("Allergic to red dye and flaxseed.", [("red dye", None, "present"), ("flaxseed", None, "present")]),
        ("Impression: anaphylaxis to cashew, treated. Asthma flare.", [("cashew", "anaphylaxis", "present")]),
        (
            "ALLERGIES\nPenicillin\nLatex\n\nPLAN\nDressings daily.",
            [("penicillin", None, "present"), ("latex", None, "present")],
        ),
    ],
)
def test_an_allergy_list_ends_where_it_ends(text, expected):
    found = understand(text).stored()["allergies"]
    assert [(fact["substance"], fact["reaction"], fact["status"]) for fact in found] == expected


@pytest.mark.parametrize(
    "line",
    ["Right hip progressing", "Day 1 after right hip replacement, as expected", "Bloods in two weeks, clinic in six"],
)
def test_how_it_goes_is_no_problem(line):
    assert understand(f"A:\n{line}\nHypertension\nP: none").stored()["diagnoses"][0]["text"] == "Hypertension"


@pytest.mark.parametrize(
    ("text", "certainties"),
    [
        ("Family history is remarkable for heart disease and diabetes.", {"family"}),
        ("He was ruled out for MI.", {"ruled_out"}),
        ("Colon carcinoma in 1961 with no recurrence.", {"historical"}),
        ("Daughter had a blood clot in pregnancy.", {"family"}),
        ("Breathless in PE lessons.", set()),
    ],
)
def test_what_is_said_around_a_condition_counts(text, certainties):
    found = understand(text).stored()["diagnoses"]
    assert {fact["certainty"] for fact in found} == certainties
    assert not [fact for fact in found if fact["text"].lower() == "pregnancy"]


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("P: Levothyroxine increased from 50 micrograms to 75 micrograms once daily.", "75 mcg"),
        ("A/P: 1. Diabetes. Semaglutide increased from 0.5 mg to 1 mg once weekly.", "1 mg"),
        ("P: Sertraline 50 mg increased to 100 mg once daily.", "100 mg"),
        ("Plan: duloxetine reduced to 30 mg daily.", "30 mg"),
    ],
)
def test_a_dose_changes_in_the_passive_too(text, dose):
    (drug,) = understand(text).stored()["medications"]
    assert (drug["dose"], drug["status"]) == (dose, "changed")


def test_a_weight_at_birth_is_no_weight():
    assert understand("She was born weighing 7 pounds 3 ounces.").stored()["vitals"] == []
