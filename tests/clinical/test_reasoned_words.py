"""What is weighed, what was vaccinated against and what was had as a child, told in few words."""

import pytest

from clinical import understand


def told(text):
    return {(fact["concept"], fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Assessment: MI unlikely, more in keeping with costochondritis.",
            {("myocardial infarction", "ruled_out"), ("costochondritis", "possible")},
        ),
        (
            "Impression: stroke thought unlikely, more suggestive of migraine.",
            {("stroke", "ruled_out"), ("migraine", "possible")},
        ),
        (
            "Impression: DVT less likely, fits better with cellulitis.",
            {("deep vein thrombosis", "ruled_out"), ("cellulitis", "possible")},
        ),
        ("DVT unlikely, more consistent with gout.", {("deep vein thrombosis", "ruled_out"), ("gout", "possible")}),
    ],
)
def test_each_of_two_that_are_weighed_has_its_own_name(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Diphtheria and polio up to date.",
        "Tetanus: UTD.",
        "Covid booster due, shingles jab given.",
        "Tetanus overdue.",
        "Hepatitis B immune.",
        "Measles up-to-date",
    ],
)
def test_a_vaccination_is_no_disease(text):
    assert told(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Known hepatitis B, given tenofovir.", {("hepatitis b", "confirmed")}),
        ("Confirmed tetanus.", {("tetanus", "confirmed")}),
        ("Has tuberculosis, due for review in clinic.", {("tuberculosis", "confirmed")}),
    ],
)
def test_a_disease_that_can_be_vaccinated_against_is_one_still(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Epilepsy (childhood only).", {("epilepsy", "historical")}),
        ("Eczema - only as a child.", {("eczema", "historical")}),
        ("PMH: hypertension, asthma - childhood only", {("hypertension", "confirmed"), ("asthma", "historical")}),
    ],
)
def test_what_was_had_as_a_child_only_is_past(text, expected):
    assert told(text) == expected
